"""The command line of the machine: serve, worker, migrate, sweep, backup, restore. Areas add their own commands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app
from peewee import PeeweeException
from werkzeug.utils import import_string

from blueprints.ground import server
from blueprints.ground.formats import told
from blueprints.ground.state import state
from blueprints.ground.stop import Stop
from jobs import embedded, mime, schedule, smtp
from jobs import work as working
from jobs.mail import Postman, never
from models import help as articles
from models import schema
from models.backup import reading, writing
from models.base import connect, is_postgresql, now
from models.errors import Refused, WrongSetting
from models.wake import on_wake

__all__ = ["Stop", "prepare", "start"]


def start(app: Flask) -> None:
    """Add the commands of the ground floor."""
    for command in (serve, worker, migrate, sweep, backup, restore):
        app.cli.add_command(command)


def reach() -> None:
    """A connection to the database. Raises Stop where it does not answer."""
    try:
        connect()
    except (PeeweeException, ValueError, OSError) as fault:
        reason = str(fault).strip().splitlines()[-1] if str(fault).strip() else type(fault).__name__
        raise Stop(f"The database can't be reached ({reason}). Check INTENDANT_DATABASE_URL.") from None


def prepare() -> None:
    """A reachable database whose schema this code knows. SQLite, and an empty PostgreSQL, are migrated here."""
    reach()
    try:
        schema.check_not_newer()
        missing = schema.pending()
        if is_postgresql() and missing and not schema.is_empty():
            raise Stop(f"The database lacks {len(missing)} migration(s). Back it up, then run: make migrate")
        schema.migrate()
        articles.sync()
    except (PeeweeException, WrongSetting) as fault:
        raise Stop(str(fault).strip()) from None


def check_mail() -> None:
    """Raises Stop where no mail could ever go out."""
    environment = state().environment
    try:
        smtp.check_mail_url(environment.mail_url)
        mime.check_mail_from(environment.mail_from)
    except WrongSetting as fault:
        raise Stop(str(fault)) from None


@click.command("migrate")
def migrate() -> None:
    """Bring the database's schema up to this version."""
    reach()
    try:
        applied = schema.migrate()
    except (PeeweeException, WrongSetting) as fault:
        raise Stop(f"The schema could not be migrated: {fault}") from None
    click.echo("\n".join(applied) if applied else "The schema is up to date.")


@click.command("serve")
def serve() -> None:
    """Start the server; without Redis it also sends mail and keeps the schedule."""
    check_mail()
    prepare()
    server.run(current_app._get_current_object(), state().environment)  # type: ignore[attr-defined]  # werkzeug's local proxy


@click.command("worker")
def worker() -> None:
    """Send mail, do work and keep the schedule for the configured Redis; start as many as wanted."""
    environment = state().environment
    if environment.redis_url is None:
        raise Stop("A worker needs INTENDANT_REDIS_URL; without it the server does the worker's part.")
    check_mail()
    prepare()
    import_string("jobs.worker:run")(environment)


@click.command("sweep")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Run as of this date instead of today. Of a later date, mails go out early and are not sent again.",
)
def sweep(day: datetime | None) -> None:
    """Run everything scheduled once, then send the mail and do the work that is due."""
    check_mail()
    prepare()
    environment, on = state().environment, day.replace(hour=12, tzinfo=UTC) if day else now()
    on_wake(None)
    for name, report in schedule.run_all(environment, on):
        click.echo(f"{name}: {told(report)}")
    postman = Postman(environment, embedded.worker_name())
    done = postman.drain()
    postman.close()
    click.echo(f"mail: {done.sent} sent, {done.later} wait, {done.failed} failed")
    click.echo(f"work: {working.do_all(embedded.worker_name(), never)} done")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the whole instance (database, uploads, keys) into a new FILE, while it runs."""
    prepare()
    try:
        made = writing.write(state().environment, file)
    except Refused as refusal:
        raise Stop(str(refusal)) from None
    click.echo(str(made))
    click.echo("The file holds the keys of this instance: keep it where only you can read it.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Fill this empty instance from a backup FILE, which may come from the other kind of database."""
    reach()
    try:
        schema.check_not_newer()
        done = reading.restore(state().environment, file)
    except (Refused, WrongSetting) as refusal:
        raise Stop(str(refusal)) from None
    click.echo(f"{done.rows:,} rows, as they were at {done.made_at}.")
    for warning in done.warnings:
        click.echo(warning, err=True)
    click.echo("Start the server now.")

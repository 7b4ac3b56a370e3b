"""`flask demo`: a lively instance to try, on a data folder of its own that nothing else uses."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from blueprints.ground import server
from blueprints.ground.commands import prepare
from blueprints.ground.state import state
from blueprints.ground.stop import Stop
from models import demo as builder
from models import demo_set
from models.permissions import ROLE_LABELS

FOLDER = Path("var") / "demo"
KEPT = ("INTENDANT_HOST", "INTENDANT_PORT", "INTENDANT_LOG")
"""What may be set for the demo; whatever names a database, a mail server or keys is another instance's."""


def start(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(demo)


@click.command("demo")
@click.option("--here", is_flag=True, hidden=True, help="The settings are those of the demo already.")
@with_appcontext
def demo(here: bool) -> None:
    """Start an instance with a demo data set of its own (var/demo), and print who can sign in."""
    if not here:
        begin_again()
    prepare()
    if not builder.is_loaded():
        if not builder.is_free():
            raise Stop("This data folder holds another instance. The demo has its own: run it without --here.")
        builder.load()
    tell()
    server.run(current_app._get_current_object(), state().environment)  # type: ignore[attr-defined]  # werkzeug's local proxy


def begin_again() -> None:
    """Become the same program with the demo's settings, so that no other instance can be touched."""
    variables = {n: v for n, v in os.environ.items() if not n.startswith("INTENDANT_") or n in KEPT}
    variables["INTENDANT_DATA"] = str(FOLDER)
    os.execve(  # noqa: S606  this very program, without a shell
        sys.executable, [sys.executable, "-m", "flask", "--app", "app", "demo", "--here"], variables
    )


def tell() -> None:
    """Who can sign in."""
    click.echo(f"Demo data in {state().environment.data}. Everybody's password is: {demo_set.PASSWORD}")
    click.echo(f"  {demo_set.OPERATOR[0]:32} operator: the back office, every role")
    roles: dict[str, list[str]] = {}
    for slug, email, _name, role in demo_set.PEOPLE:
        roles.setdefault(email, []).append(f"{ROLE_LABELS[role].lower()} of {slug}")
    for email, held in roles.items():
        click.echo(f"  {email:32} {', '.join(held)}")
    click.echo(f"Dates are counted from the day it was made; delete {FOLDER} to make it anew.")

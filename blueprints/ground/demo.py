"""`flask demo`: a lively instance to try, on a data folder of its own that nothing else uses."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from blueprints.ground import demo_set, server
from blueprints.ground.commands import prepare
from blueprints.ground.state import state
from blueprints.ground.stop import Stop
from models import access, journal, settings
from models.account import passwords, sessions, users
from models.account.sessions import Session
from models.base import today, write
from models.organization import grants, invitations, members
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import ROLE_LABELS, OperatorRole
from models.products.importing import imports, sheets
from models.products.importing.kinds import ORGANIZATIONS, PRODUCTS, Kind
from models.products.products import Category

FOLDER = Path("var") / "demo"
KEPT = ("INTENDANT_HOST", "INTENDANT_PORT", "INTENDANT_LOG")
"""What may be set for the demo; whatever names a database, a mail server or keys is another instance's."""

PROVIDER = journal.Person(None, "Tannwald", behalf="the provider")


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
    operator = users.find(demo_set.OPERATOR[0])
    if operator is None:
        if users.User.select().exists():
            raise Stop("This data folder holds another instance. The demo has its own: run it without --here.")
        load()
    tell()
    server.run(current_app._get_current_object(), state().environment)  # type: ignore[attr-defined]  # werkzeug's local proxy


def begin_again() -> None:
    """Become the same program with the demo's settings, so that no other instance can be touched."""
    variables = {n: v for n, v in os.environ.items() if not n.startswith("INTENDANT_") or n in KEPT}
    variables["INTENDANT_DATA"] = str(FOLDER)
    os.execve(  # noqa: S606  this very program, without a shell
        sys.executable, [sys.executable, "-m", "flask", "--app", "app", "demo", "--here"], variables
    )


def load() -> None:
    """Write the whole set in one transaction: a demo that was interrupted begins anew."""
    hashed = passwords.make_hash(demo_set.PASSWORD)
    with write():
        settings.business().save(
            ready=True,
            provider_name="Tannwald",
            support_email="help@tannwald.example",
            public_address="",
        )
        email, name = demo_set.OPERATOR
        users.insert(email=email, name=name, password_hash=hashed, verified=True, operator_roles=tuple(OperatorRole))
        bring_in(ORGANIZATIONS, demo_set.ORGANIZATIONS)
        for slug, email, name, role in demo_set.PEOPLE:
            person = users.find(email) or users.insert(email=email, name=name, password_hash=hashed, verified=True)
            members.join(Organization.get(Organization.slug == slug), person, role, person.actor())
        bring_in(PRODUCTS, demo_set.product_list(today()))
        give()
        invite()


def bring_in(kind: Kind, content: str) -> None:
    """Import a list, as an operator does."""
    sheet = sheets.read(content.encode())
    lines = kind.compare(sheet, kind.guess(sheet.header), imports.options(None, None), lambda done, total: None)
    kind.prepare(lines, PROVIDER, f"{kind.key}.csv")()


def give() -> None:
    """Collaborators and external users get a category each."""
    for email, key in demo_set.GIVEN.items():
        person = users.find(email)
        category = Category.get(Category.key == key)
        for member in Membership.select().where(Membership.user == person):
            grants.give(member, grants.Given(frozenset(), frozenset({category.id})))


def invite() -> None:
    """Invitations that wait, with their mails; sent by the legal representatives."""
    for slug, email, role in demo_set.INVITED:
        organization = Organization.get(Organization.slug == slug)
        representative = Membership.select().where(Membership.organization == organization).order_by(Membership.id)[0]
        opened = sessions.open_session(
            representative.user, keep=False, address="127.0.0.1", device="Demo", device_key="demo"
        )
        visitor = access.visitor(sessions.key_hash(opened.key), "127.0.0.1")
        entered = access.enter(visitor, slug) if visitor else None
        assert entered is not None
        invitations.invite(email, role, entered)
        Session.delete().where(Session.id == opened.session.id).execute()


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

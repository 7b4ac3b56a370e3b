"""The command that makes another operator."""

from __future__ import annotations

import sys

import click

from blueprints.entry.blueprint import blueprint
from blueprints.ground.commands import Stop, prepare
from models import addresses, settings
from models.account import users
from models.errors import Refused
from models.permissions import OperatorRole

blueprint.cli.short_help = "Staff of the provider."


@blueprint.cli.command("create")
@click.option("--email", required=True, help="The address that the operator signs in with.")
@click.option("--name", default="", help="The operator's name; the address where none is given.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in OperatorRole]),
    help="A role in the back office; may be given several times. Default: all.",
)
def create(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Make an operator; the password is asked, or read from standard input."""
    prepare()
    business = settings.business()
    try:
        made = users.create(
            email=_address(email),
            name=name or email.partition("@")[0],
            password=_password(),
            language=business.language,
            time_zone=business.time_zone,
            operator_roles=tuple(OperatorRole(role) for role in roles) or tuple(OperatorRole),
            verified=True,
        )
    except Refused as fault:
        raise Stop(str(fault)) from None
    click.echo(f"{made.name} ({made.email}) is an operator: {', '.join(made.operator_roles)}.")


def _address(given: str) -> str:
    try:
        return addresses.check(given)
    except Refused as fault:
        raise Stop(str(fault)) from None


def _password() -> str:
    """Asked twice at a terminal; the first line of what is piped in otherwise."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")

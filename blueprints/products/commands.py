"""The command line of imports: `flask products import`, and the same for organizations and people."""

from __future__ import annotations

from pathlib import Path

import click
from flask.blueprints import BlueprintSetupState
from flask.cli import AppGroup

from blueprints.ground.commands import Stop, prepare
from blueprints.products.blueprint import blueprint
from models import journal, settings
from models.errors import N_, Refused
from models.products.importing import imports, places, sheets
from models.products.importing.kinds import ORGANIZATIONS, PEOPLE, PRODUCTS, Kind
from models.products.importing.plans import REFUSED, Applied, Line, Options, count

MOST_SHOWN = 50

organizations = AppGroup("organizations", short_help="Organizations from a file.")
people = AppGroup("people", short_help="People from a file.")
blueprint.cli.short_help = "Products from a file."

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would happen and write nothing.")
organization_option = click.option(
    "--organization", metavar="SLUG", help="Whose rows these are, where no column of the file says it."
)


@blueprint.record_once
def add_groups(state: BlueprintSetupState) -> None:
    """The other two lists have no blueprint of their own."""
    state.app.cli.add_command(organizations)
    state.app.cli.add_command(people)


@blueprint.cli.command("import")
@file_argument
@organization_option
@click.option("--category", metavar="KEY", help="What the products are, where no column of the file says it.")
@dry_run_option
def import_products(file: Path, organization: str | None, category: str | None, dry_run: bool) -> None:
    """Bring the products of a CSV file in: new ones are added, known ones changed.

    The exit code is 1 when rows were refused; the others are written all the same.
    """
    run(PRODUCTS, file, organization, category, dry_run=dry_run)


@organizations.command("import")
@file_argument
@dry_run_option
def import_organizations(file: Path, dry_run: bool) -> None:
    """Bring the organizations of a CSV file in; nobody is told by mail."""
    run(ORGANIZATIONS, file, None, None, dry_run=dry_run)


@people.command("import")
@file_argument
@organization_option
@dry_run_option
def import_people(file: Path, organization: str | None, dry_run: bool) -> None:
    """Bring the people of a CSV file in, without passwords and without a mail."""
    run(PEOPLE, file, organization, None, dry_run=dry_run)


def run(kind: Kind, file: Path, organization: str | None, category: str | None, *, dry_run: bool) -> None:
    """Read, compare, say what would happen, and write it unless this is a dry run."""
    prepare()
    try:
        chosen = imports.options(places.organization(organization or ""), places.category(category or ""))
    except Refused as fault:
        raise Stop(str(fault)) from None
    try:
        lines = compare(kind, file, chosen)
    except Refused as fault:
        raise Stop(f"{file.name}: {fault}") from None
    report(lines)
    if not dry_run:
        by = journal.Person(None, settings.current().provider_name, behalf=N_("the provider"))
        tell(kind.prepare(lines, by, file.name)())
    if any(line.verdict == REFUSED for line in lines):
        raise click.exceptions.Exit(1)


def compare(kind: Kind, file: Path, chosen: Options) -> list[Line]:
    """What every row of the file would do. Raises Refused if the file can't be read or lacks a column."""
    sheet = sheets.read(file.read_bytes())
    mapping = kind.guess(sheet.header)
    kind.check(mapping, chosen)
    for column, name in enumerate(sheet.header):
        if name and column not in mapping.values():
            click.echo(f"Column “{name}” is not known and left out.")
    return kind.compare(sheet, mapping, chosen, lambda done, total: None)


def report(lines: list[Line]) -> None:
    """The refused rows with their reasons, then the counts."""
    refused = [line for line in lines if line.verdict == REFUSED]
    for line in refused[:MOST_SHOWN]:
        click.echo(f"line {line.number}: {line.name or '–'}: {line.reason % line.values}", err=True)
    if len(refused) > MOST_SHOWN:
        click.echo(f"… and {len(refused) - MOST_SHOWN} more refused rows", err=True)
    counted = count(lines)
    click.echo(", ".join(f"{counted[verdict]:,} {verdict}" for verdict in counted))


def tell(applied: Applied) -> None:
    """What was written."""
    click.echo(f"Written: {applied.new:,} new, {applied.changed:,} changed.")
    if applied.skipped:
        lines = ", ".join(map(str, applied.skipped[:MOST_SHOWN]))
        click.echo(f"Left alone, because somebody changed them meanwhile: line {lines}", err=True)

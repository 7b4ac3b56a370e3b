"""Short ways for the tests of imports: a file's text or name in, the verdicts out."""

from __future__ import annotations

import csv
from pathlib import Path

from models import journal
from models.products.importing import imports, sheets
from models.products.importing.kinds import PRODUCTS, Kind
from models.products.importing.plans import Applied, Line
from tests import factories

DATA = Path(__file__).parents[1] / "data"
PROVIDER = journal.Person(None, "Tannwald", behalf="the provider")


def lines(
    content: str | bytes, kind: Kind = PRODUCTS, organization: int | None = None, category: int | None = None
) -> list[Line]:
    """What every row of a file would do."""
    sheet = sheets.read(content.encode() if isinstance(content, str) else content)
    return kind.compare(
        sheet, kind.guess(sheet.header), imports.options(organization, category), lambda done, total: None
    )


def load(content: str | bytes, kind: Kind = PRODUCTS, organization: int | None = None) -> Applied:
    """Compare and write."""
    return kind.prepare(lines(content, kind, organization), PROVIDER, "list.csv")()


def data(name: str) -> bytes:
    """A file of the example data."""
    return (DATA / name).read_bytes()


def example_organizations() -> None:
    """The organizations that the example products belong to."""
    with (DATA / "organizations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            factories.organization(row["Name"], slug=row["Organization"])

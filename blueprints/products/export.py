"""The list as CSV: the products and the columns that are shown, whatever their number, as the import reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response, request, stream_with_context
from flask_babel import gettext as _

from blueprints.ground.guard import organization
from blueprints.ground.page import helps
from blueprints.products import cells, columns
from blueprints.products.blueprint import blueprint
from models import money, sheets
from models.access import Access
from models.base import day, today
from models.permissions import Permission
from models.products import categories, listing, views
from models.products.listing import Listed

Column = tuple[str, str, Callable[[tuple[Any, ...]], object]]
"""The column of the list that it belongs to ("" for what the import can't do without), its name, and its cell."""


@blueprint.get("/o/<slug>/products/export")
@organization(Permission.PRODUCTS_SEE)
def index_export(access: Access) -> Response:
    """Everything that the view in the address shows."""
    here = today(access.visitor.time_zone)
    return sheet(access, listing.walk(access.products(), views.read(request.args), here))


def sheet(access: Access, listed: Iterable[Listed]) -> Response:
    """These products as a CSV download, sent while it is read."""
    shown = set(columns.chosen())
    chosen = [column for column in _columns() if not column[0] or column[0] in shown]
    name = f"{access.slug}-products-{today(access.visitor.time_zone).isoformat()}.csv"
    return Response(
        stream_with_context(sheets.write_rows([label for _of, label, _cell in chosen], _lines(listed, chosen))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _columns() -> list[Column]:
    """All columns under the names that the import reads; a cell is made of a row and, behind it, its tags."""
    yes, no = _("yes"), _("no")
    return [
        ("", _("Name"), lambda row: row[1]),
        ("", _("Category"), lambda row: _(categories.known()[row[4]][0])),
        ("plan", _("Plan"), lambda row: row[3]),
        ("identifier", _("Identifier"), lambda row: row[2]),
        ("renews", _("Expiry date"), lambda row: day(row[6])),
        ("renews", _("Auto-renewal"), lambda row: yes if row[7] else no),
        ("price", _("Price"), lambda row: None if row[8] is None else money.plain(row[8], row[9])),
        ("price", _("Currency"), lambda row: row[9]),
        ("price", _("Period (months)"), lambda row: row[10]),
        ("state", _("State"), lambda row: cells.state_label(row[5])),
        ("holder", _("Holder name"), lambda row: row[11]),
        ("tags", _("Tags"), lambda row: ", ".join(name for _id, name, _color in row[-1])),
    ]


def _lines(listed: Iterable[Listed], chosen: list[Column]) -> Iterator[list[object]]:
    for row, tags in listed:
        line = (*row, tags)
        yield [cell(line) for _of, _label, cell in chosen]


helps("products.index_export", "exporting")

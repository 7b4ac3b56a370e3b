"""The list as CSV: what is shown, with the chosen columns, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from blueprints.ground.guard import organization
from blueprints.ground.page import helps
from blueprints.products import cells
from blueprints.products.blueprint import blueprint
from models import money, sheets
from models.access import Access
from models.base import day, rows, today
from models.permissions import Permission
from models.products import categories, listing, views
from models.products.search import Sql
from models.products.views import View


@blueprint.get("/o/<slug>/products/export")
@organization(Permission.PRODUCTS_SEE)
def index_export(access: Access) -> Response:
    """Everything that the view in the address shows."""
    return sheet(access, views.read(request.args), None)


def sheet(access: Access, view: View, only: Sql | None) -> Response:
    """The products of a view (or of `only`, a query for ids) as a CSV download."""
    here = today(access.visitor.time_zone)
    ids = {found[0] for found in rows(*only)} if only else None
    lines = _lines(access, view, here, ids)
    name = f"{access.slug}-products-{here.isoformat()}.csv"
    return Response(
        b"".join(sheets.write_rows(header(), lines)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def header() -> list[str]:
    """The names of the columns, those that the import reads."""
    return [
        _("Name"),
        _("Category"),
        _("Plan"),
        _("Identifier"),
        _("Expiry date"),
        _("Auto-renewal"),
        _("Price"),
        _("Currency"),
        _("Period (months)"),
        _("State"),
        _("Holder name"),
        _("Tags"),
    ]


def _lines(access: Access, view: View, here: Any, ids: set[int] | None) -> Iterator[list[object]]:
    known = categories.known()
    yes, no = _("yes"), _("no")
    for row, tags in listing.walk(access.products(), view, here):
        if ids is not None and row[0] not in ids:
            continue
        yield [
            row[1],
            _(known[row[4]][0]),
            row[3],
            row[2],
            day(row[6]) or "",
            yes if row[7] else no,
            "" if row[8] is None else money.plain(row[8], row[9]),
            row[9],
            row[10],
            cells.state_label(row[5]),
            row[11],
            ", ".join(name for _id, name, _color in tags),
        ]


helps("products.index_export", "exporting")

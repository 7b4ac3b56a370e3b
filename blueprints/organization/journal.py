"""The journal page: filters in the address bar, entries by day, and the same as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Response, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import formats
from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.organization import edges, sentences
from blueprints.organization.blueprint import blueprint
from models.access import Access
from models.base import today
from models.organization import history
from models.organization.history import Edge, Filter
from models.permissions import Permission
from models.products import listing
from models.products.views import View
from models.sheets import write_rows

FIELDS = ("person", "act", "product", "since", "until")
MOST_PRODUCTS = 100


@blueprint.get("/o/<slug>/journal")
@organization(Permission.JOURNAL_SEE)
def journal(access: Access) -> Response:
    """The entries that match, newest first."""
    page = history.page(_filter(access), _edge())
    values: dict[str, Any] = {
        "days": sentences.days(page.entries),
        "newer": _turn(access, page.newer),
        "older": _turn(access, page.older),
        "given": _given(),
        "narrowed": any(_given().values()),
        "export": url_for("organization.journal_export", slug=access.slug, **_given()),
    }
    if wants_fragment():
        return show("organization/_journal.html", **values)
    people, acts = history.people(access.organization_id), history.acts(access.organization_id)
    return show("organization/journal.html", people=people, acts=sentences.labels(acts), **values)


@blueprint.get("/o/<slug>/journal.csv")
@organization(Permission.JOURNAL_SEE)
def journal_export(access: Access) -> BaseResponse:
    """All entries that match, as a sheet in the reader's language and time zone."""
    header = [_("Time"), _("Person"), _("For"), _("From address"), _("Act"), _("Thing"), _("Sentence"), _("Changes")]
    chunks = write_rows(header, _rows(_filter(access)))
    name = f"journal-{access.slug}-{today(access.visitor.time_zone).isoformat()}.csv"
    return Response(
        stream_with_context(chunks),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(what: Filter) -> Iterator[list[object]]:
    for entry in history.walk(what):
        changed = "; ".join(f"{field}: {old} → {new}" for field, old, new in sentences.changes(entry))
        yield [
            formats.show_datetime(entry.at),
            entry.actor,
            _(entry.behalf) if entry.behalf else "",
            entry.address,
            sentences.label(entry.act),
            entry.subject,
            sentences.plain(entry),
            changed,
        ]


def _given() -> dict[str, Any]:
    """The filters of the address bar that are on."""
    found = {name: request.args.get(name, "").strip()[:80] for name in FIELDS}
    return {name: value for name, value in found.items() if value}


def _filter(access: Access) -> Filter:
    given = _given()
    person = given.get("person", "")
    return Filter(
        access.organization_id,
        access.visitor.time_zone,
        person=int(person) if person.isdecimal() and len(person) < 18 else None,
        act=given.get("act", ""),
        subject=("product", _products(access, given["product"])) if "product" in given else None,
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _products(access: Access, search: str) -> list[int]:
    """Ids of the products that a search finds, for who may see them."""
    page = listing.page(access.products(), View(q=search), today(access.visitor.time_zone), size=MOST_PRODUCTS)
    return [row[0] for row in page.rows]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _edge() -> Edge | None:
    for name, backwards in (("before", False), ("after", True)):
        if found := edges.read(request.args.get(name, "")):
            try:
                return Edge(datetime.fromisoformat(found[0]), found[1], backwards)
            except ValueError:
                return None
    return None


def _turn(access: Access, edge: Edge | None) -> str:
    if edge is None:
        return ""
    values: dict[str, Any] = {
        **_given(),
        "after" if edge.backwards else "before": edges.write(edge.at.isoformat(), edge.id),
    }
    return url_for("organization.journal", slug=access.slug, **values)


helps("organization.journal", "journal")

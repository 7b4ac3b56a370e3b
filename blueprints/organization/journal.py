"""The journal page: filters in the address bar, entries by day, and the same as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import ids
from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.organization import edges, sentences
from blueprints.organization.blueprint import blueprint
from models.access import Access
from models.base import tidy, today
from models.errors import NotFound
from models.organization import history
from models.organization.history import Filter, Query
from models.permissions import Permission
from models.products import listing
from models.products.products import Product
from models.products.views import View
from models.sheets import write_rows

FIELDS = ("person", "act", "product", "product_id", "since", "until")


@blueprint.get("/o/<slug>/journal")
@organization(Permission.JOURNAL_SEE)
def journal(access: Access) -> Response:
    """The entries that match, newest first. `product_id` narrows to one product, `product` to those that it finds."""
    given, product = _given(), _product(access)
    page = history.page(_filter(access, product), edges.read())
    values: dict[str, Any] = {
        "days": sentences.days(page.rows),
        "newer": edges.turn(page.previous, "organization.journal", slug=access.slug, **given),
        "older": edges.turn(page.next, "organization.journal", slug=access.slug, **given),
        "given": given,
        "narrowed": bool(given),
        "product": product,
        "without_product": url_for("organization.journal", slug=access.slug, **{**given, "product_id": None}),
        "export": url_for("organization.journal_export", slug=access.slug, **given),
    }
    if wants_fragment() or edges.swaps("entries"):
        return show("organization/_journal.html", **values)
    people, acts = history.people(access.organization_id), history.acts(access.organization_id)
    return show("organization/journal.html", people=people, acts=sentences.labels(acts), **values)


@blueprint.get("/o/<slug>/journal.csv")
@organization(Permission.JOURNAL_SEE)
def journal_export(access: Access) -> BaseResponse:
    """All entries that match, as a sheet in the reader's language and time zone."""
    header = [_("Time"), _("Person"), _("For"), _("From address"), _("Act"), _("Thing"), _("Sentence"), _("Changes")]
    chunks = write_rows(header, _rows(_filter(access, _product(access))))
    name = f"journal-{access.slug}-{today(access.visitor.time_zone).isoformat()}.csv"
    return Response(
        stream_with_context(chunks),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(what: Filter) -> Iterator[list[object]]:
    """Times are ISO 8601 with the reader's offset, and values are whole: a sheet is read by programs as well."""
    zone = ZoneInfo(what.time_zone)
    for entry in history.walk(what):
        changed = "; ".join(f"{field}: {old} → {new}" for field, old, new in sentences.changes(entry, whole=True))
        yield [
            entry.at.astimezone(zone).isoformat(timespec="seconds"),
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
    found = {name: tidy(request.args.get(name, ""))[:80] for name in FIELDS}
    return {name: value for name, value in found.items() if value}


def _filter(access: Access, product: Product | None) -> Filter:
    given = _given()
    return Filter(
        access.organization_id,
        access.visitor.time_zone,
        person=next(iter(ids.read([given.get("person", "")])), None),
        act=given.get("act", ""),
        subject=_subject(access, product, given.get("product", "")),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _subject(access: Access, product: Product | None, search: str) -> tuple[str, Query] | None:
    """The products that are asked for, as far as the person may see them; None for entries about anything."""
    reach = access.products()
    if product:
        return "product", listing.chosen(reach, [product.id])
    if search:
        return "product", listing.selection(reach, View(q=search), today(access.visitor.time_zone))
    return None


def _product(access: Access) -> Product | None:
    """The product that the address names. Raises NotFound for one that the person may not see."""
    text = _given().get("product_id")
    if text is None:
        return None
    where, params = access.products().where()
    found = listing.one(where, params, next(iter(ids.read([text])), 0))
    if found is None:
        raise NotFound
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


helps("organization.journal", "journal")

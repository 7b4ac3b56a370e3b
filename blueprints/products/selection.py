"""The chosen rows of the list, as a bulk form posts them: single products, or all that match the view."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from blueprints.ground import ids
from models.access import Access
from models.base import today
from models.errors import N_, Refused
from models.products import listing, views
from models.products.search import Sql
from models.products.views import View

MOST_CHOSEN = 500
"""Ten times the rows of a page."""


@dataclass(frozen=True)
class Selection:
    """`query` finds the ids, `count` says how many (capped at 10,001), `hidden` are the fields that say it again.

    `ids` are the ticked rows; None where all that match are chosen.
    """

    query: Sql
    count: int
    view: View
    ids: list[int] | None
    hidden: list[tuple[str, str]]
    back: str


def read(access: Access) -> Selection:
    """What was chosen. Raises Refused if nothing was, or nothing of it is within reach any more."""
    view = views.read(request.form)
    here = today(access.visitor.time_zone)
    chosen = None if request.form.get("all") == "1" else ids.read(request.form.getlist("chosen"))[:MOST_CHOSEN]
    if chosen is None:
        query, hidden = listing.selection(access.products(), view, here), [("all", "1")]
    else:
        query, hidden = listing.chosen(access.products(), chosen), [("chosen", str(number)) for number in chosen]
    count = listing.sized(query)
    if not count:
        raise Refused(N_("Choose at least one product first."))
    return Selection(query, count, view, chosen, hidden + _fields(view), _back(access, view))


def _fields(view: View) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in MultiDict(view.arguments()).items(multi=True)]


def _back(access: Access, view: View) -> str:
    return url_for("products.index", slug=access.slug, **view.arguments())

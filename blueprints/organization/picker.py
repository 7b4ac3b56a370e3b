"""The picker: categories, and single products found by a search, as part of a form.

What is ticked is what the form holds; `shown` says which products it offered, so that what it did not offer stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from models.access import Access
from models.base import today
from models.organization import grants
from models.organization.grants import Given
from models.products import categories, listing
from models.products.views import View

RESULTS = 20
MOST_SHOWN = 200

Line = tuple[int, str, str, str, bool]
"""Id, name, category, icon, ticked."""


@dataclass(frozen=True, slots=True)
class Picker:
    """What the picker shows. `more` counts products that were given and are not among `chosen`."""

    categories: list[tuple[int, str, str, bool]]
    chosen: list[Line]
    found: list[Line]
    search: str
    total: int
    capped: bool
    more: int = 0


def posted() -> tuple[set[int], set[int], set[int]]:
    """Ids of the ticked products, of those that were offered, and of the ticked categories."""
    return _ids("product"), _ids("shown"), _ids("category")


def show(access: Access, held: Given, *, fresh: bool) -> Picker:
    """The picker over what a member has (`held`); unless `fresh`, with what the form holds instead."""
    ticked, shown, kinds = (set(held.products), set[int](), set(held.categories)) if fresh else posted()
    search = "" if fresh else request.form.get("q", "").strip()[:80]
    if not fresh:
        ticked |= held.products - shown
    listed = sorted(ticked)[:MOST_SHOWN]
    found, total, capped = _find(access, search)
    names = categories.known()
    chosen = [(i, n, _(names[c][0]), names[c][1], True) for i, n, c in grants.named(access.organization_id, listed)]
    return Picker(
        categories=[(c.id, _(c.name), c.icon, c.id in kinds) for c in categories.choices()],
        chosen=chosen,
        found=[line for line in found if line[0] not in listed],
        search=search,
        total=total,
        capped=capped,
        more=len(ticked) - len(listed),
    )


def _find(access: Access, search: str) -> tuple[list[Line], int, bool]:
    """Products that match a search, for who may give them; without one the first few by name."""
    page = listing.page(access.products(), View(q=search), today(access.visitor.time_zone), size=RESULTS)
    names = categories.known()
    lines = [(r[0], r[1], _(names[r[4]][0]), names[r[4]][1], False) for r in page.rows]
    return lines, page.total, page.capped


def _ids(name: str) -> set[int]:
    given = request.form.getlist(name)[: grants.MOST_AT_ONCE]
    return {int(text) for text in given if text.isdecimal() and len(text) < 18}

"""The picker: categories, and single products found by a search, as part of a form.

What is ticked is what the form holds; `shown` and `offered` say which products and categories it offered, so that
what it did not offer stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from blueprints.ground import ids
from models.access import Access
from models.base import tidy, today
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
    """What the picker shows. Categories are (id, name, icon, archived, ticked); `more` counts products that were
    given and are not among `chosen`."""

    categories: list[tuple[int, str, str, bool, bool]]
    chosen: list[Line]
    found: list[Line]
    search: str
    total: int
    capped: bool
    more: int = 0


def posted() -> tuple[Given, Given]:
    """What was ticked, and what was offered."""
    return Given(_ids("product"), _ids("category")), Given(_ids("shown"), _ids("offered"))


def show(access: Access, held: Given, *, fresh: bool) -> Picker:
    """The picker over what a member has (`held`); unless `fresh`, with what the form holds instead."""
    chosen, offered = (held, held) if fresh else posted()
    search = "" if fresh else tidy(request.form.get("q", ""))[:80]
    ticked = chosen.products | (held.products - offered.products)
    listed = sorted(ticked)[:MOST_SHOWN]
    found, total, capped = _find(access, search)
    names = categories.known()
    return Picker(
        categories=_categories(held, chosen),
        chosen=[(i, n, _(names[c][0]), names[c][1], True) for i, n, c in grants.named(access.products(), listed)],
        found=[line for line in found if line[0] not in listed],
        search=search,
        total=total,
        capped=capped,
        more=len(ticked) - len(listed),
    )


def _categories(held: Given, chosen: Given) -> list[tuple[int, str, str, bool, bool]]:
    """Categories in use, and archived ones that the member has: these can be taken back."""
    used = {category.id for category in categories.choices()}
    return [
        (i, _(name), icon, i not in used, i in chosen.categories)
        for i, (name, icon) in categories.known().items()
        if i in used or i in held.categories
    ]


def _find(access: Access, search: str) -> tuple[list[Line], int, bool]:
    """Products that match a search, for who may give them; without one the first few by name."""
    page = listing.page(access.products(), View(q=search), today(access.visitor.time_zone), size=RESULTS)
    names = categories.known()
    lines = [(r[0], r[1], _(names[r[4]][0]), names[r[4]][1], False) for r in page.rows]
    return lines, page.total, page.capped


def _ids(name: str) -> frozenset[int]:
    return frozenset(ids.read(request.form.getlist(name)[: grants.MOST_AT_ONCE]))

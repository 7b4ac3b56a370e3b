"""Rows of the product list as HTML, put together as text and kept.

A page has 50 of them with six cells each: a template's loop over the same rows was measured at four times the cost.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints.ground import formats
from blueprints.ground.page import asset
from blueprints.products import cells, chips
from blueprints.products.columns import are_many
from models.access import Access
from models.base import day
from models.products import categories
from models.products.listing import Page
from models.products.search import TagRow

Row = tuple[Any, ...]

_BREAK = Markup(".<wbr>")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """All but the product itself that a row depends on: the columns, the day, the reader. The same for the same."""

    columns: tuple[str, ...]
    here: date
    language: str
    sprite: str
    slug: str
    base: str
    editable: bool


def body(access: Access, page: Page, columns: tuple[str, ...], here: date) -> Markup:
    """The rows of the table's body; `here` is today for the reader."""
    base = f"{request.script_root}/o/{access.slug}/products/"
    reading = _reading(
        columns, here, formats.language(), asset("icons.svg"), access.slug, base, editable=access.writable
    )
    known, tags = categories.known(), page.tags
    lines = [line(row, known[row[4]], tuple(tags.get(row[0], ())), reading) for row in page.rows]
    return Markup("".join(lines))  # noqa: S704  every word of a product is escaped where its cell is made


_reading = functools.lru_cache(maxsize=1024)(Reading)


@functools.lru_cache(maxsize=4096)
def line(row: Row, category: tuple[str, str], tags: tuple[TagRow, ...], reading: Reading) -> str:
    """One row: the box, the name with its category's picture, the chosen cells."""
    number, name = row[0], escape(row[1])
    picture, _label = cells.category(*category, reading.language, reading.sprite)
    select = escape(_("Select %(name)s", name=row[1]))
    chosen = "".join([_MAKERS[name](row, category, tags, reading) for name in reading.columns if name in _MAKERS])
    return (
        f'<tr><td class="pick"><label><input type="checkbox" name="chosen" value="{number}" data-select '
        f'aria-label="{select}"></label></td><td class="g-name"><span class="cell">{picture}'
        f'<a class="name" href="{reading.base}{number}" title="{name}">{_in_lines(name, reading)}</a></span></td>'
        f"{chosen}</tr>"
    )


def _in_lines(text: Markup, reading: Reading) -> Markup:
    """Beside many columns a text goes on in a second line, after a dot rather than inside a word."""
    return text.replace(".", _BREAK) if are_many(reading.columns) else text


def _category(_row: Row, category: tuple[str, str], _tags: Any, reading: Reading) -> str:
    label = cells.category(*category, reading.language, reading.sprite)[1]
    return f'<td class="muted nowrap g-kind">{escape(label)}</td>'


def _plan(row: Row, *_rest: Any) -> str:
    return f'<td class="muted g-plan">{escape(row[3])}</td>'


def _identifier(row: Row, _category: Any, _tags: Any, reading: Reading) -> str:
    return f'<td class="mono g-ident">{_in_lines(escape(row[2]), reading)}</td>'


def _holder(row: Row, *_rest: Any) -> str:
    return f'<td class="muted g-holder">{escape(row[11])}</td>'


def _tags(row: Row, _category: Any, tags: tuple[TagRow, ...], reading: Reading) -> str:
    return f'<td class="g-tags">{chips.cell(reading.slug, row[0], row[1], tags, editable=reading.editable)}</td>'


def _state(row: Row, _category: Any, _tags: Any, reading: Reading) -> str:
    return f'<td class="g-state">{cells.state(row[5], reading.language, reading.sprite)}</td>'


def _renews(row: Row, _category: Any, _tags: Any, reading: Reading) -> str:
    due = cells.due(day(row[6]), reading.here, bool(row[7]), row[5], reading.language, reading.sprite)
    return f'<td class="g-due">{due}</td>'


def _price(row: Row, _category: Any, _tags: Any, reading: Reading) -> str:
    return f'<td class="num g-num nowrap">{cells.price(row[8], row[9], row[10], reading.language)}</td>'


_MAKERS: dict[str, Callable[[Row, tuple[str, str], tuple[TagRow, ...], Reading], str]] = {
    "category": _category,
    "plan": _plan,
    "identifier": _identifier,
    "holder": _holder,
    "tags": _tags,
    "state": _state,
    "renews": _renews,
    "price": _price,
}

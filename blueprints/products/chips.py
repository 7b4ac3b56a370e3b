"""Chips: the Tag cell of a product as HTML, the same in the list and in the answer to a change.

A list has 50 such cells: what is the same in many rows is made once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints.ground.page import asset
from blueprints.ground.session import person

MOST = 3

Chips = tuple[tuple[int, str, str], ...]
"""Id, name and colour of each tag, in the order in which they are shown."""

Cell = Callable[[int, str, Chips], Markup]
"""Makes a Tag cell from product id, product name and tags."""

HERE = "\0"
"""Stands for the product's own address or name in what is kept."""


@lru_cache(maxsize=20_000)
def chip(name: str, color: str, href: str = "") -> Markup:
    """One tag; a link where it has an address."""
    if href:
        return Markup(f'<a href="{escape(href)}" {_inside(name, color)}</a>')  # noqa: S704  all parts are escaped
    return Markup(f"<span {_inside(name, color)}</span>")  # noqa: S704  all parts are escaped


def cell(slug: str, product_id: int, product_name: str, tags: Chips, *, editable: bool = True) -> Markup:
    """The Tag cell of one product: at most three chips, how many more, and the + that opens the editor."""
    return cells(slug, editable=editable)(product_id, product_name, tags)


def cells(slug: str, *, editable: bool = True) -> Cell:
    """The maker of a list's Tag cells; without `editable` they only show."""
    return _maker(f"{request.script_root}/o/{slug}/products/", editable, person().language, asset("icons.svg"))


@lru_cache(maxsize=4096)
def _maker(base: str, editable: bool, _language: str, icons: str) -> Cell:
    if not editable:
        return lambda product_id, _name, tags: Markup(  # noqa: S704  all parts are escaped
            f'<div class="tags" id="tags-{product_id}">{_shown(tags)}</div>'
        )
    before, after = _add(icons)

    def make(product_id: int, product_name: str, tags: Chips) -> Markup:
        href = f"{base}{product_id}/tags"
        return Markup(  # noqa: S704  all parts are escaped
            f'<div class="tags" id="tags-{product_id}">{_openers(tags).replace(HERE, href) if tags else ""}'
            f'<a href="{href}" {before}{escape(product_name)}{after}</div>'
        )

    return make


@lru_cache(maxsize=20_000)
def _shown(tags: Chips) -> str:
    more = "" if len(tags) <= MOST else f"<span {_more(tags)}</span>"
    return "".join(chip(name, color) for _id, name, color in tags[:MOST]) + more


@lru_cache(maxsize=20_000)
def _openers(tags: Chips) -> str:
    """The chips as links to the editor. The + leads there too, so one stop of the Tab key per row is enough."""
    opens = f'<a href="{HERE}" tabindex="-1" data-tag-edit'
    more = "" if len(tags) <= MOST else f"{opens} {_more(tags)}</a>"
    return "".join(f"{opens} {_inside(name, color)}</a>" for _id, name, color in tags[:MOST]) + more


def _inside(name: str, color: str) -> str:
    said = escape(name)
    return f'class="tag c-{color}" title="{said}"><span class="tag__name">{said}</span>'


def _more(tags: Chips) -> str:
    said = escape(", ".join(name for _id, name, _color in tags[MOST:]))
    return f'class="tag-more" title="{said}">+{len(tags) - MOST}<span class="sr">: {said}</span>'


def _add(icons: str) -> tuple[str, str]:
    """The + before and after the product's name."""
    before, after = _("Add a tag to %(product)s", product=HERE).split(HERE)
    picture = f'<svg class="icon icon--s" aria-hidden="true"><use href="{icons}#plus"/></svg>'
    opens = 'class="tag-add" role="button" data-tag-edit aria-haspopup="dialog" aria-expanded="false"'
    return f'{opens} aria-label="{escape(before)}', f'{escape(after)}">{picture}</a>'

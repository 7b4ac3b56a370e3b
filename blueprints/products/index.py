"""The product list: the address bar holds the view; search and filters swap the list in place."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground import formats
from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.products import cells, columns, lines
from blueprints.products.blueprint import blueprint
from models.access import Access
from models.base import today
from models.permissions import Permission
from models.products import categories, listing, tag_list, views
from models.products.views import View


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column that can be sorted by: where its head leads, and how it stands now."""

    href: str
    direction: str


@blueprint.get("/o/<slug>/products")
@organization(Permission.PRODUCTS_SEE)
def index(access: Access) -> Response:
    """The list, or the part of it that a search, a filter, a sort or a page swaps in."""
    view = views.read(request.args)
    here = today(access.visitor.time_zone)
    page = listing.page(access.products(), view, here)
    if not page.rows and view.cursor:
        view = views.read(views.Given(view.arguments()))  # The row at the page's edge is gone: begin anew.
        page = listing.page(access.products(), view, here)
    part = request.headers.get("HX-Target", "").endswith("#list")
    chosen = columns.chosen()
    return show(
        "products/_list.html" if part else "products/index.html",
        view=view,
        page=page,
        rows=lines.body(access, page, chosen, here),
        columns=chosen,
        many=columns.are_many(chosen),
        labels=tuple(columns.labels(formats.language()).items()),
        chips=_chips(access, view, page),
        counted=_counted(page),
        shown=_shown(page),
        matching=formats.show_number(page.cap) + "+" if page.capped else str(page.total),
        here=_base(access),
        asked=_flat(view.arguments()),
        query=_query(view.arguments()),
        sorting={name: _sorting(access, view, name) for name in ("name", "due")},
        previous=_turn(access, view, page.previous),
        next=_turn(access, view, page.next),
    )


@blueprint.get("/o/<slug>/products/filter")
@organization(Permission.PRODUCTS_SEE)
def index_filter(access: Access) -> Response:
    """Every filter in one form; the panel over the list, or a page where there is no script."""
    view, find = views.read(request.args), request.args.get("find", "")
    return show(
        "products/_filter.html" if wants_fragment() else "products/filter.html",
        view=view,
        asked=view.arguments(),
        categories=categories.choices(),
        listed=tag_list.choices(access.products(), find, view.tags),
        find=find,
        labels=filter_labels(formats.language()),
    )


@functools.cache
def filter_labels(language: str) -> dict[str, dict[str, str]]:
    """The words of each filter's values; `language` is the reader's."""
    return {
        "state": {name: cells.state_label(name) for name in views.STATES},
        "expiry": {
            "7": _("within 7 days"),
            "30": _("within 30 days"),
            "60": _("within 60 days"),
            "90": _("within 90 days"),
            "past": _("in the past"),
            "none": _("never"),
        },
        "renewal": {"auto": _("by itself"), "hand": _("by hand")},
        "match": {"any": _("any of these"), "all": _("all of these")},
    }


def _chips(access: Access, view: View, page: listing.Page) -> list[tuple[str, str, str]]:
    """The filters that are on: name, value, and the list without it."""
    if not view.narrowed:
        return []
    words, found = filter_labels(formats.language()), []
    if view.q:
        found.append((_("Search"), view.q, _link(access, view, q="")))
    for number in view.categories:
        name, _icon = categories.known().get(number, ("?", ""))
        rest = tuple(n for n in view.categories if n != number)
        found.append((_("Category"), _(name), _link(access, view, categories=rest)))
    if view.tags:
        named = ", ".join(name for _id, name, _color in page.chosen_tags) or _("deleted")
        several = _("all of %(names)s", names=named) if view.match == "all" else _("any of %(names)s", names=named)
        found.append((_("Tag"), several if len(view.tags) > 1 else named, _link(access, view, tags=())))
    for field, label in (("state", _("State")), ("expiry", _("Expires")), ("renewal", _("Renews"))):
        if value := getattr(view, field):
            found.append((label, words[field][value], _link(access, view, **{field: ""})))
    return found


def _counted(page: listing.Page) -> str:
    if page.capped:
        return str(_("more than %(num)s products", num=formats.show_number(page.cap)))
    return str(ngettext("%(shown)s product", "%(shown)s products", page.total, shown=formats.show_number(page.total)))


def _shown(page: listing.Page) -> str:
    """Which of them stand on the page: known without counting on the first page and on the last."""
    if not (page.previous or page.next) or (page.previous and (page.next or page.capped)):
        return _counted(page)
    first = page.total - len(page.rows) + 1 if page.previous else 1
    told = _("%(first)s–%(last)s of more than %(all)s") if page.capped else _("%(first)s–%(last)s of %(all)s")
    numbers = {"first": first, "last": first + len(page.rows) - 1, "all": page.cap if page.capped else page.total}
    return str(told % {name: formats.show_number(number) for name, number in numbers.items()})


def _base(access: Access) -> str:
    """The list's own address; a page holds a dozen links below it."""
    return f"{request.script_root}/o/{access.slug}/products"


def _query(arguments: dict[str, Any]) -> str:
    return "?" + urlencode(arguments, doseq=True) if arguments else ""


def _flat(arguments: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The arguments one by one, as hidden fields hold them."""
    return tuple(
        (name, str(one))
        for name, value in arguments.items()
        for one in (value if isinstance(value, tuple) else (value,))
    )


def _link(access: Access, view: View, **changes: Any) -> str:
    return _base(access) + _query(view.arguments(**changes))


def _turn(access: Access, view: View, cursor: views.Cursor | None) -> str:
    if cursor is None:
        return ""
    return _base(access) + _query({**view.arguments(), "before" if cursor.backwards else "after": str(cursor)})


def _sorting(access: Access, view: View, name: str) -> Sorting:
    current = view.sort.removeprefix("-") == name
    direction = ("descending" if view.descending else "ascending") if current else ""
    return Sorting(_link(access, view, sort=f"-{name}" if direction == "ascending" else name), direction)


helps("products.index", "products")
helps("products.index_filter", "finding-products")

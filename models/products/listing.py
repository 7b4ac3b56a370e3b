"""The product list: one index range per page, whatever the filter, on both databases.

Rows are plain tuples, and SQL is put together as text: building models and queries was measured to take two
thirds of a page's time. A list walks the sort index of the organization, or of a tag, or sorts the few products
that a rare search finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.base import marks, rows
from models.products import search
from models.products.products import Product
from models.products.reach import Reach
from models.products.search import Found, Sql, TagRow
from models.products.views import Cursor, View
from models.products.ways import Way, ways

PAGE_SIZE = 50
COUNT_CAP = 10_000
MOST_NAMED = 8
"""How far a selection is counted."""
PAGE_CAP = 1_000
"""How far a page counts: as far as the count costs no more than the page."""
COLUMNS = (
    "p.id, p.name, p.identifier, p.plan, p.category_id, p.state, p.expires_on, p.auto_renew, p.price_minor, "
    "p.currency, p.period_months, p.holder_name, p.name_key, p.due_key"
)
BATCH = 500
"""How many rows a walk reads at once."""

Listed = tuple[tuple[Any, ...], list[TagRow]]
"""A row (COLUMNS), and the tags of its product."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `rows` are COLUMNS; `tags` are (id, name, colour) by product id; `total` counts to `cap` and one."""

    rows: list[tuple[Any, ...]]
    tags: dict[int, list[TagRow]]
    total: int
    cap: int
    previous: Cursor | None
    next: Cursor | None
    chosen_tags: list[TagRow]

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > self.cap


def page(reach: Reach, view: View, today: date, size: int = PAGE_SIZE) -> Page:
    """One page of a view, in at most four queries."""
    found = search.find(reach, view)
    listed = _rows(reach, view, found, today, size + 1)
    backwards = view.cursor is not None and view.cursor.backwards
    more = len(listed) > size
    total, cap = _counted(reach, view, found, today, len(listed), size)
    listed = listed[:size]
    if backwards:
        listed.reverse()
    return Page(
        rows=listed,
        tags=tags_of([row[0] for row in listed]),
        total=total,
        cap=cap,
        previous=_edge(view, listed[0], backwards=True) if listed and (more if backwards else view.cursor) else None,
        next=_edge(view, listed[-1]) if listed and (more or backwards) else None,
        chosen_tags=found.chosen,
    )


def _counted(reach: Reach, view: View, found: Found, today: date, listed: int, size: int) -> tuple[int, int]:
    """How many there are, and how far was counted: no query where the page itself says it."""
    if not view.cursor and listed <= size:
        return listed, PAGE_CAP
    if view.words and found.few is None:
        return size + 1, size  # Counting on would read every row between two matches.
    return _count(reach, view, found, today, PAGE_CAP), PAGE_CAP


def selection(reach: Reach, view: View, today: date) -> Sql:
    """A query for the ids of all products of a view, for acts on everything that matches."""
    return _ids(ways(reach, view, search.find(reach, view), today), None)


def chosen(reach: Reach, ids: Sequence[int]) -> Sql:
    """A query for those of these ids that are reached."""
    where, params = reach.where()
    return f"SELECT p.id FROM product p WHERE {where} AND p.id IN ({marks(ids)})", [*params, *ids]


def count(reach: Reach, view: View, today: date) -> int:
    """How many products a view has, at most 10,001."""
    return _count(reach, view, search.find(reach, view), today, COUNT_CAP)


def sized(query: Sql) -> int:
    """How many products a selection has, at most 10,001."""
    return _size(query, COUNT_CAP)


def names(query: Sql) -> list[str]:
    """The first few names of a selection, as they are sorted in the list."""
    text, params = query
    found = rows(f"SELECT name FROM product WHERE id IN ({text}) ORDER BY name_key, id LIMIT {MOST_NAMED}", params)
    return [name for (name,) in found]


def walk(reach: Reach, view: View, today: date) -> Iterator[Listed]:
    """All rows of a view with their tags, page after page: memory does not grow with their number."""
    return _walk(reach, view, search.find(reach, view), today)


def walk_chosen(reach: Reach, ids: Sequence[int], sort: str, today: date) -> Iterator[Listed]:
    """The same of those of these ids that are reached."""
    return _walk(reach, View(sort=sort), Found([], few=json.dumps(sorted(set(ids)))), today)


def _walk(reach: Reach, view: View, found: Found, today: date) -> Iterator[Listed]:
    while True:
        listed = _rows(reach, view, found, today, BATCH)
        tags = tags_of([row[0] for row in listed])
        for row in listed:
            yield row, tags.get(row[0], [])
        if len(listed) < BATCH:
            return
        view = replace(view, cursor=_edge(view, listed[-1]))


def _edge(view: View, row: tuple[Any, ...], *, backwards: bool = False) -> Cursor:
    return Cursor(row[-1] if view.column == "due_key" else row[-2], row[0], backwards)


def tags_of(ids: list[int]) -> dict[int, list[TagRow]]:
    """The tags of these products, by product id, in order of name. The number of marks is fixed, so the SQL is too."""
    if not ids:
        return {}
    wanted = ids + [0] * (-len(ids) % 50)
    found: dict[int, list[TagRow]] = {}
    for product_id, tag_id, name, color in rows(
        "SELECT x.product_id, t.id, t.name, t.color FROM product_tag x JOIN tag t ON t.id = x.tag_id "
        f"WHERE x.product_id IN ({marks(wanted)}) ORDER BY t.name_key",
        wanted,
    ):
        found.setdefault(product_id, []).append((tag_id, name, color))
    return found


def _rows(reach: Reach, view: View, found: Found, today: date, limit: int) -> list[tuple[Any, ...]]:
    routes = ways(reach, view, found, today)
    forward = view.descending == bool(view.cursor and view.cursor.backwards)
    direction = "" if forward else " DESC"
    compare = ">" if forward else "<"
    if len(routes) == 1:
        text, params = _ordered(COLUMNS, routes[0], view.cursor, compare, direction, limit)
        return rows(text, params)
    parts, values = [], list[object]()
    for way in routes:
        text, params = _ordered(f"{way.id} AS id, {way.key} AS k", way, view.cursor, compare, direction, limit)
        parts.append(f"SELECT * FROM ({text}) AS b")
        values += params
    union = " UNION ".join(parts)
    return rows(
        f"SELECT {COLUMNS} FROM (SELECT id, k FROM ({union}) AS u ORDER BY k{direction}, id{direction} LIMIT {limit}) "
        f"AS w CROSS JOIN product p WHERE p.id = w.id ORDER BY w.k{direction}, w.id{direction}",
        values,
    )


def _ordered(columns: str, way: Way, cursor: Cursor | None, compare: str, direction: str, limit: int) -> Sql:
    where, params = list(way.where), list(way.params)
    if cursor:
        where.append(f"({way.key}, {way.id}) {compare} (?, ?)")
        params += [cursor.key, cursor.id]
    order = f"{way.key}{direction}, {way.id}{direction}"
    return f"SELECT {columns} FROM {way.source} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {limit}", params


def _ids(routes: list[Way], limit: int | None) -> Sql:
    cut = f" LIMIT {limit}" if limit else ""
    parts = [f"SELECT {b.id} AS id FROM {b.source} WHERE {' AND '.join(b.where)}{cut}" for b in routes]
    params = [value for b in routes for value in b.params]
    if len(parts) == 1:
        return parts[0], params
    return " UNION ".join(f"SELECT id FROM ({part}) AS b" for part in parts) + cut, params


def _count(reach: Reach, view: View, found: Found, today: date, cap: int) -> int:
    return _size(_plain_tag(reach, view, found) or _ids(ways(reach, view, found, today), cap + 1), cap)


def _size(query: Sql, cap: int) -> int:
    text, params = query
    return int(rows(f"SELECT count(*) FROM (SELECT 1 FROM ({text}) AS q LIMIT {cap + 1}) AS n", params)[0][0])


def _plain_tag(reach: Reach, view: View, found: Found) -> Sql | None:
    """One tag of the organization and no other filter, for who sees everything: its links alone can be counted."""
    plain = reach.everything and view.narrowed == 1 and len(view.tags) == 1
    if not plain:
        return None
    return "SELECT x.product_id FROM product_tag x WHERE x.tag_id = ?", [found.chosen[0][0] if found.chosen else 0]


def one(where: str, params: Sequence[object], product_id: int) -> Product | None:
    """The product of this id, if the condition on `p` holds."""
    found = rows(f"SELECT p.id FROM product p WHERE p.id = ? AND {where}", (product_id, *params))
    return Product.get_by_id(product_id) if found else None

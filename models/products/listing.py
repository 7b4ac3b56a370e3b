"""The product list: one index range per page, whatever the filter, on both databases.

Rows are plain tuples, and SQL is put together as text: building models and queries was measured to take two
thirds of a page's time. A list walks the sort index of the organization, or of a tag, or sorts the few products
that a rare search finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.base import is_postgresql, marks, rows
from models.products.products import NO_DATE, Product
from models.products.reach import Reach
from models.products.views import Cursor, View

PAGE_SIZE = 50
COUNT_CAP = 10_000
"""How far a selection is counted."""
PAGE_CAP = 1_000
"""How far a page counts: as far as the count costs no more than the page."""
SEARCH_CAP = 200
"""The same for a search that has to read every row."""
RARE = 500
COLUMNS = (
    "p.id, p.name, p.identifier, p.plan, p.category_id, p.state, p.expires_on, p.auto_renew, p.price_minor, "
    "p.currency, p.period_months, p.holder_name, p.name_key, p.due_key"
)

Sql = tuple[str, list[object]]
TagRow = tuple[int, str, str]


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


@dataclass(frozen=True, slots=True)
class Found:
    """What had to be known before the list: the names of chosen tags, tags that match, what a rare search finds."""

    chosen: list[TagRow]
    matching: list[int]
    rare: list[int] | None


def page(reach: Reach, view: View, today: date, size: int = PAGE_SIZE) -> Page:
    """One page of a view, in at most four queries."""
    found = prepare(reach, view)
    cap = SEARCH_CAP if view.words and found.rare is None else PAGE_CAP
    listed = _rows(reach, view, found, today, size + 1)
    backwards = view.cursor is not None and view.cursor.backwards
    more = len(listed) > size
    listed = listed[:size]
    if backwards:
        listed.reverse()
    return Page(
        rows=listed,
        tags=tags_of([row[0] for row in listed]),
        total=_count(reach, view, found, today, cap),
        cap=cap,
        previous=_edge(view, listed[0], backwards=True) if listed and (more if backwards else view.cursor) else None,
        next=_edge(view, listed[-1]) if listed and (more or backwards) else None,
        chosen_tags=found.chosen,
    )


def selection(reach: Reach, view: View, today: date) -> Sql:
    """A query for the ids of all products of a view, for acts on everything that matches."""
    found = prepare(reach, view)
    return _ids(_branches(reach, view, found, today), None)


def chosen(reach: Reach, ids: Sequence[int]) -> Sql:
    """A query for those of these ids that are reached."""
    where, params = reach.where()
    return f"SELECT p.id FROM product p WHERE {where} AND p.id IN ({marks(ids)})", [*params, *ids]


def count(reach: Reach, view: View, today: date) -> int:
    """How many products a view has, at most 10,001."""
    return _count(reach, view, prepare(reach, view), today, COUNT_CAP)


def walk(reach: Reach, view: View, today: date) -> Any:
    """All rows of a view as (row, tags), page after page: memory does not grow with their number."""
    found = prepare(reach, view)
    while True:
        listed = _rows(reach, view, found, today, 500)
        tags = tags_of([row[0] for row in listed])
        for row in listed:
            yield row, tags.get(row[0], [])
        if len(listed) < 500:
            return
        view = _moved(view, listed[-1])


def _moved(view: View, row: tuple[Any, ...]) -> View:
    return View(**{**{n: getattr(view, n) for n in View.__slots__}, "cursor": _edge(view, row)})


def _edge(view: View, row: tuple[Any, ...], *, backwards: bool = False) -> Cursor:
    return Cursor(row[-1] if view.column == "due_key" else row[-2], row[0], backwards)


def tags_of(ids: list[int]) -> dict[int, list[TagRow]]:
    """The tags of these products, by product id, in order of name. The number of marks is fixed, so the SQL is too."""
    if not ids:
        return {}
    wanted = ids + [0] * (-len(ids) % 50)
    found: dict[int, list[TagRow]] = {}
    for product_id, *tag in rows(
        "SELECT x.product_id, t.id, t.name, t.color FROM product_tag x JOIN tag t ON t.id = x.tag_id "
        f"WHERE x.product_id IN ({marks(wanted)}) ORDER BY t.name_key",
        wanted,
    ):
        found.setdefault(product_id, []).append((tag[0], tag[1], tag[2]))
    return found


def prepare(reach: Reach, view: View) -> Found:
    """One query for chosen and matching tags and for how rare a search is; none where neither is asked."""
    words = view.words
    if not words and not view.tags:
        return Found([], [], None)
    parts = ["SELECT id, name, color, 0 FROM tag WHERE organization_id = ? AND id IN (" + marks(view.tags) + ")"]
    params: list[object] = [reach.organization_id, *view.tags]
    if words:
        parts.append(
            "SELECT * FROM (SELECT id, '', '', 1 FROM tag WHERE organization_id = ? AND name_key LIKE ? ESCAPE '\\' "
            "ORDER BY id LIMIT 20) AS m"
        )
        params += [reach.organization_id, like(" ".join(words))]
        if _indexed(words):
            text, values = _searched(words)
            parts.append(f"SELECT c.id, '', '', 2 FROM (SELECT {text} LIMIT {RARE + 1}) AS c")
            params += values
    found = rows(" UNION ALL ".join(parts), params)
    rare = [r[0] for r in found if r[3] == _RARE]
    return Found(
        [(r[0], r[1], r[2]) for r in found if r[3] == _CHOSEN],
        [r[0] for r in found if r[3] == _MATCHING],
        rare if len(rare) <= RARE and _indexed(words) else None,
    )


_CHOSEN, _MATCHING, _RARE = 0, 1, 2


def like(text: str) -> str:
    """A pattern for texts that contain this one."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _indexed(words: list[str]) -> list[str]:
    """The words that a trigram index can find."""
    return [word for word in words if len(word) > 2]


def _searched(words: list[str]) -> Sql:
    """What follows a SELECT for the `id`s, over all organizations, of products that hold the words an index knows."""
    usable = _indexed(words)
    if is_postgresql():
        text = " AND ".join("s.search LIKE ? ESCAPE '\\'" for _ in usable)
        return f"s.id FROM product AS s WHERE {text}", [like(word) for word in usable]
    quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in usable)
    return "s.rowid AS id FROM product_search AS s WHERE s.product_search MATCH ?", [quoted]


def _text(words: list[str]) -> tuple[list[str], list[object]]:
    return ["p.search LIKE ? ESCAPE '\\'" for _ in words], [like(word) for word in words]


@dataclass(slots=True)
class Branch:
    """One way into the list: a source with its key and id columns, conditions and parameters."""

    source: str
    key: str
    id: str
    where: list[str]
    params: list[object]


def _branches(reach: Reach, view: View, found: Found, today: date) -> list[Branch]:
    """The ways that together lead to every product of the view."""
    where, params = _conditions(reach, view, today)
    words = view.words
    if found.rare is not None:
        text, values = _text(words)
        rare = _rare(view, found.rare, [*where, *text], [*params, *values])
        chosen_where, chosen_params = _tagged(view, view.tags)
        rare.where += chosen_where
        rare.params += chosen_params
        ways = [_by_tag(view, tag, [*where, *chosen_where], [*params, *chosen_params]) for tag in found.matching]
        return [rare, *ways]
    if words:
        extra, values = _walked(words, found)
        where, params = [*where, extra], [*params, *values]
    if not view.tags:
        return [Branch("product p", f"p.{view.column}", "p.id", where, params)]
    if view.match == "any":
        return [_by_tag(view, tag, where, params) for tag in view.tags]
    rest, values = _tagged(view, view.tags[1:])
    return [_by_tag(view, view.tags[0], [*where, *rest], [*params, *values])]


def _rare(view: View, ids: list[int], where: list[str], params: list[object]) -> Branch:
    """The few products that an index found, sorted."""
    listed = ", ".join(f"({number})" for number in ids or [0])
    source = f"(SELECT column1 AS id FROM (VALUES {listed}) AS v) AS f CROSS JOIN product p"
    return Branch(source, f"p.{view.column}", "p.id", ["p.id = f.id", *where], params)


def _by_tag(view: View, tag: int, where: list[str], params: list[object]) -> Branch:
    """The index range of one tag."""
    return Branch(
        "product_tag x CROSS JOIN product p",
        f"x.{view.column}",
        "x.product_id",
        ["x.tag_id = ?", "p.id = x.product_id", *where],
        [tag, *params],
    )


def _tagged(view: View, tags: Sequence[int]) -> tuple[list[str], list[object]]:
    """Conditions that a product has any, or all, of these tags."""
    if not tags:
        return [], []
    one = "EXISTS (SELECT 1 FROM product_tag y WHERE y.product_id = p.id AND y.tag_id "
    if view.match == "any":
        return [f"{one} IN ({marks(tags)}))"], list(tags)
    return [f"{one} = ?)"] * len(tags), list(tags)


def _walked(words: list[str], found: Found) -> tuple[str, list[object]]:
    """The search as a condition on a walk: in the text, or in the name of a tag."""
    text, values = _text(words)
    if not found.matching:
        return " AND ".join(text), values
    tagged = f"EXISTS (SELECT 1 FROM product_tag y WHERE y.product_id = p.id AND y.tag_id IN ({marks(found.matching)}))"
    return f"(({' AND '.join(text)}) OR {tagged})", [*values, *found.matching]


def _conditions(reach: Reach, view: View, today: date) -> tuple[list[str], list[object]]:
    """What holds for every product of the view, search and tags aside."""
    text, given = reach.where()
    where, params = [text], list[object](given)
    if view.categories:
        where.append(
            f"p.category_id IN ({marks(view.categories)})" if len(view.categories) > 1 else "p.category_id = ?"
        )
        params += view.categories
    if view.state:
        where.append("p.state = ?" if view.state == "active" else "p.state = ? AND p.state <> 'active'")
        params.append(view.state)
    if view.renewal:
        where.append("p.auto_renew = ?")
        params.append(view.renewal == "auto")
    if view.expiry:
        least, most = _window(view.expiry, today)
        where.append("p.due_key >= ? AND p.due_key <= ?")
        params += [least, most]
    return where, params


def _window(expiry: str, today: date) -> tuple[str, str]:
    if expiry == "none":
        return NO_DATE, NO_DATE
    if expiry == "past":
        return "0001-01-01", (today - timedelta(days=1)).isoformat()
    return today.isoformat(), (today + timedelta(days=int(expiry))).isoformat()


def _rows(reach: Reach, view: View, found: Found, today: date, limit: int) -> list[tuple[Any, ...]]:
    branches = _branches(reach, view, found, today)
    forward = view.descending == bool(view.cursor and view.cursor.backwards)
    direction = "" if forward else " DESC"
    compare = ">" if forward else "<"
    if len(branches) == 1:
        text, params = _ordered(COLUMNS, branches[0], view.cursor, compare, direction, limit)
        return rows(text, params)
    parts, values = [], list[object]()
    for branch in branches:
        text, params = _ordered(f"{branch.id} AS id, {branch.key} AS k", branch, view.cursor, compare, direction, limit)
        parts.append(f"SELECT * FROM ({text}) AS b")
        values += params
    union = " UNION ".join(parts)
    return rows(
        f"SELECT {COLUMNS} FROM (SELECT id, k FROM ({union}) AS u ORDER BY k{direction}, id{direction} LIMIT {limit}) "
        f"AS w CROSS JOIN product p WHERE p.id = w.id ORDER BY w.k{direction}, w.id{direction}",
        values,
    )


def _ordered(columns: str, branch: Branch, cursor: Cursor | None, compare: str, direction: str, limit: int) -> Sql:
    where, params = list(branch.where), list(branch.params)
    if cursor:
        where.append(f"({branch.key}, {branch.id}) {compare} (?, ?)")
        params += [cursor.key, cursor.id]
    order = f"{branch.key}{direction}, {branch.id}{direction}"
    return f"SELECT {columns} FROM {branch.source} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {limit}", params


def _ids(branches: list[Branch], limit: int | None) -> Sql:
    cut = f" LIMIT {limit}" if limit else ""
    parts = [f"SELECT {b.id} AS id FROM {b.source} WHERE {' AND '.join(b.where)}{cut}" for b in branches]
    params = [value for b in branches for value in b.params]
    if len(parts) == 1:
        return parts[0], params
    return " UNION ".join(f"SELECT id FROM ({part}) AS b" for part in parts) + cut, params


def _count(reach: Reach, view: View, found: Found, today: date, cap: int) -> int:
    text, params = _plain_tag(reach, view, found) or _ids(_branches(reach, view, found, today), cap + 1)
    return int(rows(f"SELECT count(*) FROM (SELECT 1 FROM ({text}) AS q LIMIT {cap + 1}) AS n", params)[0][0])


def _plain_tag(reach: Reach, view: View, found: Found) -> Sql | None:
    """One tag of the organization and no other filter, for who sees everything: its links alone can be counted."""
    plain = reach.everything and view.narrowed == 1 and len(view.tags) == 1
    if not plain:
        return None
    return "SELECT x.product_id FROM product_tag x WHERE x.tag_id = ?", [found.chosen[0][0] if found.chosen else 0]


def reachable_tags(reach: Reach, limit: int = 200) -> list[TagRow]:
    """Tags that are on products within reach, by name: all that the organization uses, for who sees everything."""
    if reach.everything:
        found = rows(
            "SELECT id, name, color FROM tag WHERE organization_id = ? ORDER BY name_key LIMIT ?",
            (reach.organization_id, limit),
        )
    else:
        where, params = reach.where()
        found = rows(
            "SELECT t.id, t.name, t.color FROM tag t WHERE t.organization_id = ? AND EXISTS (SELECT 1 "
            f"FROM product_tag x JOIN product p ON p.id = x.product_id WHERE x.tag_id = t.id AND {where}) "
            "ORDER BY t.name_key LIMIT ?",
            (reach.organization_id, *params, limit),
        )
    return [(r[0], r[1], r[2]) for r in found]


def one(where: str, params: Sequence[object], product_id: int) -> Product | None:
    """The product of this id, if the condition on `p` holds."""
    found = rows(f"SELECT p.id FROM product p WHERE p.id = ? AND {where}", (product_id, *params))
    return Product.get_by_id(product_id) if found else None

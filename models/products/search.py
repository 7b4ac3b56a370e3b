"""The search over products: in one query, which tags match and, where a trigram index finds only few, which products.

A search that finds few over all organizations is answered from the index; one that finds many is a walk through the
list's own order, which meets the next match soon.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.base import is_postgresql, marks, rows
from models.products.reach import Reach
from models.products.views import View

FEW = 1_000
"""As many products as an index may find to be sorted, rather than met on a walk."""
MOST_TAGS = 20

Sql = tuple[str, list[object]]
TagRow = tuple[int, str, str]

_CHOSEN, _MATCHING, _FOUND = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Found:
    """What had to be known before the list: the chosen tags, the ids of tags that match, and as a JSON list the ids
    of the products that an index found, where these are few."""

    chosen: list[TagRow]
    matching: list[int]
    few: str | None


NOTHING_ASKED = Found([], [], None)


def find(reach: Reach, view: View) -> Found:
    """One query for chosen and matching tags and for how rare a search is; none where neither is asked."""
    words = view.words
    if not words and not view.tags:
        return NOTHING_ASKED
    parts, params = list[str](), list[object]()
    if view.tags:
        parts.append(
            f"SELECT id, name, color, {_CHOSEN} FROM tag WHERE organization_id = ? AND id IN ({marks(view.tags)})"
        )
        params += [reach.organization_id, *view.tags]
    for text, values in (_matching(reach, words), _few(words)) if words else ():
        parts.append(text)
        params += values
    found = rows(" UNION ALL ".join(parts), params)
    return Found(
        [(r[0], r[1], r[2]) for r in found if r[3] == _CHOSEN],
        [r[0] for r in found if r[3] == _MATCHING],
        next((r[1] for r in found if r[3] == _FOUND and r[0] <= FEW), None),
    )


def _matching(reach: Reach, words: list[str]) -> Sql:
    """The organization's tags whose name holds what was typed."""
    text = (
        f"SELECT * FROM (SELECT id, '', '', {_MATCHING} FROM tag WHERE organization_id = ? "
        f"AND name_key LIKE ? ESCAPE '\\' ORDER BY id LIMIT {MOST_TAGS}) AS m"
    )
    return text, [reach.organization_id, like(" ".join(words))]


def _few(words: list[str]) -> Sql:
    """How many products hold the words, counted a little too far, and which."""
    indexed = [word for word in words if is_indexed(word)]
    if not indexed:
        return f"SELECT {FEW + 1}, '', '', {_FOUND}", []
    if is_postgresql():
        where, values = in_text(indexed, "s")
        source, listed = f"SELECT s.id FROM product s WHERE {' AND '.join(where)}", "json_agg(c.id)::text"
    else:
        source = "SELECT s.rowid AS id FROM product_search s WHERE s.product_search MATCH ?"
        values = [" AND ".join('"' + word.replace('"', '""') + '"' for word in indexed)]
        listed = "json_group_array(c.id)"
    return (
        f"SELECT count(*), coalesce({listed}, '[]'), '', {_FOUND} FROM ({source} LIMIT {FEW + 1}) AS c",
        values,
    )


def is_indexed(word: str) -> bool:
    """Whether an index of trigrams can find the word."""
    return len(word) > 2


def of_list() -> str:
    """A source `f` of product ids (`f.id`) out of a JSON list that is a parameter.

    SQLite would build a Bloom filter over the whole table for a list of values, but not for this.
    """
    if is_postgresql():
        return "(SELECT v::bigint AS id FROM json_array_elements_text(?::json) AS v) AS f"
    return "(SELECT value AS id FROM json_each(?)) AS f"


def like(text: str) -> str:
    """A pattern for texts that contain this one."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def in_text(words: list[str], table: str = "p") -> tuple[list[str], list[object]]:
    """Conditions that a product's own words hold all of these."""
    return [f"{table}.search LIKE ? ESCAPE '\\'" for _ in words], [like(word) for word in words]

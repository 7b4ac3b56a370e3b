"""The search over products: in one query, which tags match and, where indexes find only few, which products.

Each word is to be found in the name or the identifier of a product, or in a tag that it carries. So whatever is found
has all words in its own text, or one of them in a tag: both are asked of indexes. A search that finds few over all
organizations is answered from there; one that finds many is a walk through the list's own order, which meets the next
match soon.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.base import is_postgresql, like, marks, rows
from models.products.reach import Reach
from models.products.tags import seen
from models.products.views import View

FEW = 1_000
"""As many products as an index may find to be sorted, rather than met on a walk."""
MOST_RANGES = 20
"""As many tags as may be looked through one by one, each in the list's order."""

Sql = tuple[str, list[object]]
TagRow = tuple[int, str, str]
Answers = Mapping[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Found:
    """What had to be known before the list: the chosen tags that the reader sees, and the words that tags hold.

    `few` is a JSON list of ids of products: with the products of the tags `ranges`, all that can match are among
    them. It is None where they are many.
    """

    chosen: list[TagRow]
    tagged: frozenset[str] = frozenset()
    few: str | None = None
    ranges: tuple[int, ...] = ()


NOTHING_ASKED = Found([])


def find(reach: Reach, view: View) -> Found:
    """One query for chosen and matching tags and for how rare a search is; none where neither is asked."""
    words = view.words
    if not words and not view.tags:
        return NOTHING_ASKED
    parts, params = list[str](), list[object]()
    for text, values in _questions(reach, view.tags, words):
        parts.append(text)
        params += values
    answers: dict[str, list[tuple[Any, ...]]] = {}
    for number, name, color, question in rows(" UNION ALL ".join(parts), params):
        answers.setdefault(question, []).append((number, name, color))
    few, ranges = _candidates(words, answers)
    tagged = frozenset(word for place, word in enumerate(words) if f"tags {place}" in answers)
    return Found(answers.get("chosen", []), tagged, few, ranges)


def _questions(reach: Reach, tags: Sequence[int], words: list[str]) -> list[Sql]:
    """The parts of the one query; each row says which question it answers."""
    parts = [_chosen(reach, tags)] if tags else []
    for place, word in enumerate(words):
        parts += [_tags(reach, word, place), _linked(reach, word, place)]
    return parts + [_written(group, place) for place, group in enumerate(_groups(words))]


def _groups(words: list[str]) -> list[list[str]]:
    """What is asked of the text: all words together; and each alone, since what has the others in tags has that."""
    if len(words) < 2:
        return [words] if words else []
    return [words, *([word] for word in words)]


def _chosen(reach: Reach, tags: Sequence[int]) -> Sql:
    where, params = seen(reach)
    text = f"SELECT t.id, t.name, t.color, 'chosen' FROM tag t WHERE t.id IN ({marks(tags)}) AND {where}"
    return text, [*tags, *params]


def _tags(reach: Reach, word: str, place: int) -> Sql:
    """Tags that hold the word, one more than are looked through. Whose they are, the products' reach decides."""
    text = (
        f"SELECT * FROM (SELECT t.id, '', '', 'tags {place}' FROM tag t WHERE t.organization_id = ? "
        f"AND {IN_TAG} LIMIT {MOST_RANGES + 1}) AS t"
    )
    return text, [reach.organization_id, like(word)]


def _linked(reach: Reach, word: str, place: int) -> Sql:
    """How many products carry such a tag, counted a little too far, and which."""
    source = f"SELECT x.product_id AS id FROM {_links()} t.organization_id = ? AND {IN_TAG}"
    return _counted(source, f"linked {place}"), [reach.organization_id, like(word)]


def _links() -> str:
    """Tags `t` with their products `x`, tag after tag; PostgreSQL would read the links of all organizations."""
    if is_postgresql():
        one = f"SELECT l.product_id FROM product_tag l WHERE l.tag_id = t.id LIMIT {FEW + 1}"
        return f"tag t CROSS JOIN LATERAL ({one}) AS x WHERE"
    return "tag t CROSS JOIN product_tag x WHERE x.tag_id = t.id AND"


def _written(words: list[str], place: int) -> Sql:
    """How many products hold the words in their text, counted a little too far, and which."""
    indexed = [word for word in words if is_indexed(word)]
    if not indexed:
        return f"SELECT {FEW + 1}, '', '', 'written {place}'", []
    if is_postgresql():
        where = " AND ".join(["s.search LIKE ? ESCAPE '\\'"] * len(indexed))
        return _counted(f"SELECT s.id FROM product s WHERE {where}", f"written {place}"), [*map(like, indexed)]
    source = "SELECT s.rowid AS id FROM product_search s WHERE s.product_search MATCH ?"
    return _counted(source, f"written {place}"), [" AND ".join('"' + w.replace('"', '""') + '"' for w in indexed)]


def _counted(source: str, question: str) -> str:
    listed = "json_agg(c.id)::text" if is_postgresql() else "json_group_array(c.id)"
    return f"SELECT count(*), coalesce({listed}, '[]'), '', '{question}' FROM ({source} LIMIT {FEW + 1}) AS c"


def _candidates(words: list[str], answers: Answers) -> tuple[str | None, tuple[int, ...]]:
    """The products among which all that match are (`Found.few`), and the tags whose products are looked through too."""
    groups = _groups(words)
    for place, group in enumerate(groups):
        lists = [answers[f"written {place}"][0], *(answers[f"linked {words.index(word)}"][0] for word in group)]
        if all(count <= FEW for count, _ids, _rest in lists):
            return json.dumps(sorted({number for _count, ids, _rest in lists for number in json.loads(ids)})), ()
    written = answers["written 0"][0] if groups else (FEW + 1, "", "")
    tags = {number for place in range(len(words)) for number, *_rest in answers.get(f"tags {place}", ())}
    if written[0] <= FEW and len(tags) <= MOST_RANGES:
        return written[1], tuple(sorted(tags))
    return None, ()


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


IN_TAG = "t.name_key LIKE ? ESCAPE '\\'"
ONE_BY_ONE = "LIMIT 1 OFFSET 0"
"""Without an offset PostgreSQL may gather the products of all such tags before it looks at the first product."""


def holds(words: list[str], found: Found) -> tuple[list[str], list[object]]:
    """Conditions that `product p` holds each of these words, in its own text or in a tag."""
    where, params = list[str](), list[object]()
    # Of the few that an index has found it need not be asked once more.
    column = "p.search" if found.few is None else "(p.search || '')"
    for word in words:
        text = f"{column} LIKE ? ESCAPE '\\'"
        params.append(like(word))
        if word in found.tagged:
            text = (
                f"({text} OR EXISTS (SELECT 1 FROM product_tag y JOIN tag t ON t.id = y.tag_id "
                f"WHERE y.product_id = p.id AND {IN_TAG} {ONE_BY_ONE}))"
            )
            params.append(like(word))
        where.append(text)
    return where, params

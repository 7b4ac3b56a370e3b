"""Lists of tags: what there is to choose from in the editor, and all of them with their use for the management page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from models.base import fold, like, marks, rows
from models.products.reach import Reach
from models.products.search import IN_TAG
from models.products.tags import Label, seen
from models.products.views import LONGEST_SEARCH

MOST_COUNTED = 1_000
MOST_CHOICES = 100
MOST_OPTIONS = 50
MOST_OTHERS = 1_000
PAGE = 50


class Listed(NamedTuple):
    """A tag and on how many products it is: at most MOST_COUNTED, None where the reader may not know."""

    id: int
    name: str
    color: str
    uses: int | None


class Page(NamedTuple):
    """Some tags by name; `previous` and `next` are the places to go on from, None at an end."""

    tags: list[Listed]
    previous: str | None
    next: str | None


class Choices(NamedTuple):
    """Tags to tick, those that are ticked first; `more` says whether there are others that a search would find."""

    tags: list[Label]
    more: bool


def choices(reach: Reach, query: str = "", ticked: Collection[int] = ()) -> Choices:
    """The ticked tags, and by name those whose name contains the query."""
    where, params = seen(reach)
    among = f"t.id IN ({marks(list(ticked))})"
    found = rows(
        f"SELECT t.id, t.name, t.color FROM tag t WHERE {where} AND ({among} OR {IN_TAG}) "
        f"ORDER BY CASE WHEN {among} THEN 0 ELSE 1 END, t.name_key LIMIT ?",
        (*params, *ticked, _pattern(query), *ticked, MOST_CHOICES + 1),
    )
    return Choices([Label(*one) for one in found[:MOST_CHOICES]], len(found) > MOST_CHOICES)


def options(reach: Reach, query: str = "", without: Collection[int] = ()) -> list[Listed]:
    """Tags to choose from whose name contains the query; those that begin with it come first."""
    where, params = _matching(reach, query)
    found = rows(
        f"SELECT t.id, t.name, t.color FROM tag t WHERE {where} "
        f"ORDER BY CASE WHEN {IN_TAG} THEN 0 ELSE 1 END, t.name_key LIMIT ?",
        (*params, _pattern(query).removeprefix("%"), MOST_OPTIONS + len(without)),
    )
    return counted(reach, [r for r in found if r[0] not in without][:MOST_OPTIONS])


def others(reach: Reach, tag_id: int) -> list[Label]:
    """The tags that one could be merged into, by name."""
    where, params = seen(reach)
    found = rows(
        f"SELECT t.id, t.name, t.color FROM tag t WHERE t.id <> ? AND {where} ORDER BY t.name_key LIMIT ?",
        (tag_id, *params, MOST_OTHERS),
    )
    return [Label(*one) for one in found]


def page(reach: Reach, query: str = "", *, after: str | None = None, before: str | None = None) -> Page:
    """One page of the tags whose name contains the query, by name, from a place on or back from one."""
    where, params = _matching(reach, query)
    back = before is not None
    place = before if back else after
    if place is not None:
        where, params = f"{where} AND t.name_key {'<' if back else '>'} ?", (*params, place)
    found = rows(
        f"SELECT t.id, t.name, t.color, t.name_key FROM tag t WHERE {where} "
        f"ORDER BY t.name_key {'DESC' if back else 'ASC'} LIMIT ?",
        (*params, PAGE + 1),
    )
    more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    previous = found[0][3] if found and (more if back else place is not None) else None
    following = found[-1][3] if found and (back or more) else None
    return Page(counted(reach, [r[:3] for r in found]), previous, following)


def counted(reach: Reach, found: Sequence[tuple[int, str, str]]) -> list[Listed]:
    """The tags with their use, in one query. A common tag is counted no further than MOST_COUNTED."""
    if not reach.everything or not found:
        return [Listed(*one, None) for one in found]
    ids = [one[0] for one in found]
    counts = dict(
        rows(
            "SELECT t.id, (SELECT count(*) FROM (SELECT 1 FROM product_tag l WHERE l.tag_id = t.id LIMIT ?) AS found) "
            f"FROM tag t WHERE t.id IN ({marks(ids)})",
            (MOST_COUNTED, *ids),
        )
    )
    return [Listed(*one, counts.get(one[0], 0)) for one in found]


def _matching(reach: Reach, query: str) -> tuple[str, tuple[object, ...]]:
    where, params = seen(reach)
    return f"{where} AND {IN_TAG}", (*params, _pattern(query))


def _pattern(query: str) -> str:
    """A pattern for names that contain the query, as far as it can be meant."""
    return like(fold(query[:LONGEST_SEARCH]))

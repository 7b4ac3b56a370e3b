"""The history: the journal of one organization, read by person, act, thing and day, newest first.

Paged by moment and id along an index that fits the filter, so that an old day opens as fast as today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import SQL, NodeList, Value

from models.base import moment, rows, stamp
from models.journal import Entry
from models.paging import Edge, Page, cut, is_backwards

PAGE_SIZE = 50
BATCH = 500
MOST_PEOPLE = 300
FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)
"""Days whose midnight is a moment in every time zone."""

Query = tuple[str, Sequence[object]]
"""SQL written with `?`, and its parameters."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; `subject` is a kind with a query for ids, days are the reader's."""

    organization_id: int
    time_zone: str = "UTC"
    person: int | None = None
    act: str = ""
    subject: tuple[str, Query] | None = None
    since: date | None = None
    until: date | None = None


def page(what: Filter, edge: Edge | None = None, size: int = PAGE_SIZE) -> Page[Entry]:
    """One page, newest first. An edge whose key is no moment is none."""
    edge = edge and _read(edge)
    return cut(list(_query(what, edge).limit(size + 1)), edge, size, _end)


def walk(what: Filter) -> Iterator[Entry]:
    """Every entry, newest first, in batches: memory does not grow with their number."""
    edge: Edge | None = None
    while True:
        found = list(_query(what, edge).limit(BATCH))
        yield from found
        if len(found) < BATCH:
            return
        edge = Edge(*_end(found[-1]))


def latest(organization_id: int, limit: int) -> list[Entry]:
    """The newest entries."""
    return list(_query(Filter(organization_id), None).limit(limit))


def _end(entry: Entry) -> tuple[str, int]:
    return stamp(entry.at), entry.id


def _read(edge: Edge) -> Edge | None:
    """The edge with its moment as it is kept, or None where a person wrote something else into the address."""
    try:
        at = moment(edge.key)
    except (ValueError, OverflowError):
        return None
    return replace(edge, key=stamp(at)) if at else None


def _query(what: Filter, edge: Edge | None) -> Any:
    query = Entry.select().where(Entry.organization_id == what.organization_id, *_conditions(what))
    backwards = is_backwards(edge)
    if edge and backwards:
        after = (Entry.at > edge.key) | ((Entry.at == edge.key) & (Entry.id > edge.id))
        query = query.where(Entry.at >= edge.key, after)
    elif edge:
        before = (Entry.at < edge.key) | ((Entry.at == edge.key) & (Entry.id < edge.id))
        query = query.where(Entry.at <= edge.key, before)
    return query.order_by(Entry.at, Entry.id) if backwards else query.order_by(Entry.at.desc(), Entry.id.desc())


def _conditions(what: Filter) -> list[Any]:
    found: list[Any] = []
    if what.person is not None:
        found.append(Entry.user_id == what.person)
    if what.act:
        found.append(Entry.act == what.act)
    if what.subject:
        kind, ids = what.subject
        found += [Entry.subject_kind == kind, Entry.subject_id.in_(_within(ids))]
    if what.since:
        found.append(Entry.at >= _midnight(what.since, what.time_zone))
    if what.until:
        found.append(Entry.at < _midnight(what.until, what.time_zone) + timedelta(days=1))
    return found


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time(), ZoneInfo(time_zone))


def _within(query: Query) -> NodeList:
    """A query for ids as a part of a query of the models."""
    text, params = query
    first, *others = text.split("?")
    nodes: list[Any] = [SQL(f"({first}")]
    for value, following in zip(params, others, strict=True):
        nodes += [Value(value, converter=False), SQL(following)]
    return NodeList([*nodes, SQL(")")], glue="")


# Both walk from one value to the next along an index, whatever the number of entries between them.
_PEOPLE = """
WITH RECURSIVE w (u) AS (
  SELECT min(user_id) FROM journal WHERE organization_id = ?
  UNION ALL
  SELECT (SELECT min(user_id) FROM journal WHERE organization_id = ? AND user_id > w.u) FROM w WHERE w.u IS NOT NULL
)
SELECT w.u, (SELECT actor FROM journal j WHERE j.organization_id = ? AND j.user_id = w.u ORDER BY j.at DESC LIMIT 1)
FROM w WHERE w.u IS NOT NULL LIMIT ?
"""
_ACTS = """
WITH RECURSIVE w (a) AS (
  SELECT min(act) FROM journal WHERE organization_id = ?
  UNION ALL
  SELECT (SELECT min(act) FROM journal WHERE organization_id = ? AND act > w.a) FROM w WHERE w.a IS NOT NULL
)
SELECT a FROM w WHERE a IS NOT NULL
"""


def people(organization_id: int) -> list[tuple[int, str]]:
    """Everybody who ever did something here: id and name, by name."""
    found = rows(_PEOPLE, (organization_id, organization_id, organization_id, MOST_PEOPLE))
    return sorted(((one[0], one[1]) for one in found), key=lambda pair: pair[1].casefold())


def acts(organization_id: int) -> list[str]:
    """Every act that there is an entry of."""
    return [one[0] for one in rows(_ACTS, (organization_id, organization_id))]

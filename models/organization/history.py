"""The history: the journal of one organization, read by person, act, thing and day, newest first.

Paged by moment and id along an index that fits the filter, so that an old day opens as fast as today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.base import rows
from models.journal import Entry

PAGE_SIZE = 50
BATCH = 500
MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a page ends: moment and id of its last (or first) entry."""

    at: datetime
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; `subject` is a kind with ids (none of them: nothing matches), days are the reader's."""

    organization_id: int
    time_zone: str = "UTC"
    person: int | None = None
    act: str = ""
    subject: tuple[str, Sequence[int]] | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of entries, and the edges that lead on."""

    entries: list[Entry]
    newer: Edge | None
    older: Edge | None


def page(what: Filter, edge: Edge | None = None, size: int = PAGE_SIZE) -> Page:
    """One page, newest first."""
    backwards = edge is not None and edge.backwards
    found = list(_query(what, edge).limit(size + 1))
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    newer = found and (more if backwards else edge is not None)
    older = found and (more or backwards)
    return Page(
        found,
        Edge(found[0].at, found[0].id, backwards=True) if newer else None,
        Edge(found[-1].at, found[-1].id) if older else None,
    )


def walk(what: Filter) -> Iterator[Entry]:
    """Every entry, newest first, in batches: memory does not grow with their number."""
    edge: Edge | None = None
    while True:
        found = list(_query(what, edge).limit(BATCH))
        yield from found
        if len(found) < BATCH:
            return
        edge = Edge(found[-1].at, found[-1].id)


def latest(organization_id: int, limit: int) -> list[Entry]:
    """The newest entries."""
    return list(_query(Filter(organization_id), None).limit(limit))


def _query(what: Filter, edge: Edge | None) -> Any:
    query = Entry.select().where(Entry.organization_id == what.organization_id, *_conditions(what))
    if edge is None:
        return query.order_by(Entry.at.desc(), Entry.id.desc())
    if edge.backwards:
        after = (Entry.at > edge.at) | ((Entry.at == edge.at) & (Entry.id > edge.id))
        return query.where(Entry.at >= edge.at, after).order_by(Entry.at, Entry.id)
    before = (Entry.at < edge.at) | ((Entry.at == edge.at) & (Entry.id < edge.id))
    return query.where(Entry.at <= edge.at, before).order_by(Entry.at.desc(), Entry.id.desc())


def _conditions(what: Filter) -> list[Any]:
    found: list[Any] = []
    if what.person is not None:
        found.append(Entry.user_id == what.person)
    if what.act:
        found.append(Entry.act == what.act)
    if what.subject:
        kind, ids = what.subject
        found += [Entry.subject_kind == kind, Entry.subject_id.in_(list(ids) or [0])]
    if what.since:
        found.append(Entry.at >= _midnight(what.since, what.time_zone))
    if what.until:
        found.append(Entry.at < _midnight(what.until + timedelta(days=1), what.time_zone))
    return found


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(time_zone))


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

"""Traces: an act on many products stands in the journal of each of them, as if it had been done to that one alone.

One statement writes them all, so neither time nor memory depends on what a process can hold.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from models import journal
from models.base import is_postgresql, now, run, stamp
from models.products.search import Sql

_COLUMNS = "at, organization_id, user_id, actor, behalf, address, act, subject_kind, subject_id, subject, details"


class Change(NamedTuple):
    """A change of many rows that belong to products.

    `wanted` is a query for the ids of the products that will change. `act` changes them and nothing else; with
    RETURNING behind it, it gives their ids in the column `returns`.
    """

    wanted: Sql
    act: Sql
    returns: str


def leave(change: Change, name: str, by: journal.Actor, **details: object) -> int:
    """Carry out a change, with an entry (`name` is its act) about each product. Returns how many changed.

    Belongs into a write transaction. PostgreSQL tells what changed in the very statement; on SQLite nobody else
    writes between looking and changing, but it can't tell and insert at once.
    """
    (wanted, wanted_params), (act, act_params) = change.wanted, change.act
    select, params = _entries(name, by, details)
    insert = f"INSERT INTO journal ({_COLUMNS}) {select}"
    if is_postgresql():
        changed = f"WITH changed AS ({act} RETURNING {change.returns} AS id)"
        return int(run(f"{changed} {insert} (SELECT id FROM changed)", (*act_params, *params)).rowcount)
    count: int = run(f"{insert} ({wanted})", (*params, *wanted_params)).rowcount
    if count:
        run(act, act_params)
    return count


def _entries(name: str, by: journal.Actor, details: dict[str, object]) -> Sql:
    """A query for the entries of the products whose ids follow in brackets. A bare parameter has no type here."""
    at, data = ("TIMESTAMPTZ", "JSONB") if is_postgresql() else ("TEXT", "TEXT")
    text = (
        f"SELECT CAST(? AS {at}), p.organization_id, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), "
        f"CAST(? AS TEXT), CAST(? AS TEXT), 'product', p.id, p.name, CAST(? AS {data}) FROM product p WHERE p.id IN"
    )
    who = [by.user_id, by.name, by.behalf, by.address]
    return text, [stamp(now()), *who, name, json.dumps(details, separators=(",", ":"))]

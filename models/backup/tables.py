"""What a backup holds: every table that is not made from others, its columns, and how a value looks in the file.

In the file a moment is `stamp` text, a day ISO text, JSON its text, a boolean a boolean and bytes are base64; so a
row reads the same whichever database it came from. No text holds the sign NUL, which PostgreSQL can't keep.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from models.base import db, is_postgresql, row, rows, run

DERIVED = frozenset({"help_search"})
"""Made from files at every start."""

HISTORY = "schema_migration"

Value = Any

_KINDS = {
    "JSON": "json",
    "BLOB": "bytes",
    "BOOLEAN": "boolean",
    "timestamp with time zone": "moment",
    "jsonb": "json",
    "bytea": "bytes",
    "boolean": "boolean",
    "date": "day",
}


@dataclass(frozen=True)
class Column:
    """A column; `kind` is `json`, `bytes`, `boolean`, `moment`, `day` or `plain`."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table with its columns in order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def has_id(self) -> bool:
        return "id" in self.names

    @property
    def holds_files(self) -> bool:
        return any(column.kind == "bytes" for column in self.columns)


def tables() -> list[Table]:
    """All tables of a backup, each after those it refers to."""
    sql = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() "
        "AND table_type = 'BASE TABLE'"
        if is_postgresql()
        else "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    names = sorted({r[0] for r in rows(sql)} - DERIVED - {HISTORY})
    order = TopologicalSorter({name: {key.dest_table for key in db.get_foreign_keys(name)} - {name} for name in names})
    return [Table(name, _columns(name)) for name in order.static_order()]


def _columns(table: str) -> tuple[Column, ...]:
    sql = (
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = ? AND is_generated = 'NEVER' ORDER BY ordinal_position"
        if is_postgresql()
        else "SELECT name, type FROM pragma_table_info(?) ORDER BY cid"
    )
    return tuple(Column(name, _KINDS.get(kind, "plain")) for name, kind in rows(sql, (table,)))


_POSTGRESQL_READS = {
    "moment": """to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "json": "CAST({name} AS TEXT)",
    "day": "CAST({name} AS TEXT)",
}


def select(table: Table) -> str:
    """The query whose values `outward` turns into those of the file."""
    wanted = [
        _POSTGRESQL_READS.get(column.kind, "{name}").format(name=column.name) if is_postgresql() else column.name
        for column in table.columns
    ]
    return f"SELECT {', '.join(wanted)} FROM {table.name}"


def _bytes_out(value: bytes | memoryview) -> str:
    return base64.b64encode(value).decode()


def _json_out(value: object) -> str:
    """SQLite keeps a bare JSON number as a number; the file has its text."""
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(_without_nul(json.loads(text, strict=False))) if _may_hold_nul(text) else text


def _may_hold_nul(text: str) -> bool:
    return "\0" in text or "\\u0000" in text


def _without_nul(value: Any) -> Any:
    """Whatever JSON holds, without NUL in its texts."""
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return _plain_out(value)


def _plain_out(value: Any) -> Value:
    return value.replace("\0", "") if isinstance(value, str) else value


_OUT: dict[str, Callable[[Any], Value]] = {
    "bytes": _bytes_out,
    "json": _json_out,
    "boolean": bool,
    "plain": _plain_out,
}
_IN: dict[str, Callable[[Any], Value]] = {"bytes": base64.b64decode}


def outward(table: Table) -> Callable[[tuple[Any, ...]], list[Value]]:
    """From a database's row to the file's."""
    return _converter([_OUT.get(column.kind) for column in table.columns])


def inward(columns: list[Column]) -> Callable[[list[Value]], list[Value]]:
    """From the file's row to what the database takes; both read the other kinds as text."""
    return _converter([_IN.get(column.kind) for column in columns])


def _converter(each: list[Callable[[Any], Value] | None]) -> Callable[[Any], list[Value]]:
    changed = [(place, change) for place, change in enumerate(each) if change]

    def convert(values: Any) -> list[Value]:
        made = list(values)
        for place, change in changed:
            if made[place] is not None:
                made[place] = change(made[place])
        return made

    return convert


def last_id(table: Table) -> int:
    """The highest id that the table ever gave; ids of deleted rows are not given again."""
    if is_postgresql():
        found = row(f"SELECT last_value FROM {_sequence(table)}")
    else:
        found = row("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
    return int(found[0]) if found else 0


def set_last_id(table: Table, number: int) -> None:
    """Go on counting after `number`, or after the highest id there is."""
    highest = row(f"SELECT coalesce(max(id), 0) FROM {table.name}")
    number = max(number, highest[0] if highest else 0)
    if number == 0:
        return
    if is_postgresql():
        row("SELECT setval(CAST(? AS regclass), ?)", (_sequence(table), number))
        return
    run("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
    run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, number))


def _sequence(table: Table) -> str:
    found = row("SELECT pg_get_serial_sequence(?, 'id')", (table.name,))
    assert found is not None
    return str(found[0])

"""Whole sets of rows in one INSERT, made ready before the lock is taken.

SQLite takes them as a list of values. PostgreSQL gets them as one JSON text: its driver reads through every
placeholder of a statement, which took longer than the insert itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from models.base import is_postgresql, run
from models.products.importing.plans import chunks

MOST_VALUES = 30_000

Columns = Mapping[str, str]
"""Column → its type in PostgreSQL."""

Statement = tuple[str, list[Any]]


def statements(table: str, columns: Columns, rows: Sequence[Sequence[Any]], tail: str) -> list[Statement]:
    """INSERT statements for all rows, each a sequence in the order of the columns; `tail` follows the values."""
    size = 5_000 if is_postgresql() else max(1, min(500, MOST_VALUES // len(columns)))
    make = _from_json if is_postgresql() else _from_values
    return [make(table, columns, part, tail) for part in chunks(rows, size)]


def _from_json(table: str, columns: Columns, rows: Sequence[Sequence[Any]], tail: str) -> Statement:
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    sent = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False)
    source = f"SELECT {names} FROM json_to_recordset(CAST(? AS json)) AS sent ({typed})"
    return f"INSERT INTO {table} ({names}) {source} {tail}", [sent]


def _from_values(table: str, columns: Columns, rows: Sequence[Sequence[Any]], tail: str) -> Statement:
    one = f"({', '.join('?' * len(columns))})"
    values = ", ".join([one] * len(rows))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values} {tail}", [v for row in rows for v in row]


def write(made: Sequence[Statement]) -> list[tuple[Any, ...]]:
    """Run them; all that they return."""
    return [row for sql, params in made for row in run(sql, params).fetchall()]

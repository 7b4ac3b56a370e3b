"""The preview of an import: what every row of its file would do, kept until it is written or given up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.base import fold, marks, rows, run, write
from models.products.importing.places import NO_ORGANIZATION
from models.products.importing.plans import REFUSED, Line, chunks

_COLUMNS = "line, verdict, name, organization_id, organization, changes, reason, reason_values, record"


@dataclass(frozen=True, slots=True)
class Missing:
    """Organizations that a file names and that are not there: how many rows and how many names, the first of these."""

    rows: int
    count: int
    names: tuple[str, ...]


def keep(number: int, lines: Sequence[Line]) -> None:
    """Write the preview of an import, over the one that was there."""
    forget([number])
    for part in chunks(lines):
        params: list[Any] = []
        for line in part:
            params += (number, line.number, line.verdict, line.name, line.organization_id, line.organization)
            params += (_json(line.changes), line.reason, _json(line.values), _json(line.record))
        places = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(part))
        with write():
            run(f"INSERT INTO import_row (import_id, {_COLUMNS}) VALUES {places}", params)


def forget(numbers: Sequence[int]) -> None:
    """Delete the previews of these imports."""
    with write():
        run(f"DELETE FROM import_row WHERE import_id IN ({marks(numbers)})", numbers)


def kept(number: int, verdict: str) -> list[Line]:
    """All rows with this verdict."""
    found = rows(f"SELECT {_COLUMNS} FROM import_row WHERE import_id = ? AND verdict = ?", (number, verdict))
    return [_line(row) for row in found]


def page(number: int, verdict: str, after: int = 0, before: int = 0, size: int = 50) -> list[Line]:
    """Rows by line number, those of one verdict or all: those `after` a line, or the last ones `before` it."""
    where: list[str] = ["import_id = ?"]
    params: list[int | str] = [number]
    if verdict:
        where.append("verdict = ?")
        params.append(verdict)
    where.append("line < ?" if before else "line > ?")
    order = "DESC" if before else "ASC"
    found = rows(
        f"SELECT {_COLUMNS} FROM import_row WHERE {' AND '.join(where)} ORDER BY line {order} LIMIT ?",
        (*params, before or after, size),
    )
    return [_line(row) for row in (reversed(found) if before else found)]


def missing(number: int, limit: int = 5) -> Missing:
    """The organizations for want of which rows of this import are refused, in the order of the file."""
    found = rows(
        "SELECT organization, count(*) FROM import_row WHERE import_id = ? AND verdict = ? AND reason = ? "
        "GROUP BY organization ORDER BY min(line)",
        (number, REFUSED, NO_ORGANIZATION),
    )
    names: dict[str, str] = {}
    for name, _rows in found:
        names.setdefault(fold(name), name)
    return Missing(sum(count for _name, count in found), len(names), tuple(names.values())[:limit])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _line(row: tuple[Any, ...]) -> Line:
    line, verdict, name, organization_id, organization, changes, reason, values, record = row
    return Line(
        line, verdict, name, organization_id, organization, _read(changes), reason, _read(values), _read(record)
    )


def _read(value: Any) -> Any:
    """A JSON column as raw SQL gives it: text on SQLite, already read on PostgreSQL."""
    return json.loads(value) if isinstance(value, str) else value

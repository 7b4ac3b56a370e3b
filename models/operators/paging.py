"""Lists of the back office: pages by key over plain SQL rows, with counts that stop at 10,000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.base import row, rows

PAGE_SIZE = 50
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """An edge of a page: the sort key and the id of its first or last row."""

    key: str
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A query to page through. `columns` end with the key and the id; `source` is everything from FROM on."""

    columns: str
    source: str
    key: str
    id: str
    where: Sequence[str]
    params: Sequence[object]
    descending: bool = False

    def page(self, cursor: Cursor | None, size: int = PAGE_SIZE) -> Page:
        """The page behind a cursor, or the first one."""
        backwards = cursor is not None and cursor.backwards
        down = self.descending != backwards
        where, params = list(self.where), list(self.params)
        if cursor:
            where.append(f"({self.key}, {self.id}) {'<' if down else '>'} (?, ?)")
            params += [cursor.key, cursor.id]
        order = "DESC" if down else "ASC"
        found = rows(
            f"SELECT {self.columns} FROM {self.source}{_all(where)} ORDER BY {self.key} {order}, {self.id} {order} "
            f"LIMIT {size + 1}",
            params,
        )
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        return Page(
            found,
            _edge(found[0], backwards=True) if found and (more if backwards else cursor) else None,
            _edge(found[-1]) if found and (more or backwards) else None,
            self.count(),
        )

    def count(self) -> int:
        """How many there are, at most one more than the cap."""
        found = row(
            f"SELECT count(*) FROM (SELECT 1 FROM {self.source}{_all(self.where)} LIMIT {COUNT_CAP + 1}) AS capped",
            self.params,
        )
        return int(found[0]) if found else 0


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the cursors of the pages beside them; `total` is capped at 10,001."""

    rows: list[tuple[Any, ...]]
    previous: Cursor | None
    next: Cursor | None
    total: int


def _all(where: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(where)}" if where else ""


def _edge(found: tuple[Any, ...], *, backwards: bool = False) -> Cursor:
    return Cursor(str(found[-2]), found[-1], backwards)


def contains(text: str) -> str:
    """A LIKE pattern (with ESCAPE '\\') for texts that contain this one."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"

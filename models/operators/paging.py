"""Lists of the back office: pages by key over plain SQL rows, with counts that stop at 10,000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.base import row, rows
from models.paging import Edge, Page, cut, is_backwards

PAGE_SIZE = 50
COUNT_CAP = 10_000

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Listed(Page[Row]):
    """A page of plain rows; `total` is how many there are in the list, at most 10,001."""

    total: int


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

    def page(self, edge: Edge | None, size: int = PAGE_SIZE) -> Listed:
        """The page behind an edge, or the first one."""
        down = self.descending != is_backwards(edge)
        where, params = list(self.where), list(self.params)
        if edge:
            where.append(f"({self.key}, {self.id}) {'<' if down else '>'} (?, ?)")
            params += [edge.key, edge.id]
        order = "DESC" if down else "ASC"
        found = rows(
            f"SELECT {self.columns} FROM {self.source}{_all(where)} ORDER BY {self.key} {order}, {self.id} {order} "
            f"LIMIT {size + 1}",
            params,
        )
        page = cut(found, edge, size, lambda one: (str(one[-2]), one[-1]))
        return Listed(page.rows, page.previous, page.next, self.count())

    def count(self) -> int:
        """How many there are, at most one more than the cap."""
        found = row(
            f"SELECT count(*) FROM (SELECT 1 FROM {self.source}{_all(self.where)} LIMIT {COUNT_CAP + 1}) AS capped",
            self.params,
        )
        return int(found[0]) if found else 0


def _all(where: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(where)}" if where else ""

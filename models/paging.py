"""Pages by key: a list goes on behind the last row that was shown, so that its end opens as fast as its beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a page ends: sort key and id of its last row, or with `backwards` of its first."""

    key: str
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page in the order of the list, and the edges that lead on."""

    rows: list[Row]
    previous: Edge | None
    next: Edge | None


def is_backwards(edge: Edge | None) -> bool:
    """Whether the list is read towards its beginning, so in reverse."""
    return edge is not None and edge.backwards


def cut(found: list[Row], edge: Edge | None, size: int, end: Callable[[Row], tuple[str, int]]) -> Page[Row]:
    """The page behind `edge`, out of rows as they were read there: `size` and one more, if there are so many.

    `end` gives the sort key and the id of a row.
    """
    backwards, more, listed = is_backwards(edge), len(found) > size, found[:size]
    if backwards:
        listed.reverse()
    before = more if backwards else edge is not None
    return Page(
        listed,
        Edge(*end(listed[0]), backwards=True) if listed and before else None,
        Edge(*end(listed[-1])) if listed and (more or backwards) else None,
    )

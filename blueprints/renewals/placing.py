"""Where labels under a line have room: each hangs on its leader, below the line, on the first free of four levels.

Only places and widths, in the units of the drawing; what the labels say is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LEVELS = 4
GAP = 14.0
"""Between two labels beside each other."""
CLEAR = 4.0
"""Between a leader and the label that it passes."""
INDENT = 6.0
"""How far a label begins left of its leader."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the leader `x`; `end` says that it ends there, for want of room at the right."""

    x: float
    level: int
    left: float
    right: float
    end: bool = False


@dataclass(slots=True)
class Placed:
    """Labels, the soonest first, and the one that counts what has none."""

    labels: list[Label] = field(default_factory=list)
    rest: Label | None = None

    @property
    def levels(self) -> int:
        """How many levels are used."""
        used = [*self.labels, *([self.rest] if self.rest else [])]
        return max((label.level + 1 for label in used), default=0)


def place(places: Sequence[float], widths: Sequence[float], rest: Callable[[int], float], edge: float) -> Placed:
    """Labels for as many of these places, from the first on, as have room before the edge.

    `places` ascend, and there may be more of them than `widths`; `rest(n)` is the width of the label that counts
    what is beyond the first n, or 0 where nothing is.
    """
    for number in range(len(widths), 0, -1):
        labels = _place_all(places[:number], widths[:number], edge)
        if labels is None:
            continue
        wide = rest(number)
        counted = _place_rest(labels, places[number] if number < len(places) else places[-1], wide, edge)
        if counted or not wide:
            return Placed(labels, counted)
    return Placed()


def _place_all(places: Sequence[float], widths: Sequence[float], edge: float) -> list[Label] | None:
    """From right to left, each on the first level that is free; None if one finds none."""
    found: list[Label] = []
    for x, wide in zip(reversed(places), reversed(widths), strict=True):
        end = x - INDENT + wide > edge
        left = x + INDENT - wide if end else x - INDENT
        label = next(
            (one for level in range(LEVELS) if _is_free(one := Label(x, level, left, left + wide, end), found)), None
        )
        if label is None:
            return None
        found.insert(0, label)
    return found


def _is_free(label: Label, others: Sequence[Label]) -> bool:
    return all(_are_apart(label, other) and not _passes(label, other) for other in others)


def _are_apart(label: Label, other: Label) -> bool:
    """Whether neither lies on the other, nor on the other's leader."""
    beside = label.right + GAP <= other.left or other.right + GAP <= label.left
    return (label.level != other.level or beside) and not _passes(other, label)


def _passes(label: Label, other: Label) -> bool:
    """Whether the leader of one goes through the other on its way down."""
    return label.level > other.level and other.left - CLEAR < label.x < other.right + CLEAR


def _place_rest(labels: Sequence[Label], x: float, wide: float, edge: float) -> Label | None:
    """The label that counts the rest: it has no leader, begins where the rest begins or after the last label."""
    if not wide:
        return None
    for level in range(LEVELS):
        beside = [label.right + GAP for label in labels if label.level == level]
        left = min(max([x - INDENT, *beside]), edge - wide)
        found = Label(x, level, left, left + wide)
        if all(_are_apart(found, label) for label in labels):
            return found
    return None

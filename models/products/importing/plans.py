"""What a file would do: a verdict for every row, and what it takes to carry it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.base import tidy
from models.errors import N_, Refused
from models.products.importing.sheets import Sheet
from models.sheets import bare_cell

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
VERDICTS = (NEW, CHANGED, UNCHANGED, REFUSED)

CHUNK = 500
LONGEST_TITLE = 100

Mapping = dict[str, int]
"""Field → number of the file's column, from 0."""

Reader = Callable[[str], Any]
Tell = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(slots=True)
class Line:
    """One row of the file. `changes` are field → [before, after]; `reason % values` says why it was refused.

    `record` is what the kind needs to carry the row out, plain enough for JSON.
    """

    number: int
    verdict: str
    name: str
    organization_id: int | None = None
    organization: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person chose beside the columns: whose rows these are where no column says it, and the category."""

    organization_id: int | None = None
    category_id: int | None = None
    country: str = "CH"
    currency: str = "CHF"
    language: str = "en"
    time_zone: str = "UTC"


@dataclass(slots=True)
class Applied:
    """What was carried out. `skipped` are lines whose thing somebody else changed since it was compared."""

    new: int = 0
    changed: int = 0
    skipped: list[int] = field(default_factory=list)


Writing = Callable[[], Applied]


@dataclass(slots=True)
class Entry:
    """A row that could be read: its values by field, cells that were empty left out."""

    number: int
    values: dict[str, Any]


Verdict = Callable[[Entry], Line]


def count(lines: Iterable[Line]) -> dict[str, int]:
    """How many lines have each verdict."""
    counted = Counter(line.verdict for line in lines)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in groups of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def refuse(number: int, name: str, fault: Refused, organization: str = "") -> Line:
    """The line of a row that can't be taken."""
    return Line(number, REFUSED, name, None, organization, reason=fault.message, values=dict(fault.values))


def read_rows(
    sheet: Sheet, mapping: Mapping, readers: dict[str, Reader], clears: dict[str, Any], title: str
) -> Iterator[Entry | Line]:
    """Every row as its values by field, or as a refused line; `title` is the field that names the row."""
    steps = [(name, column, readers[name]) for name, column in mapping.items()]
    width = len(sheet.header)
    for number, cells in sheet.rows():
        try:
            _check_width(cells, width)
            yield Entry(number, _read(cells, steps, clears))
        except Refused as fault:
            at = mapping.get(title, 0)
            yield refuse(number, tidy(cells[at])[:LONGEST_TITLE] if at < len(cells) else "", fault)


def _check_width(cells: list[str], width: int) -> None:
    if len(cells) < width:
        raise Refused(N_("The row has %(cells)d cells, the header %(width)d."), cells=len(cells), width=width)
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        raise Refused(N_("The row has %(cells)d cells, the header %(width)d."), cells=len(cells), width=width)


def judge(rows: Iterable[Entry | Line], begin: Callable[[list[Entry]], Verdict], tell: Tell) -> list[Line]:
    """The verdict of every row, in the order of the file.

    `begin` sees all rows that could be read, to look up at once what they are about, and returns what judges one of
    them. `tell(done, total)` hears how far it is.
    """
    read = list(rows)
    verdict = begin([one for one in read if isinstance(one, Entry)])
    lines: list[Line] = []
    for done, one in enumerate(read):
        lines.append(one if isinstance(one, Line) else verdict(one))
        if done % CHUNK == 0:
            tell(done, len(read))
    return lines


NOTHING = frozenset({"-", "–", "—"})


def _read(cells: list[str], steps: list[tuple[str, int, Reader]], clears: dict[str, Any]) -> dict[str, Any]:
    """The values of one row. An empty cell says nothing; a dash empties what may be empty."""
    values: dict[str, Any] = {}
    for name, column, reader in steps:
        cell = cells[column]
        if not cell:
            continue
        if cell[0] == "'":
            cell = bare_cell(cell)
        if name in clears and cell.strip() in NOTHING:
            values[name] = clears[name]
        elif cell.strip() and (value := reader(cell)) != "":
            values[name] = value
    return values

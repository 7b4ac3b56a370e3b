"""The timeline as a drawing: from what renews on each day to places in the units of an SVG.

Above the line a dot for each product that renews by itself, or bars where a day has many; below it a diamond for
each day on which somebody has to act, with labels where they have room. Nothing is measured by a browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

from flask_babel import gettext as _

from blueprints.ground import formats
from blueprints.ground.lettering import cut, width
from blueprints.renewals import telling
from blueprints.renewals.placing import Label, Placed, place
from models.renewals.timeline import CAP, DAYS, Day, Named, Timeline

LEFT = 14.0
MOST_DOTS = 20
"""A day with more makes bars of all days, since a bar beside dots would measure something else."""
TALLEST = 83.0
LISTED = 8
PEAKS = 5
ROOM = 1.03
"""On paper the letters are that much larger: room is left for them."""
LONGEST = 190.0
"""How wide a name may be in a label."""
SMALL, NAME, MONTH = 12 * ROOM, 12.5 * ROOM, 13 * ROOM


@dataclass(frozen=True, slots=True)
class Size:
    """One of the two drawings: its width, the dots and how many stand on each other, half a diamond, the labels."""

    name: str
    width: float
    radius: float
    pitch: float
    dots: int
    most: int
    diamond: float
    tallest: float
    labels: bool

    @property
    def right(self) -> float:
        """The end of the line."""
        return self.width - LEFT

    @property
    def step(self) -> float:
        """From one day to the next."""
        return (self.right - LEFT) / DAYS

    def x(self, days: float) -> float:
        """The place of a day."""
        return round(LEFT + days * self.step, 1)


WIDE = Size("wide", 972, 5, 11.6, 7, MOST_DOTS, 6.5, TALLEST, labels=True)
NARROW = Size("narrow", 358, 2.4, 5.6, 9, 9, 5.5, 50, labels=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A word at its place; `kind` is its class."""

    x: float
    y: float
    text: str
    kind: str = ""
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Mark:
    """The diamond of a day; its leader goes down to `foot` where it has a label."""

    x: float
    late: bool
    foot: float | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """The label of a day: the first product's name, cut where it is long, and how many there are beside it."""

    product: Named
    name: str
    others: str
    under: str
    x: float
    y: float
    place: Label
    late: bool


@dataclass(slots=True)
class Drawing:
    """All that the template writes down."""

    size: Size
    axis: float = 0.0
    height: float = 0.0
    lines: list[float] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    numbers: list[Text] = field(default_factory=list)
    dots: str = ""
    bars: str = ""
    marks: list[Mark] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    rest: Text | None = None


def of(timeline: Timeline, *, mine: bool = True) -> dict[str, Any]:
    """What the template shows; `mine` says that the reader can renew what is below the line."""
    named = timeline.named[:LISTED]
    rest = timeline.by_hand - len(named)
    wide = draw(timeline, WIDE)
    return {
        "title": telling.title(timeline),
        "said": telling.sentences(timeline),
        "drawings": [wide, draw(timeline, NARROW)],
        "bars": bool(wide.bars),
        "listed": [(telling.short(one.on), one, telling.reason(one.days_left), telling.is_late(one)) for one in named],
        "rest": telling.more(rest, timeline) if rest else "",
        "mine": mine,
        "empty": not timeline.alone + timeline.by_hand,
    }


def draw(timeline: Timeline, size: Size) -> Drawing:
    """One of the drawings."""
    drawing = Drawing(size)
    _draw_alone(drawing, timeline)
    _draw_months(drawing, timeline)
    _draw_days(drawing, timeline)
    _draw_hands(drawing, timeline)
    return drawing


def _draw_alone(drawing: Drawing, timeline: Timeline) -> None:
    """The stacks; the line lies as low as the highest of them needs."""
    size, counts = drawing.size, [one.alone for one in timeline.days]
    top = 46.0 if size.labels else 28.0
    if max(counts) > size.most or _collide(counts, size):
        drawing.axis = round(top + 11 + size.tallest, 1)
        _draw_bars(drawing, counts)
        return
    highest = min(max(counts), size.dots)
    over = 11 if max(counts) > size.dots else 0
    stack = 2 * size.radius + 3.7 + size.pitch * (highest - 1) if highest else 0
    drawing.axis = max(round(top + over + stack, 1), (74.0 if highest else 60.0) if size.labels else 56.0)
    _draw_dots(drawing, counts)


def _draw_dots(drawing: Drawing, counts: Sequence[int]) -> None:
    """A dot is a line without length that has round ends: one path holds them all."""
    size = drawing.size
    foot = drawing.axis - size.radius - (3.7 if size.labels else 1.8)
    heights = [round(foot - number * size.pitch, 1) for number in range(size.dots)]
    drawing.dots = "".join(
        f"M{size.x(days)} {y}h.01" for days, number in enumerate(counts) for y in heights[: min(number, size.dots)]
    )
    over = round(heights[-1] - size.radius - 4.6, 1)
    drawing.numbers += [
        Text(size.x(days), over, f"+{number - size.dots}", anchor="middle")
        for days, number in enumerate(counts)
        if number > size.dots
    ]


def _collide(counts: Sequence[int], size: Size) -> bool:
    """Whether “+12” of a day would lie on that of the next."""
    over = [width(f"+{number - size.dots}", SMALL) if number > size.dots else 0.0 for number in counts]
    return any(one and two and (one + two) / 2 > size.step for one, two in pairwise(over))


def _draw_bars(drawing: Drawing, counts: Sequence[int]) -> None:
    """Bars in proportion to the highest, with the numbers of those that stand out."""
    size, most = drawing.size, max(counts)
    heights = [max(round(number * size.tallest / most, 1), 2.0) if number else 0.0 for number in counts]
    path = [f"M{size.x(days)} {drawing.axis}v-{high}" for days, high in enumerate(heights) if high]
    drawing.bars = "".join(path)
    taken: list[tuple[float, float]] = []
    for days in sorted(range(len(counts)), key=lambda one: (-counts[one], one)):
        text = f"{CAP}+" if counts[days] >= CAP else formats.show_number(counts[days])
        half = width(text, SMALL) / 2
        x, reach = size.x(days), int(half // size.step) + 1
        near = heights[max(days - reach, 0) : days] + heights[days + 1 : days + reach + 1]
        if not counts[days] or len(taken) == (PEAKS if size.labels else 1):
            break
        if max(near, default=0) <= heights[days] and all(x + half < left or right < x - half for left, right in taken):
            taken.append((x - half - 2, x + half + 2))
            drawing.numbers.append(Text(x, round(drawing.axis - heights[days] - 4, 1), text, anchor="middle"))


def _draw_months(drawing: Drawing, timeline: Timeline) -> None:
    """A line half a day before each 1st; a month's name and figure where they have room."""
    size, here = drawing.size, timeline.here
    starts = [(month.first - here).days for month in timeline.months]
    drawing.lines = [size.x(days - 0.5) for days in starts[1:]]
    edges = [LEFT - 8, *drawing.lines, size.width + 6]
    for month, left, right in zip(timeline.months, edges, edges[1:], strict=False):
        room = right - left - 14
        names = [formats.show_part(month.first, pattern) for pattern in (formats.MONTH, formats.SHORT_MONTH)]
        if name := _first_that_fits(names if size.labels else names[1:], MONTH, room):
            drawing.texts.append(Text(left + 8, 18, name, "mo"))
        if size.labels and (figure := _first_that_fits(telling.figures(month, timeline), SMALL, room)):
            drawing.texts.append(Text(left + 8, 34, figure))


def _first_that_fits(texts: Sequence[str], letters: float, room: float) -> str | None:
    return next((text for text in texts if width(text, letters) <= room), None)


def _draw_days(drawing: Drawing, timeline: Timeline) -> None:
    """Today, a tick on each Monday and its number where it has room; on the small drawing on every other."""
    size, y = drawing.size, round(drawing.axis + 20, 1)
    today = str(_("Today"))
    drawing.numbers.append(Text(LEFT - 5, y, today, "nowt"))
    end = LEFT - 5 + width(today, SMALL)
    for days, one in enumerate(timeline.days):
        if one.on.weekday():
            continue
        x, half = size.x(days), width(str(one.on.day), SMALL) / 2
        drawing.ticks.append(x)
        if x - half > end + 4 and x + half <= size.width:
            drawing.numbers.append(Text(x, y, str(one.on.day), anchor="middle"))
            end = x + half + (0 if size.labels else 7 * size.step)


def _draw_hands(drawing: Drawing, timeline: Timeline) -> None:
    """Diamonds, and labels for the most urgent."""
    size, axis = drawing.size, drawing.axis
    waiting = [(days, one) for days, one in enumerate(timeline.days) if one.by_hand]
    named = takewhile(lambda one: one.named, (one for _days, one in waiting)) if size.labels else ()
    written = [_lines_of(one) for one in named]
    placed = _place(size, waiting, [lines.width for lines in written], timeline)
    for number, (days, _one) in enumerate(waiting):
        level = placed.labels[number].level if number < len(placed.labels) else 0
        foot = round(axis + 51 + 42 * level, 1) if level else None
        drawing.marks.append(Mark(size.x(days), days <= telling.LATE, foot))
    drawing.marks.reverse()  # Where they lie close, the nearer one lies on the other.
    drawing.tags = [_tag(lines, label, axis) for lines, label in zip(written, placed.labels, strict=False)]
    if placed.rest:
        text = telling.more(_beyond(timeline, waiting, len(placed.labels)), timeline)
        drawing.rest = Text(round(placed.rest.left, 1), round(axis + 66 + 42 * placed.rest.level, 1), text)
    drawing.height = round(axis + (26 if not waiting else 48 + 42 * placed.levels), 1)


def _place(size: Size, waiting: Sequence[tuple[int, Day]], widths: Sequence[float], timeline: Timeline) -> Placed:
    def rest(number: int) -> float:
        beyond = _beyond(timeline, waiting, number)
        return width(telling.more(beyond, timeline), SMALL) if beyond else 0.0

    return place([size.x(days) for days, _one in waiting], widths, rest, size.width)


def _beyond(timeline: Timeline, waiting: Sequence[tuple[int, Day]], number: int) -> int:
    """How many are by hand after the first few days that have any."""
    return timeline.by_hand - sum(one.by_hand for _days, one in waiting[:number])


class Lines(NamedTuple):
    """What a label says: the first product's name, what stands beside it, and the line below."""

    product: Named
    name: str
    others: str
    under: str

    @property
    def width(self) -> float:
        """Of the wider line."""
        return max(width(f"{self.name} {self.others}".rstrip(), NAME), width(self.under, SMALL))


def _lines_of(one: Day) -> Lines:
    product, others = one.named[0], telling.others(one)
    room = LONGEST - (width(f" {others}", NAME) if others else 0)
    under = f"{telling.short(one.on)} · {telling.reason(product.days_left)}"
    return Lines(product, cut(product.name, NAME, room), others, under)


def _tag(lines: Lines, label: Label, axis: float) -> Tag:
    x = label.right if label.end else label.left
    return Tag(*lines, round(x, 1), round(axis + 66 + 42 * label.level, 1), label, telling.is_late(lines.product))

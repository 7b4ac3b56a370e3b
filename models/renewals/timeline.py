"""What renews in the next 60 days, day by day: counts, sums and a few names, of however many products.

A day is counted up to CAP products of a kind and no further, so that the work has a bound that no organization
passes; all of it is read from the index product_renewing, only sums and names from the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import money
from models.base import day, rows
from models.products.reach import Reach

DAYS = 60
CAP = 300
"""How far the products of one day are counted, those that renew by themselves and those by hand."""
SUMMED = 1_000
"""Prices stand in the table and not in the index: they are added up for no more products than this."""
NAMED_DAYS = 8
NAMED_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A product that somebody has to renew."""

    id: int
    name: str
    on: date
    days_left: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many products renew by themselves, how many only by hand, at most CAP each; a few by name."""

    on: date
    alone: int = 0
    by_hand: int = 0
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """The part of a month that is shown: what renews by itself in it, and for how much, the largest amount first;
    without amounts where there are too many products or none has a price."""

    first: date
    alone: int
    sums: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """All days from the first to the last; `capped` says that a day has more products than were counted."""

    days: tuple[Day, ...]
    months: tuple[Month, ...]
    capped: bool = False

    @property
    def here(self) -> date:
        """The day it begins: today."""
        return self.days[0].on

    @property
    def until(self) -> date:
        """The last day."""
        return self.days[-1].on

    @property
    def alone(self) -> int:
        """How many renew by themselves."""
        return sum(one.alone for one in self.days)

    @property
    def by_hand(self) -> int:
        """How many somebody has to renew."""
        return sum(one.by_hand for one in self.days)

    @property
    def named(self) -> list[Named]:
        """Those by hand that are named, the soonest first."""
        return [product for one in self.days for product in one.named]


def of(reach: Reach, here: date) -> Timeline:
    """What renews from this day on among the products that are reached, in at most three queries."""
    days = [here + timedelta(days=number) for number in range(DAYS + 1)]
    counts = _counts(reach, days)
    named = _named(reach, [on for on in days if counts[on][1]][:NAMED_DAYS], here)
    alone = sum(one[0] for one in counts.values())
    return Timeline(
        days=tuple(_as_day(on, counts[on], named.get(on, ())) for on in days),
        months=tuple(_months(days, counts, _prices(reach, days) if 0 < alone <= SUMMED else {})),
        capped=any(number > CAP for both in counts.values() for number in both),
    )


def next_alone(reach: Reach, here: date) -> Named | None:
    """The product that renews by itself before all others of the next 60 days."""
    where, params = reach.where()
    found = rows(
        f"SELECT p.id, p.name, p.expires_on FROM product p WHERE {where} AND p.state = 'active' "
        "AND p.auto_renew = TRUE AND p.expires_on >= ? AND p.expires_on <= ? "
        "ORDER BY p.expires_on, p.auto_renew, p.category_id, p.id LIMIT 1",
        [*params, here, here + timedelta(days=DAYS)],
    )
    return _one(found[0], here) if found else None


def _counts(reach: Reach, days: Sequence[date]) -> dict[date, tuple[int, int]]:
    """By day how many renew by themselves and how many by hand, to CAP and one. A range of the index each: a count
    over all days at once would walk as far as an organization is large."""
    where, params = reach.where()
    alone, by_hand = (
        f"(SELECT count(*) FROM (SELECT 1 FROM product p WHERE {where} AND p.state = 'active' "
        f"AND p.expires_on = d.day AND p.auto_renew = {value} LIMIT {CAP + 1}) AS n)"
        for value in ("TRUE", "FALSE")
    )
    values = ", ".join(["(?)"] * len(days))
    found = rows(
        f"WITH d (day) AS (VALUES {values}) SELECT d.day, {alone}, {by_hand} FROM d", [*days, *params, *params]
    )
    return {_day(on): (alone, by_hand) for on, alone, by_hand in found}


def _named(reach: Reach, days: Sequence[date], here: date) -> dict[date, list[Named]]:
    """The first few by hand of each of these days."""
    if not days:
        return {}
    where, params = reach.where()
    first = (
        f"SELECT * FROM (SELECT p.id, p.name, p.expires_on FROM product p WHERE {where} AND p.state = 'active' "
        "AND p.expires_on = ? AND p.auto_renew = FALSE "
        f"ORDER BY p.category_id, p.id LIMIT {NAMED_A_DAY}) AS n"
    )
    found: dict[date, list[Named]] = defaultdict(list)
    for row in rows(" UNION ALL ".join([first] * len(days)), [value for on in days for value in (*params, on)]):
        product = _one(row, here)
        found[product.on].append(product)
    return found


def _prices(reach: Reach, days: Sequence[date]) -> dict[tuple[int, int], dict[str, int]]:
    """By year and month what renews by itself costs, in minor units by currency."""
    where, params = reach.where()
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for on, currency, minor in rows(
        f"SELECT p.expires_on, p.currency, sum(p.price_minor) FROM product p WHERE {where} AND p.state = 'active' "
        "AND p.expires_on >= ? AND p.expires_on <= ? AND p.auto_renew = TRUE AND p.currency IS NOT NULL "
        "GROUP BY p.expires_on, p.currency",
        [*params, days[0], days[-1]],
    ):
        found[_month(_day(on))][currency] += int(minor)
    return found


def _months(
    days: Sequence[date], counts: dict[date, tuple[int, int]], prices: dict[tuple[int, int], dict[str, int]]
) -> list[Month]:
    """The months that the days lie in."""
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    for on in days:
        found[_month(on)].append(on)
    return [
        Month(inside[0], sum(min(counts[on][0], CAP) for on in inside), _largest_first(prices.get(key, {})))
        for key, inside in found.items()
    ]


def _largest_first(sums: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(sums.items(), key=lambda one: (-money.major(one[1], one[0]), one[0])))


def _month(on: date) -> tuple[int, int]:
    return on.year, on.month


def _day(value: str | date) -> date:
    found = day(value)
    assert found is not None
    return found


def _as_day(on: date, counts: tuple[int, int], named: Sequence[Named]) -> Day:
    alone, by_hand = counts
    return Day(on, min(alone, CAP), min(by_hand, CAP), tuple(named))


def _one(row: tuple[Any, ...], here: date) -> Named:
    number, name, on = row
    return Named(number, name, _day(on), (_day(on) - here).days)

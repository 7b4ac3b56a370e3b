"""The preview: which mails go out in the next 60 days with what is chosen now, to whom and why.

The first day is what the sweep itself would find. For the days after it, products are counted by deadline, and each
deadline tells on which days it is told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.base import marks, rows
from models.renewals import next_sweep
from models.renewals.choice import Audience, Choice
from models.renewals.course import Reason, reasons
from models.renewals.notices import RENEWAL
from models.renewals.series import Part, Series, ahead, asleep

DAYS = 60
FIRST_LOOKS = (8, 21, DAYS)
"""How many days are looked at where only the next few mails are asked for, until there are enough of them."""


@dataclass(slots=True)
class Mail:
    """What goes out on a day to the same people; `to` is empty where that is everybody."""

    day: date
    parts: list[Part]
    to: list[str]
    names: dict[int, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many products it tells of."""
        return sum(part.number for part in self.parts)

    def name(self, part: Part) -> str:
        """The name of the one product of a part."""
        return self.names.get(part.id_sum, "–")


def mails(choice: Choice, at_most: int | None = None) -> list[Mail]:
    """The mails of the next 60 days by day, or the first few (`at_most`)."""
    if not choice.people:
        return []
    found: list[Mail] = []
    for days in FIRST_LOOKS if at_most else (DAYS,):
        last = choice.first + timedelta(days=days - 1)
        audiences = [(one, ahead(choice, one, last)) for one in choice.audiences()]
        found = [*_first_day(choice, audiences), *_later(choice, audiences, last)]
        if at_most is not None and len(found) >= at_most:
            break
    return _named(found[:at_most])


def _named(found: list[Mail]) -> list[Mail]:
    """The mails with the names of products that are told of alone: these can be named."""
    ids = list({part.id_sum for mail in found for part in mail.parts if part.number == 1})
    names = dict(rows(f"SELECT id, name FROM product WHERE id IN ({marks(ids)})", ids))
    for mail in found:
        mail.names = names
    return found


def _first_day(choice: Choice, audiences: list[tuple[Audience, list[Series]]]) -> list[Mail]:
    """What the next sweep writes, by people who get the same."""
    parts, same = next_sweep.parts(choice, audiences), defaultdict[tuple[Part, ...], list[str]](list)
    for one in choice.people:
        if listed := parts.get(one.address_key):
            same[tuple(_merged(listed))].append(one.name)
    return [Mail(choice.first, list(listed), _everybody(choice, to)) for listed, to in same.items()]


def _later(choice: Choice, audiences: list[tuple[Audience, list[Series]]], last: date) -> list[Mail]:
    """The mails of the days behind the first one up to `last`."""
    found: list[Mail] = []
    for audience, listed in audiences:
        by_day: dict[date, list[Part]] = defaultdict(list)
        for at, part in (*_regular(choice, listed, last), *_woken(choice, audience, last)):
            if part.reason.kind not in audience.without:
                by_day[at].append(part)
        to = _everybody(choice, [one.name for one in audience.people])
        found += [Mail(at, _merged(parts), to) for at, parts in by_day.items()]
    return sorted(found, key=lambda mail: mail.day)


def _regular(choice: Choice, listed: list[Series], last: date) -> Iterator[tuple[date, Part]]:
    """Days behind the first and parts of deadlines that nothing has put off."""
    ways = {
        auto: [(timedelta(days=reason.lead), reason) for reason in reasons(choice.wanted, auto_renew=auto)]
        for auto in (True, False)
    }
    for series in listed:
        for ahead_of, reason in ways[series.auto_renew]:
            if choice.first < (at := series.expires_on - ahead_of) <= last:
                yield at, series.part(reason)


def _woken(choice: Choice, audience: Audience, last: date) -> Iterator[tuple[date, Part]]:
    """Days behind the first and parts of products that sleep on it."""
    for product, course in asleep(choice, audience):
        for at, reason in course.days(choice.wanted, choice.first):
            if choice.first < at <= last:
                yield at, Part(reason, 1, product, course.expires_on)


def _merged(parts: Iterable[Part]) -> list[Part]:
    """Parts of the same reason as one: what waits for somebody first, and of that the most urgent."""
    found: dict[Reason, Part] = {}
    for part in parts:
        other = found.get(part.reason)
        found[part.reason] = other.plus(part) if other else part
    return sorted(found.values(), key=lambda part: (part.reason.kind == RENEWAL, part.reason.lead, part.reason.late))


def _everybody(choice: Choice, names: list[str]) -> list[str]:
    """The names, or none where they are all there are."""
    return [] if len(names) == len(choice.people) else names

"""Series: the products of an organization that share a deadline and a way to renew, counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from models.base import day, marks, rows
from models.products.reach import GRANTED
from models.renewals import snoozes
from models.renewals.choice import Audience, Choice
from models.renewals.course import Course, Reason
from models.renewals.due import TAGGED_OUT, Sql
from models.renewals.notices import ID_SUM


class Part(NamedTuple):
    """Products that a mail tells of for one reason: how many, which (the sum of their ids), and their deadline where it
    is the same."""

    reason: Reason
    number: int
    id_sum: int
    expires_on: date | None

    def plus(self, other: Part) -> Part:
        """Both as one."""
        same = self.expires_on if self.expires_on == other.expires_on else None
        return Part(self.reason, self.number + other.number, self.id_sum + other.id_sum, same)


class Series(NamedTuple):
    """How many products there are, and which: the sum of their ids."""

    expires_on: date
    auto_renew: bool
    number: int
    id_sum: int

    def part(self, reason: Reason) -> Part:
        """What a mail tells of them."""
        return Part(reason, self.number, self.id_sum, self.expires_on)


def ahead(choice: Choice, audience: Audience, last: date) -> list[Series]:
    """What the audience is told of on days up to `last`, without what is left out or snoozed on the first day."""
    where, params = _within(choice, audience, awake=True)
    bound = last + timedelta(days=choice.wanted.furthest)
    found = rows(
        f"SELECT p.expires_on, p.auto_renew, COUNT(*), {ID_SUM.format(id='p.id')} FROM product p "
        f"WHERE p.organization_id = ? AND p.state = 'active' AND p.expires_on <= ? AND {where} "
        "GROUP BY p.expires_on, p.auto_renew",
        [choice.organization_id, bound, *params],
    )
    return [Series(day(one[0]) or last, bool(one[1]), *one[2:]) for one in found]


def asleep(choice: Choice, audience: Audience) -> list[tuple[int, Course]]:
    """Products that are snoozed on the first day, each by itself."""
    if not choice.snoozed:
        return []
    where, params = _within(choice, audience, awake=False)
    found = rows(
        "SELECT p.id, p.expires_on, p.auto_renew, (SELECT MIN(n.lead) FROM renewal_notice n "
        f"WHERE n.product_id = p.id AND n.expires_on = p.expires_on), s.until {snoozes.OPEN} AND {where}",
        [choice.organization_id, choice.first, *params],
    )
    return [(one[0], Course(day(one[1]) or choice.first, bool(one[2]), one[3], day(one[4]))) for one in found]


def _within(choice: Choice, audience: Audience, *, awake: bool) -> Sql:
    """A condition on `product p`: what is not left out nor, where it is to be `awake`, snoozed, and what is granted."""
    where, params = ["TRUE"], list[object]()
    if choice.snoozed and awake:
        where.append(f"p.id NOT IN (SELECT s.product_id {snoozes.OPEN})")
        params += [choice.organization_id, choice.first]
    if choice.out.categories:
        where.append(f"p.category_id NOT IN ({marks([*choice.out.categories])})")
        params += choice.out.categories
    if choice.out.tags:
        where.append(f"NOT {TAGGED_OUT}")
    if audience.narrowed:
        where.append(GRANTED)
        params += [audience.narrowed, audience.narrowed]
    return " AND ".join(where), params

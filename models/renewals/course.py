"""The course of one deadline: on which days it is told of, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from models.renewals.notices import EXPIRED, REMINDER, RENEWAL
from models.renewals.preferences import AUTO_LEAD, OVER, Preference


class Reason(NamedTuple):
    """Why something is told: kind and lead time (days); `late` where that was reached before the day of the mail."""

    kind: str
    lead: int
    late: bool = False


PASSED = Reason(EXPIRED, OVER)


def reasons(wanted: Preference, *, auto_renew: bool) -> list[Reason]:
    """What is told of a product, the earliest first. One that renews by itself is taken to do so in time."""
    if auto_renew:
        return [Reason(RENEWAL, AUTO_LEAD)] if wanted.auto_reminder else []
    leads = wanted.chosen if wanted.reminders else ()
    return [*(Reason(REMINDER, lead) for lead in leads), PASSED]


def reached(ahead: list[Reason], expires_on: date, day: date) -> Reason | None:
    """The most urgent of the reasons whose day has come; past the deadline that it has passed, for every product."""
    left = (expires_on - day).days
    if left < 0:
        return PASSED._replace(late=left != OVER)
    found = next((reason for reason in reversed(ahead) if left <= reason.lead), None)
    return found and found._replace(late=left != found.lead)


@dataclass(frozen=True, slots=True)
class Course:
    """A deadline with what has become of it: the most urgent lead time that was told, the day it is snoozed until."""

    expires_on: date
    auto_renew: bool
    told: int | None = None
    until: date | None = None

    def days(self, wanted: Preference, first: date) -> Iterator[tuple[date, Reason]]:
        """The days from `first` on that it is told on, as the sweep decides it: once for the most urgent lead time."""
        ahead, told = reasons(wanted, auto_renew=self.auto_renew), self.told
        starts = {first, *(self.expires_on - timedelta(days=reason.lead) for reason in ahead)}
        for day in sorted(starts | {self.until} if self.until else starts):
            asleep = self.until is not None and day < self.until
            reason = None if day < first or asleep else reached(ahead, self.expires_on, day)
            if reason is not None and (told is None or reason.lead < told):
                told = reason.lead
                yield day, reason

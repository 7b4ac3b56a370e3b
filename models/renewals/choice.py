"""The choice: everything that decides on the mails of one organization, read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from models.base import day, row, rows, today
from models.errors import NotFound
from models.renewals import left_out, preferences, recipients, snoozes
from models.renewals.left_out import LeftOut
from models.renewals.preferences import Preference
from models.renewals.recipients import Told


@dataclass(frozen=True, slots=True)
class Audience:
    """People who are told the same: the membership whose grants narrow it (0 for none), the kinds they do without."""

    narrowed: int
    without: frozenset[str]
    people: list[Told]


@dataclass(frozen=True, slots=True)
class Choice:
    """What holds now; `first` is the day as of which the next sweep looks at the organization, `snoozed` how many
    products sleep on it."""

    organization_id: int
    time_zone: str
    wanted: Preference
    first: date
    people: list[Told]
    refused: dict[str, frozenset[str]]
    out: LeftOut
    snoozed: int

    def audiences(self) -> list[Audience]:
        """The people by what they are told."""
        found: dict[tuple[int, frozenset[str]], list[Told]] = defaultdict(list)
        for one in self.people:
            found[one.narrowed, self.refused.get(one.address_key, frozenset())].append(one)
        return [Audience(narrowed, without, people) for (narrowed, without), people in found.items()]


def read(organization_id: int) -> Choice:
    """What holds for an organization now."""
    refused: dict[str, set[str]] = defaultdict(set)
    kinds = "SELECT address_key, kind FROM renewal_refusal WHERE organization_id = ?"
    for key, kind in rows(kinds, (organization_id,)):
        refused[key].add(kind)
    time_zone, first = next_day(organization_id)
    return Choice(
        organization_id,
        time_zone,
        preferences.of(organization_id),
        first,
        recipients.of(organization_id),
        {key: frozenset(found) for key, found in refused.items()},
        left_out.of(organization_id),
        snoozes.count(organization_id, first),
    )


def next_day(organization_id: int) -> tuple[str, date]:
    """The time zone of an organization, and the day as of which the next sweep looks at it."""
    found = row(
        "SELECT o.time_zone, z.swept_on FROM organization o LEFT JOIN renewal_zone z ON z.time_zone = o.time_zone "
        "WHERE o.id = ?",
        (organization_id,),
    )
    if found is None:
        raise NotFound
    here, done = today(found[0]), day(found[1])
    return found[0], here + timedelta(days=1) if done and done >= here else here

"""What an organization wants to be told of its renewals. One row each; where there is none, the defaults hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField

from models import journal
from models.base import Model, UTCField, locked, now, row
from models.errors import N_, Conflict, Refused
from models.organization.acting import Acting
from models.organization.organizations import Organization
from models.permissions import Permission

LEADS = (60, 30, 14, 7, 3, 1, 0)
"""Days before the deadline at which a reminder can go out; 0 is the day itself."""

AUTO_LEAD = 14
"""Days before an automatic renewal at which its reminder goes out."""

OVER = -1
"""The lead time of what is told once the deadline has passed."""

BITS = {lead: 1 << place for place, lead in enumerate(sorted(LEADS))}

SWITCHES = ("reminders", "auto_reminder", "confirmation", "invoice", "digest")
ROLES = ("to_billing", "to_representatives", "to_administrators")


def mask(leads: Iterable[int]) -> int:
    """Lead times as the number that is kept. Raises Refused (field `leads`) for one that can't be chosen."""
    chosen = set(leads)
    if not chosen <= BITS.keys():
        raise Refused(N_("Choose one of the list."), field="leads")
    return sum(BITS[lead] for lead in chosen)


class Preference(Model):
    """One organization's choice. `leads` holds one bit for each lead time (`chosen` reads them)."""

    organization = ForeignKeyField(Organization, primary_key=True, on_delete="CASCADE")
    organization_id: int
    reminders = BooleanField(default=True)
    leads = IntegerField(default=mask((30, 7, 1)))
    auto_reminder = BooleanField(default=True)
    confirmation = BooleanField(default=True)
    invoice = BooleanField(default=True)
    digest = BooleanField(default=True)
    to_billing = BooleanField(default=True)
    to_representatives = BooleanField(default=True)
    to_administrators = BooleanField(default=False)
    version = IntegerField(default=1)
    changed_at = UTCField()

    class Meta:
        table_name = "renewal_preference"

    @property
    def chosen(self) -> tuple[int, ...]:
        """The lead times, longest first."""
        return tuple(lead for lead in LEADS if self.leads & BITS[lead])

    @property
    def furthest(self) -> int:
        """The longest time in days that anything is told of ahead."""
        return max(0, *(self.chosen if self.reminders else ()), AUTO_LEAD if self.auto_reminder else 0)


_FLAGS = frozenset((*SWITCHES, *ROLES))
_COLUMNS = (*SWITCHES, *ROLES, "leads", "version")
_STANDARD = Preference()
DEFAULTS: dict[str, Any] = {name: getattr(_STANDARD, name) for name in (*SWITCHES, *ROLES, "leads")}
"""What holds where nothing was chosen yet."""


def of(organization_id: int) -> Preference:
    """The preferences of an organization, be they the defaults (then of version 0)."""
    found = row(f"SELECT {', '.join(_COLUMNS)} FROM renewal_preference WHERE organization_id = ?", (organization_id,))
    if found is None:
        return Preference(organization=organization_id, version=0)
    values = {n: bool(v) if n in _FLAGS else v for n, v in zip(_COLUMNS, found, strict=True)}
    return Preference(organization=organization_id, **values)


def change(by: Acting, *, version: int, **changes: Any) -> Preference:
    """Change switches, recipients' roles or `leads` (days). Raises Conflict if somebody changed any since `version`."""
    if "leads" in changes:
        changes["leads"] = mask(changes["leads"])
    with changing(by) as before:
        told = {n: [_plain(before, n), v] for n, v in changes.items() if getattr(before, n) != v}
        if not told:
            return before
        after = keep(by, before, version, told, **changes)
    return after


@contextmanager
def changing(by: Acting) -> Iterator[Preference]:
    """One change of what an organization chose, be it in the row or beside it; gives the row as it is before."""
    by.require(Permission.NOTIFICATIONS_EDIT)
    with locked(f"notifications.{by.organization_id}"):
        yield of(by.organization_id)


def keep(by: Acting, kept: Preference, version: int, told: dict[str, Any], **changes: Any) -> Preference:
    """Write the row under its next version, with the journal entry of the changes; the first change makes it.

    `told` is what the entry says, [before, after] by field. Raises Conflict if the row is not of `version` any more.
    """
    if kept.version != version:
        raise Conflict(N_("These settings were changed elsewhere meanwhile. Reload the page, then choose again."))
    for name, value in {**changes, "version": version + 1, "changed_at": now()}.items():
        setattr(kept, name, value)
    kept.save(force_insert=version == 0)
    told = {n: [before, _plain(kept, n) if n in changes else after] for n, (before, after) in told.items()}
    journal.record("notifications.changed", by=by, organization=by.organization_id, changes=told)
    return kept


def _plain(kept: Preference, name: str) -> object:
    """A value as the journal keeps it."""
    return ", ".join(str(lead) for lead in kept.chosen) if name == "leads" else getattr(kept, name)

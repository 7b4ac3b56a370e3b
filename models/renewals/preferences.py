"""What an organization wants to be told of its renewals. One row each; where there is none, the defaults hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import BooleanField, ForeignKeyField, IntegerField

from models import journal
from models.base import Model, UTCField, locked, now
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


_STANDARD = Preference()
DEFAULTS: dict[str, Any] = {name: getattr(_STANDARD, name) for name in (*SWITCHES, *ROLES, "leads")}
"""What holds where nothing was chosen yet."""


def of(organization_id: int) -> Preference:
    """The preferences of an organization, be they the defaults (then of version 0)."""
    found: Preference | None = Preference.get_or_none(Preference.organization == organization_id)
    return found or Preference(organization=organization_id, version=0)


def change(by: Acting, *, version: int, **changes: Any) -> Preference:
    """Change switches, recipients' roles or `leads` (days). Raises Conflict if somebody changed any since `version`."""
    by.require(Permission.NOTIFICATIONS_EDIT)
    if "leads" in changes:
        changes["leads"] = mask(changes["leads"])
    with locked(f"notifications.{by.organization_id}"):
        before = of(by.organization_id)
        told = {n: [_plain(before, n), v] for n, v in changes.items() if getattr(before, n) != v}
        if not told:
            return before
        if before.version != version:
            raise Conflict(N_("These settings were changed elsewhere meanwhile. Reload the page, then choose again."))
        after = _save(before, changes)
        told = {name: [old, _plain(after, name)] for name, (old, _value) in told.items()}
        journal.record("notifications.changed", by=by, organization=by.organization_id, changes=told)
    return after


def _save(kept: Preference, changes: dict[str, Any]) -> Preference:
    """Write the row; the first change makes it."""
    is_first = kept.version == 0
    for name, value in {**changes, "version": kept.version + 1, "changed_at": now()}.items():
        setattr(kept, name, value)
    kept.save(force_insert=is_first)
    return kept


def _plain(row: Preference, name: str) -> object:
    """A value as the journal keeps it."""
    return ", ".join(str(lead) for lead in row.chosen) if name == "leads" else getattr(row, name)

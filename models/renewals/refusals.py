"""Who does without which mails of an organization: chosen by a link of such a mail, by whoever has it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from peewee import CharField, CompositeKey, IntegerField

from models import journal
from models.base import Model, UTCField, locked, now
from models.renewals.notices import KINDS

Decide = Callable[[frozenset[str]], frozenset[str]]


class Refusal(Model):
    """One address that gets no mails of one kind from one organization."""

    organization_id = IntegerField()
    address_key = CharField()
    kind = CharField()
    created_at = UTCField()

    class Meta:
        table_name = "renewal_refusal"
        primary_key = CompositeKey("organization_id", "address_key", "kind")


def of(organization_id: int, address_key: str) -> frozenset[str]:
    """The kinds that an address does without."""
    found = Refusal.select(Refusal.kind).where(
        Refusal.organization_id == organization_id, Refusal.address_key == address_key
    )
    return frozenset(one.kind for one in found)


def choose(organization_id: int, address_key: str, refused: Collection[str], address: str | None = None) -> bool:
    """Do without these kinds from now on, and get all others. Returns whether that changed anything.

    `address` is the network address of who chose, for the journal.
    """
    return _set(organization_id, address_key, lambda _before: frozenset(refused), address)


def add(organization_id: int, address_key: str, refused: Collection[str], address: str | None = None) -> bool:
    """Do without these kinds as well."""
    return _set(organization_id, address_key, lambda before: before | frozenset(refused), address)


def _set(organization_id: int, address_key: str, decide: Decide, address: str | None) -> bool:
    with locked(f"refusals.{organization_id}.{address_key}"):
        before = of(organization_id, address_key)
        wanted = decide(before) & KINDS.keys()
        if before == wanted:
            return False
        Refusal.delete().where(Refusal.organization_id == organization_id, Refusal.address_key == address_key).execute()
        for kind in sorted(wanted):
            Refusal.create(organization_id=organization_id, address_key=address_key, kind=kind, created_at=now())
        act = "notifications.refused" if wanted - before else "notifications.wanted"
        by = journal.Person(None, address_key, address)
        journal.record(act, by=by, organization=organization_id, about=("address", None, address_key))
    return True

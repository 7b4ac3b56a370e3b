"""Snoozing: no reminder of one product before a day. It holds for one deadline; another date ends it by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import IntegerField

from models import journal
from models.base import DateField, Model, day, rows, today, write
from models.errors import N_, Refused
from models.organization import organizations
from models.organization.acting import Acting
from models.permissions import Permission
from models.products.products import ACTIVE, Product


class Snooze(Model):
    """One product of which nobody is reminded before `until`, as long as it expires on `expires_on`."""

    product_id = IntegerField(primary_key=True)
    organization_id = IntegerField()
    expires_on = DateField()
    until = DateField()

    class Meta:
        table_name = "renewal_snooze"


OPEN = """
FROM renewal_snooze s JOIN product p ON p.id = s.product_id
WHERE s.organization_id = ? AND s.until > ? AND p.organization_id = s.organization_id AND p.state = 'active'
AND p.expires_on = s.expires_on
"""
"""Snoozes of an organization (`?`) that hold beyond a day (`?`), as `s` with their `product p`."""


def of(product: Product) -> date | None:
    """The day before which nobody is reminded of it, while that is ahead."""
    here = today(organizations.get(product.organization_id).time_zone)
    found: Snooze | None = Snooze.get_or_none(Snooze.product_id == product.id)
    holds = found is not None and found.expires_on == product.expires_on and found.until > here
    return found.until if found is not None and holds else None


def open_at(organization_id: int, at: date) -> list[dict[str, Any]]:
    """Products that are snoozed beyond a day, those that wake first before the others: `id`, `name`, `until`."""
    found = rows(f"SELECT p.id, p.name, s.until {OPEN} ORDER BY s.until, p.name_key", (organization_id, at))
    return [{"id": number, "name": name, "until": day(until)} for number, name, until in found]


def count(organization_id: int, at: date) -> int:
    """How many products are snoozed beyond a day."""
    return int(rows(f"SELECT count(*) {OPEN}", (organization_id, at))[0][0])


def snooze(by: Acting, product: Product, until: date | None) -> None:
    """Remind nobody of it before a day. Raises Refused (field `until`) for one that is past, or past its deadline."""
    by.require(Permission.NOTIFICATIONS_EDIT)
    if product.expires_on is None or product.state != ACTIVE:
        raise Refused(N_("Nobody is reminded of this product: it has no deadline ahead."))
    here = today(organizations.get(product.organization_id).time_zone)
    if until is None or not here < until <= product.expires_on:
        raise Refused(N_("Choose a day after today, at the latest the deadline itself."), field="until")
    with write():
        values = {"organization_id": product.organization_id, "expires_on": product.expires_on, "until": until}
        before = of(product)
        _put(product.id, values)
        told = {"snoozed_until": [before and before.isoformat(), until.isoformat()]}
        journal.record("product.snoozed", by=by, organization=by.organization_id, about=product.about, changes=told)


def _put(product_id: int, values: dict[str, Any]) -> None:
    query = Snooze.insert(product_id=product_id, **values)
    query.on_conflict(conflict_target=[Snooze.product_id], update=values).execute()


def wake(by: Acting, product: Product) -> bool:
    """Remind of it again as chosen; returns whether it was snoozed."""
    by.require(Permission.NOTIFICATIONS_EDIT)
    with write():
        was_snoozed = bool(Snooze.delete().where(Snooze.product_id == product.id).execute())
        if was_snoozed:
            journal.record("product.woken", by=by, organization=by.organization_id, about=product.about)
    return was_snoozed

"""What was told: one row for each product, deadline, lead time and address, whatever was said in one mail."""

from __future__ import annotations

from peewee import AutoField, CharField, IntegerField

from models.base import DateField, Model, UTCField
from models.errors import N_

REMINDER, RENEWAL, EXPIRED = "reminder", "renewal", "expired"

KINDS = {
    REMINDER: N_("Reminders before a deadline"),
    RENEWAL: N_("Reminders before an automatic renewal"),
    EXPIRED: N_("Notices of what has expired"),
}
"""What a person can do without, each by itself."""

KIND_BITS = {kind: 1 << place for place, kind in enumerate(KINDS)}


class Batch(Model):
    """One run of the sweep that told something, as of a day."""

    id = AutoField()
    day = DateField()
    made_at = UTCField()

    class Meta:
        table_name = "renewal_batch"


class Mail(Model):
    """One mail that tells notices of a batch to an address: all of an organization, or of one product alone.

    `kinds` is a mask of what it tells, `products` how many.
    """

    id = AutoField()
    batch_id = IntegerField()
    organization_id = IntegerField()
    address_key = CharField()
    product_id = IntegerField(null=True)
    kinds = IntegerField()
    products = IntegerField()

    class Meta:
        table_name = "renewal_mail"


ID_SUM = "CAST(SUM({id}) AS BIGINT)"
"""One number for which products they are, whatever their order; of one product alone it is the id."""


def kinds_of(mask: int) -> tuple[str, ...]:
    """The kinds of mail that a mask stands for."""
    return tuple(kind for kind, bit in KIND_BITS.items() if mask & bit)

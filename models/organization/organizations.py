"""The organization: its details, and how it begins."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection
from typing import Any

from peewee import AutoField, CharField, IntegerField, TextField

from models import journal
from models.base import Model, UTCField, fold, locked, now, row, tidy, write
from models.errors import N_, Conflict, Refused
from models.organization import vat

KINDS = {
    "individual": N_("Individual"),
    "company": N_("Company"),
    "association": N_("Association"),
    "public_body": N_("Public body"),
}

DETAILS = (
    "name",
    "kind",
    "country",
    "street",
    "postcode",
    "city",
    "vat_number",
    "language",
    "time_zone",
    "billing_email",
)


ADDRESS = ("street", "postcode", "city")
"""What invoices and disputes need: whoever answers for an organization gives it, and can't take it away."""


MOST_SLUGS = 9_000_000
"""Of one base: as many as numbers of at most seven digits give."""


class Organization(Model):
    """What holds products. Its slug is part of every URL and never changes."""

    id = AutoField()
    slug = CharField(unique=True)
    name = CharField()
    name_key = CharField()
    kind = CharField()
    country = CharField()
    street = CharField(default="")
    postcode = CharField(default="")
    city = CharField(default="")
    city_key = CharField(default="")
    vat_number = CharField(default="")
    language = CharField(default="en")
    time_zone = CharField(default="UTC")
    billing_email = CharField(default="")
    terms_version = CharField(null=True)
    terms_at = UTCField(null=True)
    terms_by = IntegerField(null=True)
    created_at = UTCField()
    suspended_at = UTCField(null=True)
    suspended_reason = TextField(null=True)
    version = IntegerField(default=1)

    @property
    def about(self) -> tuple[str, int, str]:
        """The organization as the subject of a journal entry."""
        return ("organization", self.id, self.name)

    def told(self, **values: Any) -> dict[str, Any]:
        """What every mail about the organization says, with the values of this one."""
        return {"organization": self.name, "slug": self.slug, **values}

    def missing_details(self) -> list[str]:
        """Names of the details that invoices and disputes need and that are empty."""
        return [name for name in (*ADDRESS, "billing_email") if not getattr(self, name)]

    def is_new_number(self, number: str, kind: str, country: str) -> bool:
        """Whether this tax number, however it is written, is another than the organization has; it may be wrong."""
        try:
            number = vat.check(number, kind, country)
        except Refused:
            number = number.strip()
        return self._is_another(number)

    def _is_another(self, number: str) -> bool:
        return number not in ("", self.vat_number)

    def change(self, by: journal.Actor, *, version: int, agreed_to: str | None = None, **changes: Any) -> Organization:
        """Change details; raises Conflict if somebody else changed them since `version` was read.

        A new tax number takes agreement to the terms of the version `agreed_to`: Refused (field `agree`) without it.
        """
        check_address({name: changes[name] for name in changes if name in ADDRESS})
        if changes.keys() & {"vat_number", "kind", "country"}:
            number, kind, country = (changes.get(n, getattr(self, n)) for n in ("vat_number", "kind", "country"))
            changes |= self._number(vat.check(number, kind, country), by, agreed_to)
        if "name" in changes:
            changes["name_key"] = fold(changes["name"])
        if "city" in changes:
            changes["city_key"] = fold(changes["city"])
        told = {n: [getattr(self, n), changes[n]] for n in DETAILS if n in changes and getattr(self, n) != changes[n]}
        with write():
            changed = (
                Organization.update(**changes, version=Organization.version + 1)
                .where(Organization.id == self.id, Organization.version == version)
                .execute()
            )
            if not changed:
                raise Conflict(N_("Somebody changed these details a moment ago. Look at them, then save again."))
            if told:
                journal.record("organization.changed", by=by, organization=self.id, about=self.about, changes=told)
        return self.reload()

    def _number(self, number: str, by: journal.Actor, agreed_to: str | None) -> dict[str, Any]:
        """The values of a checked number, with the agreement that a new one takes."""
        if not self._is_another(number):
            return {"vat_number": number}
        if not agreed_to:
            raise Refused(N_("A new number takes your agreement."), field="agree")
        return {"vat_number": number, "terms_version": agreed_to, "terms_at": now(), "terms_by": by.user_id}

    def reload(self) -> Organization:
        """The row as it is now."""
        fresh: Organization = Organization.get_by_id(self.id)
        return fresh

    def suspend(self, reason: str, by: journal.Actor) -> None:
        """Stop all acts of its people until it is resumed; they may still look."""
        with write():
            Organization.update(suspended_at=now(), suspended_reason=tidy(reason)).where(
                Organization.id == self.id
            ).execute()
            journal.record("organization.suspended", by=by, organization=self.id, about=self.about, reason=reason)

    def resume(self, by: journal.Actor) -> None:
        """End a suspension."""
        with write():
            Organization.update(suspended_at=None, suspended_reason=None).where(Organization.id == self.id).execute()
            journal.record("organization.resumed", by=by, organization=self.id, about=self.about)


def get(organization_id: int) -> Organization:
    """The organization with this id, which is known to be there."""
    found: Organization = Organization.get_by_id(organization_id)
    return found


def check_address(details: dict[str, Any]) -> None:
    """Raises Refused (field) for a part of an address that is empty."""
    for name, value in details.items():
        if not value:
            raise Refused(N_("Fill this in."), field=name)


def make_slug(name: str, *, taken: Collection[str] = ()) -> str:
    """A free slug from a name: ASCII letters, digits and hyphens, at most 48 long; none of those `taken`."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "organization"
    slug, most = base if base != "new" else "new-1", 9000
    while slug in taken or Organization.select().where(Organization.slug == slug).exists():
        slug = f"{base}-{secrets.randbelow(most) + 1000}"
        most = min(2 * most, MOST_SLUGS)  # Names in other scripts share one base: four digits may all be taken.
    return slug


def create(by: journal.Actor, *, terms_version: str | None, slug: str | None = None, **details: Any) -> Organization:
    """A new organization without members yet; `details` are those of DETAILS. Raises Refused for a wrong number."""
    details["name"] = tidy(details["name"])
    if details.get("vat_number"):
        details["vat_number"] = vat.check(details["vat_number"], details["kind"], details["country"])
    with locked("organization slugs"):
        made: Organization = Organization.create(
            slug=slug or make_slug(details["name"]),
            name_key=fold(details["name"]),
            city_key=fold(details.get("city", "")),
            created_at=now(),
            terms_version=terms_version,
            terms_at=now() if terms_version else None,
            terms_by=by.user_id if terms_version else None,
            **details,
        )
        journal.record("organization.created", by=by, organization=made.id, about=made.about)
    return made


def suspension(organization_id: int) -> str:
    """Why an organization is suspended, in the operator's words."""
    found = row("SELECT suspended_reason FROM organization WHERE id = ?", (organization_id,))
    return str(found[0] or "") if found else ""

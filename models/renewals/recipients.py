"""Who is told: each address of an organization once, whatever several ways lead to it.

Nobody is told before somebody of the organization has proven an address: what an operator has only imported stays
silent until its people come in.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from peewee import ForeignKeyField

from models.base import Model, rows
from models.organization.acting import Acting
from models.organization.members import Membership
from models.permissions import Role
from models.products.reach import SEEING_ALL
from models.renewals import preferences
from models.renewals.preferences import Preference


class Recipient(Model):
    """A member who was chosen by name."""

    membership = ForeignKeyField(Membership, primary_key=True, on_delete="CASCADE")

    class Meta:
        table_name = "renewal_recipient"


TOLD = f"""
SELECT organization_id, address_key, MIN(narrowed) AS narrowed FROM (
  SELECT o.id AS organization_id, lower(o.billing_email) AS address_key, 0 AS narrowed
  FROM organization o LEFT JOIN renewal_preference w ON w.organization_id = o.id
  WHERE {{which}} AND o.billing_email <> '' AND COALESCE(w.to_billing, TRUE) AND EXISTS (
    SELECT 1 FROM membership m JOIN users u ON u.id = m.user_id
    WHERE m.organization_id = o.id AND u.verified_at IS NOT NULL
  )
  UNION ALL
  SELECT o.id, u.email_key, CASE WHEN m.role IN ({SEEING_ALL}) THEN 0 ELSE m.id END
  FROM organization o JOIN membership m ON m.organization_id = o.id JOIN users u ON u.id = m.user_id
  LEFT JOIN renewal_preference w ON w.organization_id = o.id
  WHERE {{which}} AND u.verified_at IS NOT NULL AND u.suspended_at IS NULL AND (
    m.role = '{Role.LEGAL_REPRESENTATIVE.value}' AND COALESCE(w.to_representatives, TRUE)
    OR m.role = '{Role.ADMINISTRATOR.value}' AND COALESCE(w.to_administrators, FALSE)
    OR EXISTS (SELECT 1 FROM renewal_recipient x WHERE x.membership_id = m.id)
  )
) AS reached GROUP BY organization_id, address_key
"""
"""Addresses by organization, for those that `which` names (a condition on `organization o`). `narrowed` is 0, or the
membership whose grants say which products the address may be told of."""


class Told(NamedTuple):
    """An address that is told, by name where it is known: Mira Castellan, billing@quillmark.example."""

    address_key: str
    name: str
    narrowed: int


def of(organization_id: int) -> list[Told]:
    """The addresses that are told now, people first, by name."""
    told = TOLD.replace("{which}", "o.id = ?")
    found = rows(
        f"SELECT r.address_key, COALESCE(u.name, r.address_key), r.narrowed FROM ({told}) AS r "
        "LEFT JOIN users u ON u.email_key = r.address_key ORDER BY u.name_key IS NULL, u.name_key, r.address_key",
        (organization_id, organization_id),
    )
    return [Told(*one) for one in found]


class Candidate(NamedTuple):
    """A member who can be chosen by name; who has not proven an address yet is told once that is done."""

    membership_id: int
    name: str
    email: str
    role: Role
    verified: bool
    chosen: bool


def candidates(organization_id: int) -> list[Candidate]:
    """All members, by name."""
    found = rows(
        "SELECT m.id, u.name, u.email, m.role, u.verified_at IS NOT NULL, x.membership_id IS NOT NULL "
        "FROM membership m JOIN users u ON u.id = m.user_id LEFT JOIN renewal_recipient x ON x.membership_id = m.id "
        "WHERE m.organization_id = ? ORDER BY u.name_key, m.id",
        (organization_id,),
    )
    return [Candidate(i, name, email, Role(role), bool(v), bool(c)) for i, name, email, role, v, c in found]


def choose(by: Acting, *, version: int, memberships: Collection[int]) -> Preference:
    """Tell these members as well, whatever their role, and no others by name; ids of no member are passed over.

    Raises Conflict if somebody changed the settings since `version` was read.
    """
    with preferences.changing(by) as kept:
        known = candidates(by.organization_id)
        before = [one for one in known if one.chosen]
        wanted = [one for one in known if one.membership_id in memberships]
        if [one.membership_id for one in before] == [one.membership_id for one in wanted]:
            return kept
        if before:
            Recipient.delete().where(Recipient.membership.in_([one.membership_id for one in before])).execute()
        for one in wanted:
            Recipient.create(membership=one.membership_id)
        told = {"chosen_people": [", ".join(one.name for one in some) for some in (before, wanted)]}
        return preferences.keep(by, kept, version, told)

"""Who is told: each address of an organization once, whatever several ways lead to it.

Nobody is told before somebody of the organization has proven an address: what an operator has only imported stays
silent until its people come in.
"""

from __future__ import annotations

from peewee import ForeignKeyField

from models.base import Model, rows
from models.organization.members import Membership
from models.permissions import SEES_ALL_PRODUCTS, Role


class Recipient(Model):
    """A member who was chosen by name."""

    membership = ForeignKeyField(Membership, primary_key=True, on_delete="CASCADE")

    class Meta:
        table_name = "renewal_recipient"


_ALL = ", ".join(f"'{role.value}'" for role in Role if role in SEES_ALL_PRODUCTS)

TOLD = f"""
SELECT organization_id, address_key, MIN(narrowed) AS narrowed FROM (
  SELECT o.id AS organization_id, lower(o.billing_email) AS address_key, 0 AS narrowed
  FROM organization o LEFT JOIN renewal_preference w ON w.organization_id = o.id
  WHERE {{which}} AND o.billing_email <> '' AND COALESCE(w.to_billing, TRUE) AND EXISTS (
    SELECT 1 FROM membership m JOIN users u ON u.id = m.user_id
    WHERE m.organization_id = o.id AND u.verified_at IS NOT NULL
  )
  UNION ALL
  SELECT o.id, u.email_key, CASE WHEN m.role IN ({_ALL}) THEN 0 ELSE m.id END
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


def names(organization_id: int) -> list[str]:
    """The addresses that are told now, by name where they are known: Mira Castellan, billing@quillmark.example."""
    told = TOLD.replace("{which}", "o.id = ?")
    found = rows(
        f"SELECT COALESCE(u.name, r.address_key) FROM ({told}) AS r LEFT JOIN users u ON u.email_key = r.address_key "
        "ORDER BY u.name_key IS NULL, u.name_key, r.address_key",
        (organization_id, organization_id),
    )
    return [name for (name,) in found]

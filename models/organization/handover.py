"""The handover: what a person leaves behind in an organization, shown before they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from models.base import rows
from models.organization.invitations import PENDING, Invitation
from models.organization.members import Membership
from models.organization.representatives import Appointment
from models.permissions import SEES_ALL_PRODUCTS, Role

Asked = TypeVar("Asked", Invitation, Appointment)

SHOWN = 10
COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Left:
    """What stays without the person. `products` are the first names; their number is counted up to 1,000."""

    products: list[tuple[int, str]]
    products_total: int
    invitations: list[Invitation]
    appointments: list[Appointment]

    @property
    def capped(self) -> bool:
        """Whether there are more products than were counted."""
        return self.products_total > COUNTED

    def __bool__(self) -> bool:
        return bool(self.products or self.invitations or self.appointments)


_ALONE = """
SELECT p.id, p.name FROM product p WHERE p.organization_id = ? AND (
  p.id IN (SELECT a.product_id FROM product_grant a WHERE a.membership_id = ? AND a.product_id IS NOT NULL)
  OR p.category_id IN (
    SELECT b.category_id FROM product_grant b WHERE b.membership_id = ? AND b.category_id IS NOT NULL)
) AND NOT EXISTS (
  SELECT 1 FROM membership m JOIN product_grant g ON g.membership_id = m.id
  WHERE m.organization_id = p.organization_id AND m.id <> ? AND m.role IN ('collaborator', 'external')
  AND (g.product_id = p.id OR g.category_id = p.category_id)
) ORDER BY p.name_key, p.id LIMIT ?
"""


def of(member: Membership) -> Left:
    """What the member would leave behind: products that no other collaborator or external user was given, and
    what they asked of others that is still open."""
    alone: list[tuple[int, str]] = []
    if Role(member.role) not in SEES_ALL_PRODUCTS:
        found = rows(_ALONE, (member.organization_id, member.id, member.id, member.id, COUNTED + 1))
        alone = [(one[0], one[1]) for one in found]
    return Left(
        products=alone[:SHOWN],
        products_total=len(alone),
        invitations=_asked(Invitation, Invitation.invited_by, member),
        appointments=_asked(Appointment, Appointment.appointed_by, member),
    )


def _asked(kind: type[Asked], asker: Any, member: Membership) -> list[Asked]:
    """What the member asked of others and was not answered yet."""
    ours: Any = kind
    query = ours.select().where(ours.organization == member.organization_id, ours.state == PENDING)
    return list(query.where(asker == member.user_id).order_by(ours.id))

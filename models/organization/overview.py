"""The overview: what of an organization's people and details waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from models.account.users import User
from models.base import now, row
from models.organization import members, representatives
from models.organization.invitations import PENDING, Invitation
from models.organization.organizations import Organization
from models.organization.representatives import Appointment
from models.permissions import Role

ENDS_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class People:
    """The people of an organization in numbers; `only` is the one legal representative who can act, where there is
    one alone, and `nobody` says that there is none."""

    members: int
    only: User | None
    nobody: bool


def people(organization_id: int) -> People:
    """How many members there are, and whether one person alone holds the key."""
    found = row("SELECT count(*) FROM membership WHERE organization_id = ?", (organization_id,))
    everybody = members.in_role(organization_id, Role.LEGAL_REPRESENTATIVE)
    holders = [one for one in everybody if one.suspended_at is None]
    return People(int(found[0]) if found else 0, holders[0] if len(holders) == 1 else None, not holders)


def ending_invitations(organization_id: int, limit: int = 5) -> list[Invitation]:
    """Invitations that end within two days, or ended unanswered in the last seven."""
    moment = now()
    return list(
        Invitation.select()
        .where(
            Invitation.organization == organization_id,
            Invitation.state == PENDING,
            Invitation.expires_at < moment + ENDS_SOON,
            Invitation.expires_at > moment - timedelta(days=7),
        )
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(limit)
    )


def asked(organization_id: int, user_id: int | None) -> Appointment | None:
    """The appointment that waits for this person's own answer."""
    return representatives.asked(organization_id, user_id)


def missing(organization_id: int) -> list[str]:
    """Names of the details that are missing."""
    found: Organization = Organization.get_by_id(organization_id)
    return found.missing_details()

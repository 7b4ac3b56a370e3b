"""Members: a user in an organization, with a role. There is always at least one legal representative."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, ForeignKeyField, fn

from models import journal
from models.account.users import User
from models.base import Model, UTCField, fold, is_postgresql, now, row, write
from models.errors import N_, Forbidden, NotFound, Refused
from models.organization.acting import Acting
from models.organization.organizations import ADDRESS, Organization, check_address, create
from models.permissions import Role


class Membership(Model):
    """One user in one organization."""

    id = AutoField()
    organization = ForeignKeyField(Organization, on_delete="CASCADE")
    organization_id: int
    user = ForeignKeyField(User, on_delete="CASCADE")
    user_id: int
    role = CharField()
    created_at = UTCField()

    @property
    def about(self) -> tuple[str, int, str]:
        """The member as the subject of a journal entry."""
        return ("member", self.id, self.user.name)

    @property
    def is_representative(self) -> bool:
        """Whether this is a legal representative."""
        return bool(self.role == Role.LEGAL_REPRESENTATIVE.value)


def hold(user_id: int) -> None:
    """Keep a person from being deleted until the transaction ends. Raises NotFound where they are gone.

    Whoever needs other locks as well takes this one first, as deleting a person does.
    """
    if row(f"SELECT id FROM users WHERE id = ?{' FOR UPDATE' if is_postgresql() else ''}", (user_id,)) is None:
        raise NotFound


def join(organization: Organization, user: User, role: Role, by: journal.Actor) -> Membership:
    """Make the user, whom the caller holds, a member; the caller has checked that this may be."""
    with write():
        member: Membership = Membership.create(organization=organization, user=user, role=role.value, created_at=now())
        journal.record("member.joined", by=by, organization=organization.id, about=member.about, role=role.value)
    return member


def found(user: User, by: journal.Actor, *, terms_version: str | None, **details: Any) -> Organization:
    """A new organization with the user as its legal representative. Raises NotFound for a user who was deleted,
    Refused for details without an address."""
    check_address({name: details.get(name) for name in ADDRESS})
    with write():
        hold(user.id)
        organization = create(by, terms_version=terms_version, **details)
        join(organization, user, Role.LEGAL_REPRESENTATIVE, by)
    return organization


def get(organization_id: int, membership_id: int) -> Membership:
    """The member of this organization. Raises NotFound if there is none."""
    found: Membership | None = (
        Membership.select(Membership, User)
        .join(User)
        .where(Membership.id == membership_id, Membership.organization == organization_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def own(by: Acting) -> Membership:
    """The membership of who acts. Raises NotFound for an operator who only looks on."""
    return get(by.organization_id, by.membership_id or 0)


def of_address(organization_id: int, email: str) -> Membership | None:
    """The member with this e-mail address, whatever its case."""
    found: Membership | None = (
        Membership.select(Membership, User)
        .join(User)
        .where(Membership.organization == organization_id, User.email_key == fold(email))
        .first()
    )
    return found


def in_role(organization_id: int, *roles: Role) -> list[User]:
    """The people in these roles, longest there first."""
    return list(
        User.select()
        .join(Membership)
        .where(Membership.organization == organization_id, Membership.role.in_([role.value for role in roles]))
        .order_by(Membership.id)
    )


def besides(organization_id: int, role: Role, limit: int = 500) -> list[Membership]:
    """The members in any other role, by name."""
    return list(
        Membership.select(Membership, User)
        .join(User)
        .where(Membership.organization == organization_id, Membership.role != role.value)
        .order_by(fn.lower(User.name), Membership.id)
        .limit(limit)
    )


def check_still(by: Acting) -> None:
    """Raises Forbidden if who acts lost their role or was suspended since the request began; asked inside the act's
    lock."""
    role = by.role.value if by.role else None
    still = Membership.select().join(User).where(Membership.id == by.membership_id, Membership.role == role)
    if not still.where(User.suspended_at.is_null()).exists():
        raise Forbidden(N_("Your own role changed a moment ago. Load the page anew."))


def check_running(organization: Organization) -> None:
    """Raises Refused while the organization is suspended."""
    if organization.suspended_at:
        raise Refused(N_("%(organization)s is suspended. Nobody can join it now."), organization=organization.name)

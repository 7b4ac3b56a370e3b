"""A member's standing: their role changes, they are removed, they leave, they are deleted.

Each verb works under the lock of the legal representatives and refuses to take the last one away.
"""

from __future__ import annotations

from contextlib import ExitStack

from models import journal, outbox
from models.account.users import User
from models.base import write
from models.errors import N_, Refused
from models.organization import invitations, members, representatives
from models.organization.acting import Acting
from models.organization.members import Membership
from models.permissions import ROLE_LABELS, Permission, Role, roles_with


def change_role(member: Membership, role: Role, by: Acting) -> Membership:
    """Give a member another role; they are told. Nobody becomes a legal representative this way."""
    with representatives.lock(by.organization_id):
        member = _settled(member, by)
        old = Role(member.role)
        if role is old:
            return member
        if role is Role.LEGAL_REPRESENTATIVE:
            raise Refused(
                N_("A legal representative is appointed, and accepts."), field="role", step=representatives.APPOINT
            )
        representatives.keep_one(member)
        member.role = role.value
        member.save(only=[Membership.role])
        journal.record(
            "member.role_changed",
            by=by,
            organization=by.organization_id,
            about=member.about,
            changes={"role": [old.value, role.value]},
        )
        _after_role(member, old, by)
    return member


def remove(member: Membership, by: Acting) -> None:
    """Take a member's access away at once; they are told."""
    with representatives.lock(by.organization_id):
        member = _settled(member, by)
        representatives.keep_one(member)
        _end(member, "member.removed", by)
        context = member.organization.told(by=by.name)
        outbox.post("member_removed", member.user.recipient, context=context, organization=by.organization_id)
        if member.is_representative:
            _tell_representatives(member, by, how="removed")


def leave(by: Acting) -> None:
    """Give up one's own membership; those who run the members are told."""
    with representatives.lock(by.organization_id):
        members.check_still(by)
        member = members.own(by)
        representatives.keep_one(member)
        _end(member, "member.left", by)
        context = member.organization.told(name=member.user.name, role=ROLE_LABELS[Role(member.role)])
        people = members.in_role(by.organization_id, *roles_with(Permission.MEMBERS_MANAGE))
        outbox.post_many(
            [outbox.draft("member_left", u.recipient, context=context, organization=by.organization_id) for u in people]
        )


def delete_user(user: User, by: journal.Actor) -> None:
    """Delete a person and all their memberships; refused while some organization has no other representative."""
    with write(), ExitStack() as locks:
        members.hold(user.id)
        theirs = list(Membership.select().where(Membership.user == user).order_by(Membership.organization))
        for member in theirs:
            locks.enter_context(representatives.lock(member.organization_id))
        for member in Membership.select().where(Membership.user == user):
            representatives.keep_one(member)
            _end(member, "member.left", by)
        user.delete_instance()
        journal.record("user.deleted", by=by, about=("user", user.id, user.name))


def _settled(member: Membership, by: Acting) -> Membership:
    """The member as they are inside the lock. Raises Forbidden where `by` may not touch them."""
    members.check_still(by)
    by.require(Permission.MEMBERS_MANAGE)
    fresh = members.get(by.organization_id, member.id)
    if fresh.is_representative:
        by.require(Permission.REPRESENTATIVES_MANAGE)
    return fresh


def _end(member: Membership, act: str, by: journal.Actor) -> None:
    """Delete the membership, and what would have outlived the person's right to it."""
    organization_id = member.organization_id
    representatives.close(organization_id, user_id=member.user_id)
    invitations.withdraw(organization_id, member.user_id)
    member.delete_instance()
    journal.record(act, by=by, organization=organization_id, about=member.about, role=member.role)


def _after_role(member: Membership, old: Role, by: Acting) -> None:
    """Tell the member, and the legal representatives where one stopped being one."""
    if member.user_id != by.user_id:
        context = member.organization.told(by=by.name, old=ROLE_LABELS[old], new=ROLE_LABELS[Role(member.role)])
        outbox.post("role_changed", member.user.recipient, context=context, organization=by.organization_id)
    if old is Role.LEGAL_REPRESENTATIVE:
        invitations.withdraw(by.organization_id, member.user_id)
        _tell_representatives(member, by, how="demoted" if member.user_id != by.user_id else "gave_up")


def _tell_representatives(member: Membership, by: Acting, *, how: str) -> None:
    context = member.organization.told(name=member.user.name, by=by.name, how=how)
    representatives.tell(member.organization, "representative_removed", context, parts={by.user_id: "actor"})

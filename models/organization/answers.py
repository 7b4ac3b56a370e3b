"""Answers to an invitation: the person it is for accepts or refuses it."""

from __future__ import annotations

from models import journal, outbox
from models.account.users import User
from models.base import now, writing
from models.errors import N_, Conflict, Forbidden
from models.links import Link
from models.organization import grants, members, representatives
from models.organization.invitations import ACCEPTED, REFUSED, Invitation, decide
from models.organization.members import Membership
from models.permissions import ROLE_LABELS, Role


def refuse(invitation: Invitation, user: User, by: journal.Actor) -> None:
    """The person invited says no; who invited is told."""
    _check_person(invitation, user)
    _refuse(invitation, by)


@writing
def _refuse(invitation: Invitation, by: journal.Actor) -> None:
    decide(invitation, REFUSED)
    journal.record("invitation.refused", by=by, organization=invitation.organization_id, about=invitation.about)
    _answer(invitation, "invitation_refused", by.name)


def accept(invitation: Invitation, link: Link, user: User, by: journal.Actor) -> Membership:
    """The person invited says yes: they are a member with the role and the products they were invited for."""
    _check_person(invitation, user)
    organization = invitation.organization
    with representatives.lock(organization.id):
        members.check_running(organization)
        if members.of_address(organization.id, user.email):
            raise Conflict(N_("You are a member of %(organization)s already."), organization=organization.name)
        if not link.use():
            raise Conflict(N_("This link was used already, or ran out."))
        decide(invitation, ACCEPTED)
        _prove(user, by)
        member = members.join(organization, user, Role(invitation.role), by)
        held = grants.known(organization.id, invitation.grants["products"], invitation.grants["categories"])
        grants.give(member, held)
        _tell(invitation, member)
    return member


def _check_person(invitation: Invitation, user: User) -> None:
    """Raises Forbidden unless the invitation is for this person's address."""
    if invitation.email_key != user.email_key:
        raise Forbidden(N_("This invitation is for %(email)s."), email=invitation.email)


def _prove(user: User, by: journal.Actor) -> None:
    """Who opened the link from the mail has shown that the address is theirs."""
    if user.verified_at is None:
        User.update(verified_at=now()).where(User.id == user.id).execute()
        journal.record("user.verified", by=by, about=("user", user.id, user.name), address=user.email)


def _tell(invitation: Invitation, member: Membership) -> None:
    if not invitation.is_appointment:
        _answer(invitation, "invitation_accepted", member.user.name)
        return
    context = {
        "organization": invitation.organization.name,
        "slug": invitation.organization.slug,
        "name": member.user.name,
        "by": invitation.invited_by_name,
        "stepped_down": None,
    }
    representatives.tell(invitation.organization, "representative_appointed", context)


def _answer(invitation: Invitation, name: str, person: str) -> None:
    """Tell who invited, as long as they belong to the organization."""
    inviter = Membership.get_or_none(
        Membership.organization == invitation.organization_id, Membership.user == invitation.invited_by
    )
    if inviter:
        context = {
            "organization": invitation.organization.name,
            "slug": invitation.organization.slug,
            "name": person,
            "email": invitation.email,
            "role": ROLE_LABELS[Role(invitation.role)],
        }
        outbox.post(name, inviter.user.recipient, context=context, organization=invitation.organization_id)

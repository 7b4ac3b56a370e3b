"""Answers: the person who was invited, or asked to become a legal representative, says yes or no."""

from __future__ import annotations

from models import journal, outbox
from models.account.users import User
from models.base import now, writing
from models.errors import N_, Conflict, Forbidden, NotFound
from models.links import Link, Purpose
from models.organization import grants, invitations, members, representatives
from models.organization.invitations import ACCEPTED, REFUSED, Invitation
from models.organization.members import Membership
from models.organization.representatives import Appointment
from models.permissions import ROLE_LABELS, Role


@writing
def refuse(invitation: Invitation, link: Link, by: journal.Actor) -> None:
    """The person invited says no; who invited is told. It takes no account: the link shows that the address is theirs.

    Raises NotFound for a link of something else, Conflict for one that is over.
    """
    if link.purpose != Purpose.INVITATION or link.subject_id != invitation.id:
        raise NotFound
    invitations.hold(invitation)
    _use(link)
    invitations.decide(invitation, REFUSED)
    journal.record("invitation.refused", by=by, organization=invitation.organization_id, about=invitation.about)
    _answer(invitation, "invitation_refused", by.name)


def accept(invitation: Invitation, link: Link, user: User, by: journal.Actor) -> Membership:
    """The person invited says yes: they are a member with the role and the products they were invited for."""
    _check_invited(invitation, user)
    organization = invitation.organization
    with representatives.lock(organization.id, holding=user.id):
        members.check_running(organization)
        if members.of_address(organization.id, user.email):
            raise Conflict(N_("You are a member of %(organization)s already."), organization=organization.name)
        if invitation.is_appointment:
            representatives.check_word(organization, invitation.invited_by, invitation.invited_by_name)
        invitations.hold(invitation)
        _use(link)
        invitations.decide(invitation, ACCEPTED)
        _prove(user, by)
        member = members.join(organization, user, Role(invitation.role), by)
        held = grants.known(organization.id, invitation.grants["products"], invitation.grants["categories"])
        grants.give(member, held)
        _tell(invitation, member)
    return member


def _check_invited(invitation: Invitation, user: User) -> None:
    """Raises Forbidden unless the invitation is for this person's address."""
    if invitation.email_key != user.email_key:
        raise Forbidden(N_("This invitation is for %(email)s."), email=invitation.email)


def _use(link: Link) -> None:
    if not link.use():
        raise Conflict(N_("This link was used already, or ran out."))


def _prove(user: User, by: journal.Actor) -> None:
    """Who opened the link from the mail has shown that the address is theirs."""
    if user.verified_at is None:
        User.update(verified_at=now()).where(User.id == user.id).execute()
        journal.record("user.verified", by=by, about=("user", user.id, user.name), address=user.email)


def _tell(invitation: Invitation, member: Membership) -> None:
    if not invitation.is_appointment:
        _answer(invitation, "invitation_accepted", member.user.name)
        return
    _tell_representatives(member, invitation.invited_by, invitation.invited_by_name)


def _tell_representatives(member: Membership, asker: int | None, by: str, stepped_down: str | None = None) -> None:
    """Tell every legal representative that there is a new one; that one and who asked are spoken to as such."""
    context = member.organization.told(name=member.user.name, by=by, stepped_down=stepped_down)
    parts = {asker: "asker", member.user_id: "appointed"}
    representatives.tell(member.organization, "representative_appointed", context, parts=parts)


def _answer(invitation: Invitation, name: str, person: str) -> None:
    """Tell who invited, as long as they belong to the organization."""
    inviter = Membership.get_or_none(
        Membership.organization == invitation.organization_id, Membership.user == invitation.invited_by
    )
    if inviter:
        context = invitation.organization.told(
            name=person, email=invitation.email, role=ROLE_LABELS[Role(invitation.role)]
        )
        outbox.post(name, inviter.user.recipient, context=context, organization=invitation.organization_id)


@writing
def refuse_appointment(appointment: Appointment, by: journal.Actor) -> None:
    """The person asked says no; who asked is told."""
    _check_asked(appointment, by)
    representatives.decide(appointment, REFUSED)
    journal.record("representative.refused", by=by, organization=appointment.organization_id, about=appointment.about)
    asker: User | None = User.get_or_none(User.id == appointment.appointed_by)
    if asker:
        context = appointment.organization.told(name=appointment.user.name)
        outbox.post(
            "representative_refused", asker.recipient, context=context, organization=appointment.organization_id
        )


def accept_appointment(appointment: Appointment, by: journal.Actor, link: Link | None = None) -> Membership:
    """The person asked says yes: they are a legal representative now, and every other one is told."""
    _check_asked(appointment, by)
    organization, asker = appointment.organization, appointment.appointed_by_name
    with representatives.lock(organization.id):
        members.check_running(organization)
        representatives.check_word(organization, appointment.appointed_by, asker)
        if link is not None:
            _use(link)
        representatives.decide(appointment, ACCEPTED)
        member = _promote(appointment)
        journal.record(
            "representative.appointed", by=by, organization=organization.id, about=member.about, appointed_by=asker
        )
        stepped = _step_down(appointment) if appointment.steps_down else None
        _tell_representatives(member, appointment.appointed_by, asker, stepped)
    return member


def _check_asked(appointment: Appointment, by: journal.Actor) -> None:
    """Raises NotFound for everybody but the person asked."""
    if by.user_id != appointment.user_id:
        raise NotFound


def _promote(appointment: Appointment) -> Membership:
    found: Membership | None = Membership.get_or_none(
        Membership.organization == appointment.organization_id, Membership.user == appointment.user_id
    )
    if found is None:
        raise Conflict(N_("This appointment is not open any more."))
    found.role = Role.LEGAL_REPRESENTATIVE.value
    found.save(only=[Membership.role])
    return found


def _step_down(appointment: Appointment) -> str:
    """Who asked becomes administrator; returns their name. The new legal representative is counted already."""
    organization = appointment.organization
    asker: Membership = Membership.get(
        Membership.organization == organization, Membership.user == appointment.appointed_by
    )
    asker.role = Role.ADMINISTRATOR.value
    asker.save(only=[Membership.role])
    invitations.withdraw(organization.id, asker.user_id)
    person = asker.user
    journal.record("representative.stepped_down", by=person.actor(), organization=organization.id, about=asker.about)
    context = organization.told(
        accepted_by=appointment.user.name,
        by=person.name,
        old=ROLE_LABELS[Role.LEGAL_REPRESENTATIVE],
        new=ROLE_LABELS[Role.ADMINISTRATOR],
    )
    outbox.post("role_changed", person.recipient, context=context, organization=organization.id)
    return str(person.name)

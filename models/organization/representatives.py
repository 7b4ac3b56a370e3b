"""The legal representatives: at least one always. A person becomes one by accepting an appointment.

Whatever makes their number smaller happens under one lock per organization and counts them inside it, so that two
people who remove each other at the same moment can't leave none. A pending appointment never counts.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, IntegerField

from models import journal, links, outbox
from models.account.users import User
from models.base import Model, UTCField, locked, now, writing
from models.errors import N_, Conflict, NotFound, Refused
from models.links import Link, Purpose
from models.organization import members
from models.organization.acting import Acting
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import ROLE_LABELS, Permission, Role

PENDING, ACCEPTED, REFUSED, CANCELLED = "pending", "accepted", "refused", "cancelled"
APPOINT = "appoint"
"""The step that a refusal names: the page where another legal representative is appointed."""


class Appointment(Model):
    """A member asked to become a legal representative. With `steps_down`, who asked becomes administrator then."""

    id = AutoField()
    organization = ForeignKeyField(Organization, on_delete="CASCADE")
    organization_id: int
    user = ForeignKeyField(User, on_delete="CASCADE")
    user_id: int
    appointed_by = IntegerField(null=True)
    appointed_by_name = CharField()
    steps_down = BooleanField(default=False)
    created_at = UTCField()
    expires_at = UTCField()
    state = CharField(default=PENDING)
    decided_at = UTCField(null=True)

    @property
    def about(self) -> tuple[str, int, str]:
        """The person asked, as the subject of a journal entry."""
        return ("user", self.user_id, self.user.name)

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return bool(self.state == PENDING and self.expires_at > now())


def lock(organization_id: int) -> AbstractContextManager[None]:
    """The lock under which legal representatives come and go."""
    return locked(f"representatives.{organization_id}")


def count(organization_id: int) -> int:
    """How many there are; pending ones are none."""
    return int(
        Membership.select()
        .where(Membership.organization == organization_id, Membership.role == Role.LEGAL_REPRESENTATIVE.value)
        .count()
    )


def keep_one(member: Membership) -> None:
    """Raises Refused if this is the last one. Called under the lock, before the member's role or row goes."""
    if member.is_representative and count(member.organization_id) < 2:
        raise Refused(
            N_("%(name)s is the only legal representative of %(organization)s. Appoint another one first."),
            step=APPOINT,
            name=member.user.name,
            organization=member.organization.name,
        )


def pending(organization_id: int) -> list[Appointment]:
    """Appointments that wait for an answer or ran out without one, newest first."""
    return list(
        Appointment.select(Appointment, User)
        .join(User)
        .where(Appointment.organization == organization_id, Appointment.state == PENDING)
        .order_by(Appointment.id.desc())
    )


def asked(organization_id: int, user_id: int | None) -> Appointment | None:
    """The open appointment of this person in this organization."""
    found: Appointment | None = Appointment.get_or_none(
        Appointment.organization == organization_id,
        Appointment.user == user_id,
        Appointment.state == PENDING,
        Appointment.expires_at > now(),
    )
    return found


def get(organization_id: int, appointment_id: int) -> Appointment:
    """The appointment of this organization. Raises NotFound if there is none."""
    found: Appointment | None = Appointment.get_or_none(
        Appointment.id == appointment_id, Appointment.organization == organization_id
    )
    if found is None:
        raise NotFound
    return found


def of_link(link: Link) -> Appointment | None:
    """The appointment that a link is about, if it is still there."""
    found: Appointment | None = Appointment.get_or_none(Appointment.id == link.subject_id)
    return found


def appoint(member: Membership, by: Acting, *, steps_down: bool = False) -> Appointment:
    """Ask a member to become a legal representative; nothing changes before they accept."""
    by.require(Permission.REPRESENTATIVES_MANAGE)
    with lock(by.organization_id):
        members.check_still(by)
        members.check_running(member.organization)
        member = members.get(by.organization_id, member.id)
        _check_appointable(member)
        made = _ask(member, by, steps_down)
        journal.record(
            "representative.asked", by=by, organization=by.organization_id, about=made.about, steps_down=steps_down
        )
    return made


def _check_appointable(member: Membership) -> None:
    """Raises Refused for a legal representative, and for a person who was asked already."""
    if member.is_representative:
        raise Refused(N_("%(name)s is a legal representative already."), field="member", name=member.user.name)
    if asked(member.organization_id, member.user_id):
        raise Refused(N_("%(name)s was asked already and has not answered yet."), field="member", name=member.user.name)


def _ask(member: Membership, by: Acting, steps_down: bool) -> Appointment:
    """Write the appointment and tell the person and the other legal representatives."""
    user, organization, moment = member.user, member.organization, now()
    expires_at: datetime = moment + _life()
    close(organization.id, user_id=user.id)
    made: Appointment = Appointment.create(
        organization=organization,
        user=user,
        appointed_by=by.user_id,
        appointed_by_name=by.name,
        steps_down=steps_down,
        created_at=moment,
        expires_at=expires_at,
    )
    link = links.make(Purpose.REPRESENTATIVE, user.email, user=user.id, organization=organization.id, subject=made.id)
    context = _context(organization, name=user.name, by=by.name, steps_down=steps_down)
    until = {"expires_at": expires_at.isoformat()}
    outbox.post(
        "representative_asked", user.recipient, context={**context, **until}, organization=organization.id, link=link.id
    )
    tell(organization, "representative_proposed", {**context, **until}, besides=by.user_id)
    return made


def _life() -> Any:
    return links.TERMS[Purpose.REPRESENTATIVE].life


def close(organization_id: int, *, user_id: int | None = None, appointed_by: int | None = None) -> None:
    """End the pending appointments of one person, or those that one person made; part of another verb."""
    whose = Appointment.user == user_id if user_id is not None else (Appointment.appointed_by == appointed_by)
    for one in Appointment.select().where(
        Appointment.organization == organization_id, Appointment.state == PENDING, whose
    ):
        _decide(one, CANCELLED)


@writing
def cancel(appointment: Appointment, by: Acting) -> None:
    """Take a pending appointment back."""
    by.require(Permission.REPRESENTATIVES_MANAGE)
    members.check_still(by)
    _decide(appointment, CANCELLED)
    journal.record("representative.cancelled", by=by, organization=by.organization_id, about=appointment.about)


@writing
def refuse(appointment: Appointment, by: journal.Actor) -> None:
    """The person asked says no; who asked is told."""
    _check_person(appointment, by)
    _decide(appointment, REFUSED)
    journal.record("representative.refused", by=by, organization=appointment.organization_id, about=appointment.about)
    asker: User | None = User.get_or_none(User.id == appointment.appointed_by)
    if asker:
        context = _context(appointment.organization, name=appointment.user.name)
        outbox.post(
            "representative_refused", asker.recipient, context=context, organization=appointment.organization_id
        )


def accept(appointment: Appointment, by: journal.Actor, link: Link | None = None) -> Membership:
    """The person asked says yes: they are a legal representative now, and every other one is told."""
    _check_person(appointment, by)
    organization = appointment.organization
    with lock(organization.id):
        members.check_running(organization)
        if link is not None and not link.use():
            raise Conflict(N_("This link was used already, or ran out."))
        _decide(appointment, ACCEPTED)
        member = _promote(appointment)
        journal.record(
            "representative.appointed",
            by=by,
            organization=organization.id,
            about=member.about,
            appointed_by=appointment.appointed_by_name,
        )
        stepped = _step_down(appointment) if appointment.steps_down else None
        context = _context(organization, name=member.user.name, by=appointment.appointed_by_name, stepped_down=stepped)
        tell(organization, "representative_appointed", context)
    return member


def _check_person(appointment: Appointment, by: journal.Actor) -> None:
    """Raises NotFound for everybody but the person asked."""
    if by.user_id != appointment.user_id:
        raise NotFound


def _decide(appointment: Appointment, state: str) -> None:
    """Move it on; raises Conflict if it was not open any more. Its link dies with it."""
    still = Appointment.update(state=state, decided_at=now()).where(
        Appointment.id == appointment.id, Appointment.state == PENDING
    )
    if state != CANCELLED:
        still = still.where(Appointment.expires_at > now())
    if not still.execute():
        raise Conflict(N_("This appointment is not open any more."))
    links.revoke(Purpose.REPRESENTATIVE, subject=appointment.id)


def _promote(appointment: Appointment) -> Membership:
    found: Membership | None = Membership.get_or_none(
        Membership.organization == appointment.organization_id, Membership.user == appointment.user_id
    )
    if found is None:
        raise Conflict(N_("This appointment is not open any more."))
    found.role = Role.LEGAL_REPRESENTATIVE.value
    found.save(only=[Membership.role])
    return found


def _step_down(appointment: Appointment) -> str | None:
    """Who asked becomes administrator; returns their name. The new legal representative is counted already."""
    asker: Membership | None = Membership.get_or_none(
        Membership.organization == appointment.organization_id,
        Membership.user == appointment.appointed_by,
        Membership.role == Role.LEGAL_REPRESENTATIVE.value,
    )
    if asker is None:
        return None
    asker.role = Role.ADMINISTRATOR.value
    asker.save(only=[Membership.role])
    person = asker.user
    journal.record(
        "representative.stepped_down",
        by=person.actor(),
        organization=appointment.organization_id,
        about=asker.about,
    )
    context = _context(
        appointment.organization,
        by=person.name,
        old=ROLE_LABELS[Role.LEGAL_REPRESENTATIVE],
        new=ROLE_LABELS[Role.ADMINISTRATOR],
    )
    outbox.post("role_changed", person.recipient, context=context, organization=appointment.organization_id)
    return str(person.name)


def tell(organization: Organization, name: str, context: dict[str, Any], *, besides: int | None = None) -> None:
    """Tell every legal representative, but for one person."""
    people = members.in_role(organization.id, Role.LEGAL_REPRESENTATIVE)
    outbox.post_many(
        [
            outbox.draft(name, user.recipient, context=context, organization=organization.id)
            for user in people
            if user.id != besides
        ]
    )


def _context(organization: Organization, **values: Any) -> dict[str, Any]:
    """What mails about an organization always say."""
    return {"organization": organization.name, "slug": organization.slug, **values}

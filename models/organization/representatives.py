"""The legal representatives: at least one always. A person becomes one by accepting an appointment.

Whatever changes their number happens under one lock per organization and counts them inside it, so that two people
who remove each other at the same moment can't leave none. A pending appointment never counts, and it counts for
nothing once who made it is no legal representative any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, IntegerField

from models import journal, links, outbox
from models.account.users import User
from models.base import Model, UTCField, locked, now, write, writing
from models.errors import N_, Conflict, NotFound, Refused
from models.links import Link, Purpose
from models.organization import members
from models.organization.acting import Acting
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import Permission, Role

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


@contextmanager
def lock(organization_id: int, *, holding: int | None = None) -> Iterator[None]:
    """The lock under which members' roles and grants change. A user whom the act writes a row for is held before."""
    with write():
        if holding is not None:
            members.hold(holding)
        with locked(f"representatives.{organization_id}"):
            yield


def count(organization_id: int, *, besides: int | None = None) -> int:
    """How many can act, but for one user. Pending ones can't, nor can those whose account is suspended."""
    found = _able(organization_id)
    return int((found.where(Membership.user != besides) if besides else found).count())


def _able(organization_id: int) -> Any:
    return (
        Membership.select()
        .join(User)
        .where(
            Membership.organization == organization_id,
            Membership.role == Role.LEGAL_REPRESENTATIVE.value,
            User.suspended_at.is_null(),
        )
    )


def is_last(member: Membership) -> bool:
    """Whether this is a legal representative without whom none is left who can act."""
    return member.is_representative and not count(member.organization_id, besides=member.user_id)


def keep_one(member: Membership) -> None:
    """Raises Refused if this is the last one. Called under the lock, before the member's role or row goes."""
    if is_last(member):
        raise Refused(
            N_("%(name)s is the only legal representative of %(organization)s. Appoint another one first."),
            step=APPOINT,
            name=member.user.name,
            organization=member.organization.name,
        )


def check_word(organization: Organization, user_id: int | None, name: str) -> None:
    """Raises Conflict unless the person, on whose word somebody would become one, still is one who can act."""
    if not _able(organization.id).where(Membership.user == user_id).exists():
        raise Conflict(
            N_("%(name)s can't appoint anybody at %(organization)s now. Another legal representative can ask you."),
            name=name,
            organization=organization.name,
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
    with lock(by.organization_id, holding=member.user_id):
        members.check_still(by)
        member = members.get(by.organization_id, member.id)
        members.check_running(member.organization)
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
    context = organization.told(name=user.name, by=by.name, steps_down=steps_down)
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
        decide(one, CANCELLED)


@writing
def cancel(appointment: Appointment, by: Acting) -> None:
    """Take a pending appointment back."""
    by.require(Permission.REPRESENTATIVES_MANAGE)
    members.check_still(by)
    appointment = get(by.organization_id, appointment.id)
    decide(appointment, CANCELLED)
    journal.record("representative.cancelled", by=by, organization=by.organization_id, about=appointment.about)


def decide(appointment: Appointment, state: str) -> None:
    """Move it on; raises Conflict if it was not open any more. Its link dies with it."""
    still = Appointment.update(state=state, decided_at=now()).where(
        Appointment.id == appointment.id, Appointment.state == PENDING
    )
    if state != CANCELLED:
        still = still.where(Appointment.expires_at > now())
    if not still.execute():
        raise Conflict(N_("This appointment is not open any more."))
    links.revoke(Purpose.REPRESENTATIVE, subject=appointment.id)


def tell(
    organization: Organization,
    name: str,
    context: dict[str, Any],
    *,
    besides: int | None = None,
    parts: dict[int | None, str] | None = None,
) -> None:
    """Tell every legal representative, but for one person. `parts` says of users what they did in what is told: a mail
    speaks of its reader as "you", and finds their part as `reader`."""
    of = parts or {}
    people = members.in_role(organization.id, Role.LEGAL_REPRESENTATIVE)
    outbox.post_many(
        [
            outbox.draft(
                name,
                user.recipient,
                context={**context, "reader": of.get(user.id, "")},
                organization=organization.id,
            )
            for user in people
            if user.id != besides
        ]
    )

"""Invitations: an e-mail address asked to become a member, by a link that lives seven days.

An invitation is for the person with that address; an address has at most one open invitation per organization.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, JSONField

from models import journal, links, outbox
from models.account import users
from models.account.users import User
from models.base import Model, UTCField, fold, is_postgresql, locked, now, row, tidy, writing
from models.errors import N_, Conflict, NotFound, Refused
from models.links import Link, Purpose
from models.organization import allowance, grants, members, representatives
from models.organization.acting import Acting
from models.organization.grants import Given
from models.organization.organizations import Organization
from models.permissions import ROLE_LABELS, SEES_ALL_PRODUCTS, Permission, Role

PENDING, ACCEPTED, REFUSED, CANCELLED = "pending", "accepted", "refused", "cancelled"
RESEND_PAUSE = timedelta(minutes=10)


class Invitation(Model):
    """One invitation. `grants` holds ids of products and categories for a role that needs them."""

    id = AutoField()
    organization = ForeignKeyField(Organization, on_delete="CASCADE")
    organization_id: int
    email = CharField()
    email_key = CharField()
    role = CharField()
    grants = JSONField(default=dict)
    invited_by = IntegerField(null=True)
    invited_by_name = CharField()
    language = CharField()
    created_at = UTCField()
    sent_at = UTCField()
    expires_at = UTCField()
    state = CharField(default=PENDING)
    decided_at = UTCField(null=True)

    @property
    def about(self) -> tuple[str, int, str]:
        """The invitation as the subject of a journal entry."""
        return ("invitation", self.id, self.email)

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return bool(self.state == PENDING and self.expires_at > now())

    @property
    def is_appointment(self) -> bool:
        """Whether who accepts becomes a legal representative."""
        return bool(self.role == Role.LEGAL_REPRESENTATIVE.value)


def pending(organization_id: int, limit: int = 2 * allowance.MOST_PENDING) -> list[Invitation]:
    """Invitations that wait for an answer or ran out without one, those that end first on top."""
    return list(
        Invitation.select()
        .where(Invitation.organization == organization_id, Invitation.state == PENDING)
        .order_by(Invitation.expires_at, Invitation.id)
        .limit(limit)
    )


def get(organization_id: int, invitation_id: int) -> Invitation:
    """The invitation of this organization. Raises NotFound if there is none."""
    found: Invitation | None = Invitation.get_or_none(
        Invitation.id == invitation_id, Invitation.organization == organization_id
    )
    if found is None:
        raise NotFound
    return found


def of_link(link: Link) -> Invitation | None:
    """The invitation that a link is about, if it is still there."""
    found: Invitation | None = Invitation.get_or_none(Invitation.id == link.subject_id)
    return found


def invite(
    email: str, role: Role, by: Acting, *, products: Collection[int] = (), categories: Collection[int] = ()
) -> Invitation:
    """Ask an address to become a member. A legal representative takes the right to appoint one.

    Raises Refused (field `email` or `role`) where the address is a member or invited already.
    """
    by.require(Permission.REPRESENTATIVES_MANAGE if role is Role.LEGAL_REPRESENTATIVE else Permission.MEMBERS_MANAGE)
    with _sending(by, appointing=role is Role.LEGAL_REPRESENTATIVE):
        members.check_still(by)
        organization: Organization = Organization.get_by_id(by.organization_id)
        members.check_running(organization)
        check(email, by)
        what = Given() if role in SEES_ALL_PRODUCTS else grants.known(organization.id, products, categories)
        made = _write(organization, email, role, what, by)
        journal.record("invitation.sent", by=by, organization=organization.id, about=made.about, role=role.value)
        _send(made, by)
    return made


@contextmanager
def _sending(by: Acting, *, appointing: bool = False) -> Iterator[None]:
    """The locks under which addresses are free and mails are counted, and nobody appoints who is just losing the
    right to it."""
    with ExitStack() as locks:
        if appointing:
            locks.enter_context(representatives.lock(by.organization_id))
        locks.enter_context(locked(f"invitations.{by.organization_id}"))
        locks.enter_context(locked(f"invitations by {by.user_id}"))
        yield


def check(email: str, by: Acting) -> None:
    """Raises Refused, as `invite` would, before its form is filled in further."""
    by.require(Permission.MEMBERS_MANAGE)
    organization: Organization = Organization.get_by_id(by.organization_id)
    _check_inviter(by)
    _check_free(organization, email)
    allowance.check_open(by)
    allowance.check_day(by)


def _check_inviter(by: Acting) -> None:
    """Nothing is sent on behalf of somebody who has not shown that their address is theirs."""
    user: User = User.get_by_id(by.user_id)
    if user.verified_at is None:
        raise Refused(N_("Confirm your own e-mail address first. Until then nobody can be invited."), step="verify")


def _check_free(organization: Organization, email: str) -> None:
    member = members.of_address(organization.id, email)
    if member:
        raise Refused(
            N_("%(name)s is a member of %(organization)s already."),
            field="email",
            name=member.user.name,
            organization=organization.name,
        )
    open_ones = _of_address(organization.id, email).where(Invitation.expires_at > now())
    if open_ones.exists():
        raise Refused(N_("This address is invited already. Resend the invitation in the list."), field="email")


def _of_address(organization_id: int, email: str) -> Any:
    return Invitation.select().where(
        Invitation.organization == organization_id,
        Invitation.email_key == fold(email),
        Invitation.state == PENDING,
    )


def _write(organization: Organization, email: str, role: Role, what: Given, by: Acting) -> Invitation:
    """The row; an invitation of this address that ran out gives way to it."""
    for old in _of_address(organization.id, email):
        decide(old, CANCELLED)
    user, moment = users.find(email), now()
    made: Invitation = Invitation.create(
        organization=organization,
        email=tidy(email),
        email_key=fold(email),
        role=role.value,
        grants={"products": sorted(what.products), "categories": sorted(what.categories)},
        invited_by=by.user_id,
        invited_by_name=by.name,
        language=user.language if user else organization.language,
        created_at=moment,
        sent_at=moment,
        expires_at=moment + life(),
    )
    return made


def life() -> timedelta:
    """How long an invitation can be accepted."""
    found = links.TERMS[Purpose.INVITATION].life
    assert found is not None
    return found


def _send(invitation: Invitation, by: Acting) -> None:
    """A new link, and the mail with it; for a legal representative the others are told too."""
    organization, user = invitation.organization, users.find(invitation.email)
    link = links.make(
        Purpose.INVITATION,
        invitation.email,
        user=user.id if user else None,
        organization=organization.id,
        subject=invitation.id,
        expires_at=invitation.expires_at,
    )
    to = (
        user.recipient
        if user
        else outbox.Recipient(invitation.email, invitation.email, invitation.language, organization.time_zone)
    )
    context = organization.told(
        by=by.name, role=ROLE_LABELS[Role(invitation.role)], expires_at=invitation.expires_at.isoformat()
    )
    outbox.post("invitation", to, context=context, organization=organization.id, link=link.id)
    if invitation.is_appointment:
        about = {**context, "name": invitation.email, "steps_down": False}
        representatives.tell(organization, "representative_proposed", about, besides=by.user_id)


def resend(invitation: Invitation, by: Acting) -> Invitation:
    """Send a new link that lives seven days from now; the old one is dead."""
    by.require(Permission.MEMBERS_MANAGE)
    with _sending(by):
        members.check_still(by)
        invitation = get(by.organization_id, invitation.id)
        members.check_running(invitation.organization)
        _check_inviter(by)
        _check_resendable(invitation)
        allowance.check_day(by)
        Invitation.update(sent_at=now(), expires_at=now() + life()).where(Invitation.id == invitation.id).execute()
        fresh = get(by.organization_id, invitation.id)
        _send(fresh, by)
        journal.record("invitation.resent", by=by, organization=by.organization_id, about=fresh.about)
    return fresh


def _check_resendable(invitation: Invitation) -> None:
    if invitation.state != PENDING:
        raise Conflict(N_("This invitation is not open any more."))
    if invitation.is_appointment:
        raise Refused(
            N_("Appointing takes your password. Cancel this invitation and appoint the person anew."), step="appoint"
        )
    if invitation.sent_at > now() - RESEND_PAUSE:
        raise Refused(N_("It was sent less than ten minutes ago. Mail can take a moment."))


@writing
def cancel(invitation: Invitation, by: Acting) -> None:
    """Take an invitation back; its link is dead."""
    by.require(Permission.MEMBERS_MANAGE)
    members.check_still(by)
    invitation = get(by.organization_id, invitation.id)
    if invitation.is_appointment:
        by.require(Permission.REPRESENTATIVES_MANAGE)
    decide(invitation, CANCELLED)
    journal.record("invitation.cancelled", by=by, organization=by.organization_id, about=invitation.about)


def withdraw(organization_id: int, user_id: int) -> None:
    """Who is no legal representative any more has nobody waiting to become one on their word; part of another verb."""
    representatives.close(organization_id, appointed_by=user_id)
    for one in Invitation.select().where(
        Invitation.organization == organization_id,
        Invitation.state == PENDING,
        Invitation.role == Role.LEGAL_REPRESENTATIVE.value,
        Invitation.invited_by == user_id,
    ):
        decide(one, CANCELLED)


def hold(invitation: Invitation) -> None:
    """Keep others from deciding it until this act is over: whoever takes its link takes it first."""
    if is_postgresql():
        row("SELECT 1 FROM invitation WHERE id = ? FOR UPDATE", (invitation.id,))


def decide(invitation: Invitation, state: str) -> None:
    """Move it on; raises Conflict if it was not open any more. Its link dies with it."""
    still = Invitation.update(state=state, decided_at=now()).where(
        Invitation.id == invitation.id, Invitation.state == PENDING
    )
    if state != CANCELLED:
        still = still.where(Invitation.expires_at > now())
    if not still.execute():
        raise Conflict(N_("This invitation is not open any more."))
    links.revoke(Purpose.INVITATION, subject=invitation.id)

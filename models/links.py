"""Emailed links: one table of purposes with their lives. The database holds nothing that opens a link."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadSignature, Signer
from peewee import AutoField, CharField, IntegerField, JSONField

from models.base import Model, UTCField, now, write
from models.errors import NotFound


class Purpose(StrEnum):
    """What a link is for; a token of one purpose is void for every other."""

    VERIFY_ADDRESS = "verify"
    RESET_PASSWORD = "reset"
    CHANGE_ADDRESS = "address"
    INVITATION = "invite"
    REPRESENTATIVE = "represent"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True)
class Terms:
    """Life of a purpose's links, and whether the button asks for a sign-in."""

    life: timedelta | None
    sign_in: bool


TERMS: dict[Purpose, Terms] = {
    Purpose.VERIFY_ADDRESS: Terms(timedelta(days=3), sign_in=False),
    Purpose.RESET_PASSWORD: Terms(timedelta(hours=1), sign_in=False),
    Purpose.CHANGE_ADDRESS: Terms(timedelta(hours=24), sign_in=False),
    Purpose.INVITATION: Terms(timedelta(days=7), sign_in=True),
    Purpose.REPRESENTATIVE: Terms(timedelta(days=7), sign_in=True),
    Purpose.UNSUBSCRIBE: Terms(None, sign_in=False),
}


class Link(Model):
    """One link to one person about one thing. `subject_id` is the id of what it is about, by purpose."""

    id = AutoField()
    purpose = CharField()
    user_id = IntegerField(null=True)
    organization_id = IntegerField(null=True)
    subject_id = IntegerField(null=True)
    address = CharField()
    data = JSONField(default=dict)
    created_at = UTCField()
    expires_at = UTCField(null=True)
    used_at = UTCField(null=True)
    revoked_at = UTCField(null=True)

    class Meta:
        table_name = "links"

    @property
    def state(self) -> str:
        """`open`, or why it is not: `used`, `revoked`, `expired`."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= now():
            return "expired"
        return "open"

    def use(self) -> bool:
        """Burn the link; False when it was not open any more (somebody was faster)."""
        with write():
            burnt: int = (
                Link.update(used_at=now())
                .where(Link.id == self.id, Link.used_at.is_null(), Link.revoked_at.is_null())
                .where(Link.expires_at.is_null() | (Link.expires_at > now()))
                .execute()
            )
        return burnt == 1


def make(
    purpose: Purpose,
    address: str,
    *,
    user: int | None = None,
    organization: int | None = None,
    subject: int | None = None,
    data: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> Link:
    """A new link of this purpose to this e-mail address; older open ones about the same thing die."""
    moment = now()
    life = TERMS[purpose].life
    with write():
        revoke(purpose, subject=subject, user=user)
        created: Link = Link.create(
            purpose=purpose.value,
            user_id=user,
            organization_id=organization,
            subject_id=subject,
            address=address,
            data=data or {},
            created_at=moment,
            expires_at=expires_at or (moment + life if life else None),
        )
    return created


def revoke(purpose: Purpose, *, subject: int | None = None, user: int | None = None) -> None:
    """Kill the open links of a purpose about one thing, or of one user where no thing is given."""
    if subject is None and user is None:
        return
    which = Link.subject_id == subject if subject is not None else (Link.user_id == user)
    Link.update(revoked_at=now()).where(
        Link.purpose == purpose.value, which, Link.used_at.is_null(), Link.revoked_at.is_null()
    ).execute()


def open_about(purpose: Purpose, subject: int) -> Link | None:
    """The open link of a purpose about one thing; there is at most one."""
    found: Link | None = Link.get_or_none(
        Link.purpose == purpose.value,
        Link.subject_id == subject,
        Link.used_at.is_null(),
        Link.revoked_at.is_null(),
        Link.expires_at.is_null() | (Link.expires_at > now()),
    )
    return found


def _signer(key: str, purpose: str) -> Signer:
    return Signer(key, salt=f"link.{purpose}", digest_method=hashlib.sha256)


def token(key: str, link_id: int, purpose: str) -> str:
    """The token of a link, made when the mail is rendered. `key` is the instance's secret key."""
    return _signer(key, purpose).sign(f"{purpose}.{link_id}").decode()


def find(key: str, given: str) -> Link:
    """The link of a token, whatever its state. Raises NotFound if it was not made here."""
    purpose = given.partition(".")[0]
    try:
        signed = _signer(key, purpose).unsign(given).decode()
    except BadSignature:
        raise NotFound from None
    link: Link | None = Link.get_or_none(Link.id == int(signed.partition(".")[2]), Link.purpose == purpose)
    if link is None:
        raise NotFound
    return link

"""Sessions are rows: what a cookie's random key opens, for whom, on which device, until when."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from models import journal, outbox
from models.account.users import User
from models.base import Model, UTCField, now, write

LIFE = timedelta(hours=12)
KEPT_LIFE = timedelta(days=60)
STAMP_EVERY = timedelta(minutes=5)
PASSWORD_HOLDS = timedelta(minutes=10)


def key_hash(key: str) -> str:
    """What is kept of a key with 256 random bits: a fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_stale(last_used_at: datetime) -> bool:
    """Whether the last note of a session's use is old enough for a new one."""
    return now() - last_used_at >= STAMP_EVERY


class Session(Model):
    """One sign-in. It ends after 12 hours without use, or 60 days where the person asked to be kept signed in."""

    id = AutoField()
    key_hash = CharField(unique=True)
    user = ForeignKeyField(User, on_delete="CASCADE")
    created_at = UTCField()
    last_used_at = UTCField()
    expires_at = UTCField()
    keep = BooleanField()
    address = CharField()
    device = CharField()
    password_at = UTCField(null=True)
    viewing_id = IntegerField(null=True)
    viewing_reason = TextField(null=True)

    def touch(self, address: str) -> None:
        """Note the use, at most every five minutes: it takes the write lock."""
        moment = now()
        if not is_stale(self.last_used_at):
            return
        with write():
            Session.update(
                last_used_at=moment, address=address, expires_at=moment + (KEPT_LIFE if self.keep else LIFE)
            ).where(Session.id == self.id).execute()

    def confirm_password(self) -> None:
        """The password was given again just now."""
        with write():
            Session.update(password_at=now()).where(Session.id == self.id).execute()
        self.password_at = now()

    @property
    def password_is_fresh(self) -> bool:
        """Whether the password was given in the last ten minutes."""
        return self.password_at is not None and now() - self.password_at < PASSWORD_HOLDS


class Device(Model):
    """A browser that a person has signed in with, known by its own cookie."""

    id = AutoField()
    user = ForeignKeyField(User, on_delete="CASCADE")
    key_hash = CharField()
    label = CharField()
    first_seen_at = UTCField()
    last_seen_at = UTCField()


@dataclass(frozen=True)
class Opened:
    """A new session: `key` and `device_key` go into cookies and are kept nowhere else."""

    key: str
    device_key: str
    expires_at: datetime
    session: Session


def open_session(user: User, *, keep: bool, address: str, device: str, device_key: str | None) -> Opened:
    """Sign the user in on a device (`device` is its label). A device not seen before is told by mail."""
    key, moment = secrets.token_urlsafe(32), now()
    kept_key = device_key or secrets.token_urlsafe(32)
    with write():
        session = Session.create(
            key_hash=key_hash(key),
            user=user,
            created_at=moment,
            last_used_at=moment,
            expires_at=moment + (KEPT_LIFE if keep else LIFE),
            keep=keep,
            address=address,
            device=device,
            password_at=moment,
        )
        _note_device(user, kept_key, device, address)
        journal.record("user.signed_in", by=user.actor(address), about=("user", user.id, user.name), device=device)
    return Opened(key, kept_key, session.expires_at, session)


def _note_device(user: User, device_key: str, label: str, address: str) -> None:
    moment, hashed = now(), key_hash(device_key)
    seen = Device.update(last_seen_at=moment, label=label).where(Device.user == user, Device.key_hash == hashed)
    if seen.execute():
        return
    first = not Device.select().where(Device.user == user).exists()
    # The same browser may sign in twice at one moment, in two tabs.
    Device.insert(
        user=user, key_hash=hashed, label=label, first_seen_at=moment, last_seen_at=moment
    ).on_conflict_ignore().execute()
    if not first:
        outbox.post(
            "new_sign_in",
            user.recipient,
            context={"device": label, "address": address, "at": moment.isoformat()},
        )


def of_user(user: User) -> list[Session]:
    """The user's open sessions, last used first."""
    return list(
        Session.select()
        .where(Session.user == user, Session.expires_at > now())
        .order_by(Session.last_used_at.desc(), Session.id.desc())
    )


def find(user_id: int, session_id: int) -> Session | None:
    """One session of this user."""
    found: Session | None = Session.get_or_none(Session.id == session_id, Session.user == user_id)
    return found


def end(session: Session, by: journal.Actor) -> None:
    """Sign out one session."""
    with write():
        Session.delete().where(Session.id == session.id).execute()
        journal.record("session.ended", by=by, about=("session", session.id, session.device))


def end_others(user: User, keep: Session | None, by: journal.Actor) -> int:
    """Sign out every session of the user but `keep`; returns how many ended."""
    with write():
        query = Session.delete().where(Session.user == user)
        if keep is not None:
            query = query.where(Session.id != keep.id)
        ended: int = query.execute()
        if ended:
            journal.record("session.others_ended", by=by, about=("user", user.id, user.name), count=ended)
    return ended

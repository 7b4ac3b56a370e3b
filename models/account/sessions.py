"""Sessions are rows: what a cookie's random key opens, for whom, on which device, until when."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from models import journal, outbox
from models.account import users
from models.account.users import User
from models.base import Model, UTCField, now, row, stamp, write

LIFE = timedelta(hours=12)
KEPT_LIFE = timedelta(days=60)
STAMP_EVERY = timedelta(minutes=5)
LONGEST_LIFE = timedelta(days=180)
PASSWORD_HOLDS = timedelta(minutes=10)


def key_hash(key: str) -> str:
    """What is kept of a key with 256 random bits: a fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_stale(last_used_at: datetime) -> bool:
    """Whether the last note of a session's use is old enough for a new one."""
    return now() - last_used_at >= STAMP_EVERY


def password_holds(password_at: datetime | None) -> bool:
    """Whether a password given at this moment still counts: it does for ten minutes."""
    return password_at is not None and now() - password_at < PASSWORD_HOLDS


def _end_of(used_at: datetime, created_at: datetime, *, keep: bool) -> datetime:
    """When a session that is used at a moment ends by itself."""
    return min(used_at + (KEPT_LIFE if keep else LIFE), created_at + LONGEST_LIFE)


class Session(Model):
    """One sign-in. It ends after 12 hours without use, or 60 days where the person asked to be kept signed in;
    after 180 days in any case."""

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

    def confirm_password(self) -> None:
        """The password was given again just now."""
        with write():
            Session.update(password_at=now()).where(Session.id == self.id).execute()
        self.password_at = now()


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


def open_session(
    user: User, *, keep: bool, address: str, device: str, device_key: str | None, replaced: str | None = None
) -> Opened:
    """Sign the user in on a device (`device` is its label). A device not seen before is told by mail.

    `replaced` is the key of the session that the browser had until now: it ends. Raises Refused where the password
    was changed or the user suspended since `user` was read.
    """
    key, moment = secrets.token_urlsafe(32), now()
    kept_key = device_key or secrets.token_urlsafe(32)
    with write():
        users.hold(user)
        if replaced:
            _end_replaced(replaced, address)
        session = Session.create(
            key_hash=key_hash(key),
            user=user,
            created_at=moment,
            last_used_at=moment,
            expires_at=_end_of(moment, moment, keep=keep),
            keep=keep,
            address=address,
            device=device,
            password_at=moment,
        )
        _note_device(user, kept_key, device, address)
        journal.record("user.signed_in", by=user.actor(address), about=("user", user.id, user.name), device=device)
    return Opened(key, kept_key, session.expires_at, session)


def _end_replaced(key: str, address: str) -> None:
    old = Session.get_or_none(Session.key_hash == key_hash(key))
    if old is not None:
        end(old, old.user.actor(address))


def touch(session_id: int, address: str) -> datetime | None:
    """Note the use of a session, at most every five minutes: it takes the write lock.

    Returns its new end where the person asked to be kept signed in. One that was ended meanwhile stays ended.
    """
    moment = now()
    stale = (Session.id == session_id) & (Session.last_used_at <= moment - STAMP_EVERY)
    with write():
        used = Session.update(last_used_at=moment, address=address).where(stale)
        found = list(used.returning(Session.keep, Session.created_at).execute())
        if not found:
            return None
        expires_at = _end_of(moment, found[0].created_at, keep=found[0].keep)
        Session.update(expires_at=expires_at).where(Session.id == session_id).execute()
    return expires_at if found[0].keep else None


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


def count_open() -> int:
    """How many sessions of all users are open."""
    found = row("SELECT count(*) FROM session WHERE expires_at > ?", (stamp(now()),))
    return int(found[0]) if found else 0


def end(session: Session, by: journal.Actor) -> None:
    """Sign out one session; to end it twice is no fault."""
    with write():
        if Session.delete().where(Session.id == session.id).execute():
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

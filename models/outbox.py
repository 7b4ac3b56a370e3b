"""The outbox: every message to be sent and what became of it, written in the transaction of the act it tells of."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from peewee import AutoField, BooleanField, CharField, IntegerField, JSONField, TextField

from models.base import Model, UTCField, after_commit, is_postgresql, now, row, rows, run, stamp, write
from models.base import moment as read_moment
from models.errors import N_
from models.wake import wake

LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each failed attempt; after the last one the message has `failed`."""

LATE = timedelta(minutes=15)
MOST_ANSWER = 1000
DUE = "state IN ('waiting', 'sending') AND next_at <= ?"

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
STATE_LABELS = {WAITING: N_("Waiting"), SENDING: N_("Being sent"), SENT: N_("Sent"), FAILED: N_("Failed")}
STATES = tuple(STATE_LABELS)


class Message(Model):
    """One message to one address. `context` is plain data; text is made at delivery, in the person's language."""

    id = AutoField()
    name = CharField()
    to_address = CharField()
    to_name = CharField()
    language = CharField()
    time_zone = CharField()
    user_id = IntegerField(null=True)
    organization_id = IntegerField(null=True)
    link_id = IntegerField(null=True)
    context = JSONField(default=dict)
    optional = BooleanField(default=False)
    message_id = CharField(unique=True)
    dedupe_key = CharField(null=True, unique=True)
    state = CharField(default=WAITING)
    attempts = IntegerField(default=0)
    next_at = UTCField()
    leased_by = CharField(null=True)
    answer = TextField(null=True)
    created_at = UTCField()
    sent_at = UTCField(null=True)

    class Meta:
        table_name = "outbox"


@dataclass(frozen=True)
class Recipient:
    """Where a message goes and how it reads there."""

    address: str
    name: str
    language: str = "en"
    time_zone: str = "UTC"
    user_id: int | None = None


class Details(TypedDict, total=False):
    """What a message may have: `link` is the id of a `links` row whose URL the text carries.

    With `dedupe`, a second message under the same key is not written.
    """

    context: dict[str, Any]
    organization: int | None
    link: int | None
    dedupe: str | None
    optional: bool


def post(name: str, to: Recipient, **details: Unpack[Details]) -> None:
    """Write one message; `name` is its template in `templates/mail/`."""
    post_many([draft(name, to, **details)])


def draft(name: str, to: Recipient, **details: Unpack[Details]) -> dict[str, Any]:
    """One row for `post_many`."""
    moment = now()
    return {
        "name": name,
        "to_address": to.address,
        "to_name": to.name,
        "language": to.language,
        "time_zone": to.time_zone,
        "user_id": to.user_id,
        "organization_id": details.get("organization"),
        "link_id": details.get("link"),
        "context": details.get("context", {}),
        "optional": details.get("optional", False),
        "message_id": secrets.token_hex(16),
        "dedupe_key": details.get("dedupe"),
        "state": WAITING,
        "attempts": 0,
        "next_at": moment,
        "created_at": moment,
    }


def post_many(drafts: Sequence[dict[str, Any]]) -> None:
    """Write many messages in few statements and wake whoever delivers, once all is safe."""
    with write():
        for start in range(0, len(drafts), 400):
            Message.insert_many(drafts[start : start + 400]).on_conflict_ignore().execute()
        after_commit(lambda: wake("mail"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message under lease, as the one who delivers needs it.

    `purpose` is that of its link, `attempts` how often it was tried before.
    """

    id: int
    name: str
    to_address: str
    to_name: str
    language: str
    time_zone: str
    user_id: int | None
    organization_id: int | None
    link_id: int | None
    purpose: str | None
    context: dict[str, Any]
    optional: bool
    message_id: str
    attempts: int


_COLUMNS = (
    "id, name, to_address, to_name, language, time_zone, user_id, organization_id, link_id, "
    "(SELECT l.purpose FROM links l WHERE l.id = outbox.link_id), context, optional, message_id, attempts"
)


def claim(worker: str, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take a lease on up to `limit` messages that are due, oldest first. Nobody else gets them before it ends.

    A lease that ended belongs to a worker that died; its messages are due again. One statement, and so its
    own transaction: nothing is held while the messages are rendered and sent.
    """
    moment = now()
    skip = " FOR UPDATE SKIP LOCKED" if is_postgresql() else ""
    sql = (
        "UPDATE outbox SET state = 'sending', leased_by = ?, next_at = ? "
        f"WHERE id IN (SELECT id FROM {_due_table()} WHERE {DUE} "
        f"ORDER BY next_at, id LIMIT ?{skip}) RETURNING {_COLUMNS}"
    )
    until = stamp(moment + lease)
    return sorted((_claimed(r) for r in rows(sql, (worker, until, stamp(moment), limit))), key=lambda c: c.id)


def _due_table() -> str:
    """SQLite would take the index by state and sort all that waits; named, it takes the one that is in order."""
    return "outbox" if is_postgresql() else "outbox INDEXED BY outbox_due"


def _claimed(found: tuple[Any, ...]) -> Claimed:
    values = list(found)
    values[10] = json.loads(found[10]) if isinstance(found[10], str) else found[10]
    values[11] = bool(found[11])
    return Claimed(*values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claimed message, to be written by `settle`."""

    message: Claimed
    state: str
    answer: str | None = None
    pause: timedelta = timedelta(0)
    tried: bool = True


def sent(message: Claimed) -> Outcome:
    """The mail server took it."""
    return Outcome(message, SENT)


def put_off(message: Claimed, answer: str) -> Outcome:
    """A passing fault: try again after a growing pause, or give up after the last."""
    if message.attempts >= len(PAUSES):
        return give_up(message, answer)
    return Outcome(message, WAITING, answer, PAUSES[message.attempts])


def give_up(message: Claimed, answer: str) -> Outcome:
    """A final refusal: nobody tries again unless an operator says so."""
    return Outcome(message, FAILED, answer)


def untouched(message: Claimed, pause: timedelta = timedelta(0)) -> Outcome:
    """Given back untried, as when the server stops: this was no attempt."""
    return Outcome(message, WAITING, None, pause, tried=False)


def settle(worker: str, outcomes: Sequence[Outcome]) -> None:
    """Write what became of a batch, in one statement. Rows whose lease was lost meanwhile stay as they are.

    Only here an attempt counts: a worker that died says nothing about the messages that it had.
    """
    if not outcomes:
        return
    cast = "CAST(v.due AS TIMESTAMPTZ)" if is_postgresql() else "v.due"
    values = ", ".join(["(?, ?, ?, ?, ?)"] * len(outcomes))
    moment = now()
    run(
        f"WITH v (id, state, due, answer, tried) AS (VALUES {values}) UPDATE outbox SET state = v.state, "
        f"next_at = {cast}, sent_at = CASE WHEN v.state = 'sent' THEN {cast} END, "
        "answer = CASE WHEN v.tried = 0 THEN outbox.answer ELSE v.answer END, "
        "attempts = outbox.attempts + v.tried, leased_by = NULL "
        "FROM v WHERE outbox.id = v.id AND outbox.leased_by = ? AND outbox.state = 'sending'",
        (*(value for one in outcomes for value in _values(one, moment)), worker),
    )


def _values(one: Outcome, moment: datetime) -> tuple[int, str, str, str | None, int]:
    answer = one.answer[:MOST_ANSWER] if one.answer else None
    return one.message.id, one.state, stamp(moment + one.pause), answer, int(one.tried)


def is_due() -> bool:
    """Whether a claim would find anything; takes no lock."""
    return row(f"SELECT 1 FROM {_due_table()} WHERE {DUE} LIMIT 1", (stamp(now()),)) is not None


def retry(ids: Sequence[int]) -> Counter[int | None]:
    """An operator asks for failed messages to be tried anew; returns how many were failed, by organization."""
    with write():
        changed = (
            Message.update(state=WAITING, attempts=0, next_at=now(), answer=None)
            .where(Message.id.in_(list(ids)), Message.state == FAILED)
            .returning(Message.organization_id)
            .execute()
        )
        after_commit(lambda: wake("mail"))
        return Counter(message.organization_id for message in changed)


def oldest_waiting_seconds() -> int:
    """Age of the oldest message that is due and not under way, in seconds; 0 if there is none."""
    moment = now()
    found = row(f"SELECT min(next_at) FROM {_due_table()} WHERE {DUE}", (stamp(moment),))
    oldest = read_moment(found[0]) if found else None
    return int((moment - oldest).total_seconds()) if oldest else 0


def is_late() -> bool:
    """Whether a message waits longer than delivery needs to come round (one small query)."""
    return oldest_waiting_seconds() > LATE.total_seconds()


@dataclass(frozen=True, slots=True)
class Health:
    """The outbox at a glance: messages by state, age of the oldest that is due, last words of a failure."""

    counts: dict[str, int]
    oldest_due_seconds: int
    last_fault: str | None

    @property
    def is_late(self) -> bool:
        """Whether a message waits longer than delivery needs to come round."""
        return self.oldest_due_seconds > LATE.total_seconds()


def health() -> Health:
    """How the outbox does (three small queries)."""
    counts = dict.fromkeys(STATES, 0)
    counts.update({r[0]: r[1] for r in rows("SELECT state, count(*) FROM outbox GROUP BY state")})
    fault = row("SELECT answer FROM outbox WHERE state = 'failed' ORDER BY id DESC LIMIT 1")
    return Health(counts, oldest_waiting_seconds(), fault[0] if fault else None)

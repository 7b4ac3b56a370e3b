"""What machines ask about an instance: does its database answer, how much is there of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models import outbox, work
from models.account import sessions
from models.backup import daily
from models.base import connect, row, rows
from models.outbox import Health


@dataclass(frozen=True, slots=True)
class Numbers:
    """An instance in numbers; rows of the outbox and of work by their state."""

    outbox: Health
    work: dict[str, int]
    workers_alive: int
    sessions: int
    last_backup: datetime | None


def check() -> int:
    """Age in seconds of the oldest message that is due. Raises PeeweeException where the database does not answer."""
    connect()
    row("SELECT 1")
    return outbox.oldest_waiting_seconds()


def numbers() -> Numbers:
    """All of them. Raises PeeweeException where the database does not answer."""
    connect()
    return Numbers(
        outbox=outbox.health(),
        work=dict(rows("SELECT state, count(*) FROM work GROUP BY state ORDER BY state")),
        workers_alive=sum(sign.is_alive for sign in work.heartbeats()),
        sessions=sessions.count_open(),
        last_backup=daily.last_backup(),
    )

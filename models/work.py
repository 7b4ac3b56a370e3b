"""Work done later: rows claimed like messages, with progress; heartbeats of those who do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import AutoField, CharField, IntegerField, JSONField, TextField

from models.base import Model, UTCField, after_commit, is_postgresql, now, row, rows, run, stamp, write
from models.wake import wake

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


class Work(Model):
    """One piece of background work. `progress` of `total` are in the kind's own units (rows, files)."""

    id = AutoField()
    kind = CharField()
    arguments = JSONField(default=dict)
    user_id = IntegerField(null=True)
    organization_id = IntegerField(null=True)
    state = CharField(default=WAITING)
    progress = IntegerField(default=0)
    total = IntegerField(default=0)
    result = JSONField(default=dict)
    answer = TextField(null=True)
    attempts = IntegerField(default=0)
    next_at = UTCField()
    leased_by = CharField(null=True)
    created_at = UTCField()
    finished_at = UTCField(null=True)

    def advance(self, progress: int, total: int | None = None) -> None:
        """Say how far it is, and keep the lease. Raises TakenOver where another worker has it by now."""
        changes: dict[str, Any] = {"progress": progress, "next_at": now() + LEASE}
        if total is not None:
            changes["total"] = total
        self._change(**changes)
        self.progress, self.total = progress, self.total if total is None else total

    def finish(self, result: dict[str, Any]) -> None:
        """It is done; `result` is plain data for its page."""
        self._change(state=DONE, result=result, answer=None, finished_at=now(), leased_by=None)

    def fail(self, answer: str, *, final: bool) -> None:
        """It did not work; unless `final`, it is tried again up to three times."""
        over = final or self.attempts >= MOST_ATTEMPTS
        self._change(
            state=FAILED if over else WAITING,
            answer=answer[:1000],
            next_at=now() + timedelta(minutes=self.attempts),
            finished_at=now() if over else None,
            leased_by=None,
        )

    def _change(self, **changes: Any) -> None:
        """Only whoever holds the lease may write: a worker that was given up for dead must not undo another's."""
        mine = Work.leased_by == self.leased_by if self.leased_by else Work.leased_by.is_null()
        with write():
            changed = Work.update(**changes).where(Work.id == self.id, Work.state == RUNNING, mine).execute()
        if not changed:
            raise TakenOver(f"work {self.id} is another worker's by now")


class TakenOver(Exception):
    """The lease ran out and another worker began anew: stop, and leave no trace."""


def add(
    kind: str, arguments: dict[str, Any], *, user: int | None = None, organization: int | None = None, total: int = 0
) -> Work:
    """Write a new piece of work in the act's transaction and wake whoever does it."""
    moment = now()
    with write():
        made: Work = Work.create(
            kind=kind,
            arguments=arguments,
            user_id=user,
            organization_id=organization,
            total=total,
            next_at=moment,
            created_at=moment,
        )
        after_commit(lambda: wake("work"))
    return made


DUE = "state IN ('waiting', 'running') AND next_at <= ?"


def claim(worker: str) -> Work | None:
    """Take the oldest piece of work that is due, or one whose worker died. Nobody else gets it before two minutes."""
    skip = " FOR UPDATE SKIP LOCKED" if is_postgresql() else ""
    moment = now()
    sql = (
        "UPDATE work SET state = 'running', leased_by = ?, next_at = ?, attempts = attempts + 1 "
        f"WHERE id IN (SELECT id FROM work WHERE {DUE} ORDER BY next_at, id LIMIT 1{skip}) RETURNING id"
    )
    found = rows(sql, (worker, stamp(moment + LEASE), stamp(moment)))
    return Work.get_by_id(found[0][0]) if found else None


def is_due() -> bool:
    """Whether a claim would find anything; takes no lock."""
    return row(f"SELECT 1 FROM work WHERE {DUE} LIMIT 1", (stamp(now()),)) is not None


class Heartbeat(Model):
    """The last sign of life of one worker."""

    worker = CharField(primary_key=True)
    kind = CharField()
    at = UTCField()


def beat(worker: str, kind: str) -> None:
    """Say that a worker is alive."""
    with write():
        Heartbeat.insert(worker=worker, kind=kind, at=now()).on_conflict(
            conflict_target=[Heartbeat.worker], update={Heartbeat.at: now(), Heartbeat.kind: kind}
        ).execute()


ALIVE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sign:
    """A worker as the back office shows it; `kind` is `embedded` or `worker`."""

    worker: str
    kind: str
    at: datetime

    @property
    def is_alive(self) -> bool:
        """Whether it was heard of in the last two minutes."""
        return now() - self.at < ALIVE


def heartbeats() -> list[Sign]:
    """Every worker's last sign of life, latest first."""
    return [Sign(h.worker, h.kind, h.at) for h in Heartbeat.select().order_by(Heartbeat.at.desc(), Heartbeat.worker)]


def somebody_works() -> bool:
    """Whether any worker was heard of in the last two minutes."""
    return row("SELECT 1 FROM heartbeat WHERE at > ? LIMIT 1", (stamp(now() - ALIVE),)) is not None


def farewell(worker: str) -> None:
    """A worker ends as it should, and is not missed."""
    run("DELETE FROM heartbeat WHERE worker = ?", (worker,))

"""Runs of scheduled jobs: one for each slot of time, and what the last of each did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from peewee import CharField, JSONField, TextField

from models.base import Model, UTCField, now, write


class Said(NamedTuple):
    """One thing that a job did; with a plural, `sentence` is for one, and `%(num)d` in both is the number."""

    sentence: str
    plural: str = ""
    number: int = 0


DIED = timedelta(hours=1)
AGAIN = timedelta(minutes=15)

Report = list[Said]
"""What a job did. Who shows it translates it."""


class Run(Model):
    """The last run of one scheduled job; `slot` is the time slot it was for, so that none runs twice.

    `report` is what it did, `fault` what it raised where it failed.
    """

    job = CharField(primary_key=True)
    slot = CharField(null=True)
    started_at = UTCField(null=True)
    finished_at = UTCField(null=True)
    report = JSONField(null=True)
    fault = TextField(null=True)

    class Meta:
        table_name = "scheduled_run"

    @property
    def said(self) -> Report:
        """The report as it was given."""
        return [Said(*one) for one in self.report or []]


def take_slot(job: str, slot: str) -> bool:
    """Whether this process is the one that runs `job` for `slot`; exactly one caller gets True.

    Slots are text that grows with time, so that a machine whose clock is behind can't run an old one again. A run
    that began an hour ago and never ended died with its process: it is taken over, and so is one that failed a
    quarter of an hour ago.
    """
    died = Run.finished_at.is_null() & (Run.started_at < now() - DIED)
    failed = Run.fault.is_null(False) & (Run.finished_at < now() - AGAIN)
    again = (Run.slot == slot) & (died | failed)
    with write():
        Run.insert(job=job).on_conflict_ignore().execute()
        taken: int = (
            Run.update(slot=slot, started_at=now(), finished_at=None)
            .where(Run.job == job, Run.slot.is_null() | (Run.slot < slot) | again)
            .execute()
        )
    return taken == 1


def run_slot(job: str, slot: str, act: Callable[[], Report]) -> bool:
    """Run `act` if this process takes the slot, and keep what it did. Lets its exception through."""
    if not take_slot(job, slot):
        return False
    try:
        report = act()
    except BaseException as fault:
        _finish(job, fault=f"{type(fault).__name__}: {fault}"[:1000])
        raise
    _finish(job, report=report, fault=None)
    return True


def _finish(job: str, **values: object) -> None:
    with write():
        Run.update(finished_at=now(), **values).where(Run.job == job).execute()


def note(job: str) -> None:
    """Keep when something was last done that is not run by slots."""
    moment = now()
    with write():
        Run.insert(job=job, started_at=moment, finished_at=moment).on_conflict(
            conflict_target=[Run.job], update={Run.started_at: moment, Run.finished_at: moment}
        ).execute()


def last_runs() -> dict[str, Run]:
    """The last run of each scheduled job, by name."""
    return {found.job: found for found in Run.select()}

"""The schedule: what is done again and again, and when. The table here is all there is; the back office shows it.

A job is done once for each slot of time, by whichever process comes first (`models.runs.run_slot`). One that was
missed while the machine was off is done as soon as it is on again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import PeeweeException

from jobs import vies
from jobs.smtp import Folder
from models import outbox, runs, settings, upkeep, work
from models.backup import daily
from models.base import now
from models.errors import N_, NN_
from models.organization.vies import standings
from models.products.importing import imports
from models.renewals import sweep as renewals
from models.runs import Report, Said
from models.settings import Environment
from models.wake import wake

logger = logging.getLogger("intendant.schedule")

FILES = NN_("%(num)d file", "%(num)d files")

Act = Callable[[Environment, datetime], Report]


@dataclass(frozen=True)
class Job:
    """One row of the schedule: every `period`, counted from midnight UTC plus `offset`. `as_of` is done instead where
    somebody asks for a day by hand."""

    name: str
    label: str
    period: timedelta
    act: Act
    offset: timedelta = timedelta(0)
    as_of: Act | None = None

    def slot_start(self, at: datetime) -> datetime:
        """When the slot that `at` is in began."""
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        since = at - midnight - self.offset
        return midnight + self.offset + self.period * (since // self.period)

    def slot(self, at: datetime) -> str:
        """The slot's name; later slots have greater names."""
        return self.slot_start(at).strftime("%Y-%m-%dT%H:%M")

    def next_at(self, at: datetime) -> datetime:
        """When the next slot begins."""
        return self.slot_start(at) + self.period


def sweep(_environment: Environment, _at: datetime) -> Report:
    """Find messages and work that nobody was woken for, as after a crash or while Redis was away."""
    report = []
    for kind, is_due, said in (
        ("mail", outbox.is_due(), Said(N_("mail waits"))),
        ("work", work.is_due(), Said(N_("work waits"))),
    ):
        if is_due:
            wake(kind)
            report.append(said)
    return report or [Said(N_("nothing waits"))]


def tidy_hourly(_environment: Environment, at: datetime) -> Report:
    """Delete what ends by itself."""
    return [
        Said(*NN_("%(num)d session", "%(num)d sessions"), upkeep.sessions(at)),
        Said(*NN_("%(num)d worker", "%(num)d workers"), upkeep.workers(at)),
    ]


def tidy_daily(environment: Environment, at: datetime) -> Report:
    """Delete what nobody looks at any more."""
    files = Folder(environment.data / "mail").forget(at - upkeep.OUTBOX_KEPT)
    return [
        Said(*FILES, files),
        Said(*NN_("%(num)d message", "%(num)d messages"), upkeep.outbox(at)),
        Said(*NN_("%(num)d link", "%(num)d links"), upkeep.links(at)),
        Said(*NN_("%(num)d piece of work", "%(num)d pieces of work"), upkeep.work(at)),
        Said(*NN_("%(num)d question to VIES", "%(num)d questions to VIES"), upkeep.vat_checks(at)),
    ]


def forget_imports(_environment: Environment, at: datetime) -> Report:
    """Delete the files of old imports, which hold what is personal; what they did stays in the journal."""
    return [Said(*FILES, imports.forget(at - imports.KEPT))]


def renew(_environment: Environment, at: datetime) -> Report:
    """Tell of renewals where it is eight in the morning."""
    return _swept(renewals.keep(at))


def renew_all(_environment: Environment, at: datetime) -> Report:
    """The same for every organization as of a day, whatever time it is there."""
    return _swept(renewals.sweep_all(at.date()))


def _swept(done: renewals.Swept) -> Report:
    return [
        Said(*NN_("%(num)d mail written", "%(num)d mails written"), done.mails),
        Said(*NN_("%(num)d product expired", "%(num)d products expired"), done.expired),
    ]


def ask_vies(_environment: Environment, at: datetime) -> Report:
    """Ask VIES about the VAT numbers that are due."""
    if at.date() != now().date():
        return [Said(N_("not asked as of another day"))]
    business = settings.business()
    if not business.vies_on:
        return [Said(N_("turned off in the settings"))]
    standings.keep_up()
    done = vies.ask_due(business)
    return [
        Said(*NN_("%(num)d number asked about", "%(num)d numbers asked about"), done.asked),
        Said(*NN_("%(num)d confirmed", "%(num)d confirmed"), done.confirmed),
        Said(*NN_("%(num)d not known to VIES", "%(num)d not known to VIES"), done.invalid),
    ]


def back_up(environment: Environment, at: datetime) -> Report:
    """Keep one more backup in the data folder, and the newest few of the older ones."""
    if at.date() != now().date():
        return [Said(N_("not made as of another day"))]
    business = settings.business()
    if not business.ready:
        return [Said(N_("not set up yet"))]
    if not business.backup_daily:
        return [Said(N_("turned off in the settings"))]
    return [Said(daily.make(environment, kept=business.backups_kept).name)]


SCHEDULE: tuple[Job, ...] = (
    Job("outbox.sweep", N_("Look for mail and work that waits"), timedelta(minutes=1), sweep),
    Job("renewals", N_("Tell of renewals, and let products expire"), timedelta(minutes=15), renew, as_of=renew_all),
    Job("vies", N_("Ask VIES about VAT numbers"), timedelta(minutes=5), ask_vies),
    Job("tidy.hourly", N_("Delete expired sessions"), timedelta(hours=1), tidy_hourly),
    Job("tidy.daily", N_("Delete old messages, links and work"), timedelta(days=1), tidy_daily, timedelta(hours=2)),
    Job("imports.daily", N_("Delete files of old imports"), timedelta(days=1), forget_imports, timedelta(hours=2)),
    Job("backup.daily", N_("Daily backup"), timedelta(days=1), back_up, timedelta(hours=3)),
)


def job(name: str) -> Job:
    """The row of this name."""
    return next(found for found in SCHEDULE if found.name == name)


def keep(environment: Environment) -> int:
    """Run every job whose slot nobody has taken yet; returns how many ran here."""
    return sum(run_one(found, environment) for found in SCHEDULE)


def run_one(found: Job, environment: Environment) -> bool:
    """Run a job unless its slot is taken. A failure is kept with the job and logged; the others go on."""
    moment = now()
    try:
        ran = runs.run_slot(found.name, found.slot(moment), lambda: found.act(environment, moment))
    except PeeweeException:
        raise
    except Exception:  # one job that fails must not end the worker that runs the others
        logger.exception("%s failed", found.name)
        return True
    if ran and found.period > timedelta(minutes=1):
        logger.info("%s done", found.name)
    return ran


def run_all(environment: Environment, at: datetime) -> list[tuple[str, Report]]:
    """Everything scheduled once, as of a moment, whoever ran it before; what each job did."""
    return [(found.name, (found.as_of or found.act)(environment, at)) for found in SCHEDULE]


@dataclass(frozen=True, slots=True)
class Row:
    """One job as the back office shows it; `label` and `report` are to be translated, `fault` is what it raised."""

    name: str
    label: str
    period: timedelta
    last_at: datetime | None
    report: Report
    fault: str | None
    next_at: datetime

    @property
    def is_late(self) -> bool:
        """Whether it missed more than one slot and a few minutes."""
        return self.last_at is not None and now() - self.last_at > 2 * self.period + timedelta(minutes=5)


def overview() -> list[Row]:
    """Every job with its last run, what it said, and when it is next due."""
    known, moment = runs.last_runs(), now()
    rows = []
    for found in SCHEDULE:
        last = known.get(found.name)
        at = last.finished_at or last.started_at if last else None
        rows.append(
            Row(
                found.name,
                found.label,
                found.period,
                at,
                last.said if last else [],
                last.fault if last else None,
                found.next_at(moment),
            )
        )
    return rows


def stalled() -> bool:
    """Whether operators must be told: nobody works, mail waits too long, or a job was missed."""
    return not work.somebody_works() or outbox.is_late() or any(row.is_late for row in overview())

"""The schedule runs once for each slot, catches up, tidies, and shows the back office what it did."""

from __future__ import annotations

import dataclasses
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from jobs import schedule
from models import links, outbox, runs, settings, upkeep, work
from models.account.sessions import Session
from models.backup import daily
from models.base import now
from models.links import Link
from models.runs import Said
from models.settings import Environment
from models.wake import on_wake
from tests import factories
from tests.conftest import StandingClock
from tests.jobs.conftest import Post, states


@pytest.fixture
def folder(app: Flask, environment: Environment, tmp_path: Path) -> Environment:
    """The settings, with a data folder of the test's own."""
    return dataclasses.replace(environment, data=tmp_path)


@pytest.mark.parametrize(
    ("name", "at", "slot", "following"),
    [
        ("outbox.sweep", "09:14:30", "2026-11-22T09:14", "2026-11-22T09:15"),
        ("tidy.hourly", "09:14:30", "2026-11-22T09:00", "2026-11-22T10:00"),
        ("backup.daily", "09:14:30", "2026-11-22T03:00", "2026-11-23T03:00"),
        ("backup.daily", "02:59:59", "2026-11-21T03:00", "2026-11-22T03:00"),
    ],
)
def test_slots(name: str, at: str, slot: str, following: str) -> None:
    moment, job = datetime.fromisoformat(f"2026-11-22T{at}").replace(tzinfo=UTC), schedule.job(name)
    assert (job.slot(moment), job.next_at(moment).strftime("%Y-%m-%dT%H:%M")) == (slot, following)


def test_each_slot_runs_once(folder: Environment, clock: StandingClock) -> None:
    assert schedule.keep(folder) == len(schedule.SCHEDULE)
    assert schedule.keep(folder) == 0
    clock.moment += timedelta(minutes=1)
    assert schedule.keep(folder) == 3, "09:15 begins a quarter of an hour as well, and five minutes"
    clock.moment += timedelta(days=9)
    assert schedule.keep(folder) == len(schedule.SCHEDULE), "what was missed is done once, late"
    clock.moment -= timedelta(hours=2)
    assert schedule.keep(folder) == 0, "a clock that is behind runs no old slot"


def test_a_run_that_died_is_taken_over(folder: Environment, clock: StandingClock) -> None:
    assert runs.take_slot("tidy.daily", "2026-11-22T02:00")
    assert not runs.take_slot("tidy.daily", "2026-11-22T02:00")
    clock.moment += timedelta(hours=1, seconds=1)
    assert runs.take_slot("tidy.daily", "2026-11-22T02:00")


def test_a_run_that_failed_is_tried_again_after_a_quarter_of_an_hour(
    folder: Environment, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(daily, "make", full)
        schedule.run_one(schedule.job("backup.daily"), folder)
    clock.moment += timedelta(minutes=14)
    assert not schedule.run_one(schedule.job("backup.daily"), folder)
    clock.moment += timedelta(minutes=2)
    assert schedule.run_one(schedule.job("backup.daily"), folder)
    assert runs.last_runs()["backup.daily"].fault is None
    clock.moment += timedelta(minutes=16)
    assert not schedule.run_one(schedule.job("backup.daily"), folder)


def test_a_job_that_fails_is_shown_and_stops_no_other(
    folder: Environment, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(schedule, "SCHEDULE", (schedule.Job("x", "X", timedelta(hours=1), broken), *schedule.SCHEDULE))
    assert schedule.keep(folder) == len(schedule.SCHEDULE)
    shown = {row.name: row for row in schedule.overview()}
    assert shown["x"].fault == "ZeroDivisionError: a fault"
    assert (shown["tidy.daily"].fault, shown["tidy.daily"].last_at) == (None, now())


def test_the_sweep_wakes_for_what_waits(folder: Environment, post: Post) -> None:
    post()
    work.add("x", {})
    woken: list[str] = []
    on_wake(woken.append)
    assert [said.sentence for said in schedule.sweep(folder, now())] == ["mail waits", "work waits"]
    assert woken == ["mail", "work"]


def test_what_is_over_is_deleted(app: Flask, clock: StandingClock, post: Post) -> None:
    person = factories.user()
    Session.create(
        user=person,
        key_hash="k",
        created_at=now(),
        last_used_at=now(),
        expires_at=now() + timedelta(hours=1),
        keep=False,
        address="",
        device="",
    )
    links.make(links.Purpose.VERIFY_ADDRESS, "a@example.org", subject=1)
    post(3)
    claimed = outbox.claim("w", 2)
    outbox.settle("w", [outbox.sent(claimed[0]), outbox.give_up(claimed[1], "550 no")])
    work.beat("w", "worker")
    assert upkeep.sessions(now()) == upkeep.workers(now()) == upkeep.outbox(now()) == upkeep.links(now()) == 0
    clock.moment += timedelta(days=94)
    assert (upkeep.sessions(now()), upkeep.workers(now()), upkeep.links(now())) == (1, 1, 1)
    assert (upkeep.outbox(now()), sorted(states())) == (1, ["failed", "waiting"])
    assert Link.select().count() == Session.select().count() == 0


def test_old_mail_files_are_deleted(folder: Environment, clock: StandingClock) -> None:
    (folder.data / "mail").mkdir()
    for name, days in (("old", 91), ("new", 89)):
        file = folder.data / "mail" / f"{name}.eml"
        file.touch()
        written = (now() - timedelta(days=days)).timestamp()
        os.utime(file, (written, written))
    assert schedule.tidy_daily(folder, now())[0].number == 1
    assert [file.name for file in (folder.data / "mail").iterdir()] == ["new.eml"]


def test_a_backup_is_made_every_day_and_few_are_kept(folder: Environment, clock: StandingClock) -> None:
    factories.user()
    settings.business().save(backups_kept=2)
    assert not daily.is_overdue()
    for _ in range(4):
        assert schedule.back_up(folder, now()) == [Said(f"intendant-{now():%Y-%m-%d}.zip")]
        clock.moment += timedelta(days=1)
    kept = sorted(file.name for file in daily.folder(folder).iterdir())
    assert kept == ["intendant-2026-11-24.zip", "intendant-2026-11-25.zip"]
    assert not daily.is_overdue()
    clock.moment += timedelta(days=2)
    assert daily.is_overdue()
    settings.business().save(backup_daily=False)
    assert schedule.back_up(folder, now()) == [Said("turned off in the settings")]


def test_the_backup_just_made_stays_whatever_days_the_others_name(folder: Environment, clock: StandingClock) -> None:
    daily.folder(folder).mkdir()
    for age, name in enumerate(("2027-01-31", "2026-11-21", "2031-12-31")):
        file = daily.folder(folder) / f"intendant-{name}.zip"
        file.touch()
        os.utime(file, (1_700_000_000 - age, 1_700_000_000 - age))
    daily.make(folder, kept=2)
    assert sorted(file.name[10:20] for file in daily.folder(folder).iterdir()) == ["2026-11-22", "2027-01-31"]
    daily.make(folder, kept=1)
    assert [file.name[10:20] for file in daily.folder(folder).iterdir()] == ["2026-11-22"]


def test_every_page_asks_whether_mail_is_late_without_counting_the_outbox(
    folder: Environment, clock: StandingClock, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post(3)
    with caplog.at_level(logging.DEBUG, "peewee"):
        schedule.stalled()
    assert "outbox" not in caplog.text
    work.beat("w", "worker")
    with caplog.at_level(logging.DEBUG, "peewee"):
        schedule.stalled()
    assert ("min(next_at)" in caplog.text, "count(" in caplog.text) == (True, False)


def test_operators_learn_that_it_stands_still(folder: Environment, clock: StandingClock, post: Post) -> None:
    assert schedule.stalled(), "nobody works"
    work.beat("w", "worker")
    schedule.keep(folder)
    assert not schedule.stalled()
    post()
    clock.moment += timedelta(minutes=16)
    work.beat("w", "worker")
    assert schedule.stalled(), "mail waits"
    assert [sign.is_alive for sign in work.heartbeats()] == [True]

"""The embedded threads: woken at once, deterred by nothing, and stopped in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from peewee import OperationalError

from jobs import embedded, schedule
from jobs import work as working
from models import base, outbox, runs, work
from models.base import is_postgresql, rows
from models.settings import Environment
from models.work import Work
from tests.jobs.conftest import Post, states
from tests.processes import wait_until
from tests.services import SmtpSink


@pytest.fixture
def background(at_sink: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[embedded.Background]:
    """Running threads that poll five times a second."""
    monkeypatch.setattr(embedded, "POLL_SECONDS", 0.2)
    running = embedded.start(at_sink)
    yield running
    running.stop()


def all_sent() -> bool:
    return bool(states()) and set(states()) == {"sent"}


def test_a_verb_wakes_it(
    at_sink: Environment, post: Post, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "POLL_SECONDS", 3600)
    done = threading.Event()
    monkeypatch.setitem(working.KINDS, "done", lambda _work: done.set())
    running = embedded.start(at_sink)
    wait_until(work.somebody_works)
    post(3)
    wait_until(all_sent)
    work.add("done", {})
    assert done.wait(30)
    running.stop()
    assert ([loop.is_alive() for loop in running.loops], work.heartbeats()) == ([False] * 4, [])


def test_it_keeps_the_schedule(background: embedded.Background) -> None:
    wait_until(lambda: all(found.last_at and not found.fault for found in schedule.overview()))


@pytest.mark.parametrize("fault", [ZeroDivisionError("a bug"), OperationalError("the server went away")])
def test_no_fault_ends_it(
    background: embedded.Background,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    met = threading.Event()

    def broken(*_: Any) -> bool:
        met.set()
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "is_due", broken)
        patch.setattr(work, "is_due", broken)
        post(1)
        assert met.wait(30)
        words = "does not answer" if isinstance(fault, OperationalError) else "failed, reference"
        wait_until(lambda: words in caplog.text)
    wait_until(all_sent)


def test_a_database_that_went_away_is_found_again(background: embedded.Background, post: Post) -> None:
    wait_until(work.somebody_works)
    if is_postgresql():
        base.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    post(2)
    wait_until(all_sent)


def test_long_work_holds_up_neither_the_schedule_nor_the_sign_of_life(
    at_sink: Environment, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    monkeypatch.setitem(working.KINDS, "slow", lambda _piece: (begun.set(), may_end.wait(60), None)[-1])
    monkeypatch.setattr(embedded, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(embedded, "BEAT_SECONDS", 0.1)
    work.add("slow", {})
    running = embedded.start(at_sink)
    assert begun.wait(30)
    long_ago = base.now() - timedelta(days=2)
    work.Heartbeat.update(at=long_ago).execute()
    runs.Run.update(slot="2001-01-01T00:00", finished_at=long_ago).execute()
    wait_until(lambda: not schedule.stalled())
    may_end.set()
    running.stop()


def test_stopping_does_not_wait_for_what_was_not_begun(
    background: embedded.Background, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(piece: Work) -> None:
        begun.set()
        may_end.wait(30)

    monkeypatch.setitem(working.KINDS, "slow", slow)
    work.add("slow", {})
    work.add("slow", {})
    assert begun.wait(30)
    threading.Timer(0.3, may_end.set).start()
    background.stop()
    assert rows("SELECT state FROM work ORDER BY id") == [("done",), ("waiting",)]

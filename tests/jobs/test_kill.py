"""Processes that are killed, stopped, or lose Redis in the middle of a thousand mails: none is lost, none doubled."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from jobs.redis_bell import Bell
from models import outbox
from models.base import now, row, rows, run, stamp
from models.outbox import Message
from models.settings import Environment
from models.wake import on_wake
from tests.jobs.conftest import Post, states
from tests.processes import flask, variables, wait_until
from tests.services import RedisServer, SmtpSink

MAILS = 1000


@pytest.fixture
def settings(app: Flask, environment: Environment, tmp_path: Path, smtp_sink: SmtpSink) -> dict[str, str]:
    """Variables of processes that share the tests' database and send to the sink."""
    return variables(environment, tmp_path, MAIL_URL=smtp_sink.url, LOG="warning")


@pytest.fixture
def with_redis(settings: dict[str, str], redis_url: str) -> Iterator[dict[str, str]]:
    """The same with Redis, which this process rings too."""
    on_wake(Bell(redis_url).wake)
    yield settings | {"INTENDANT_REDIS_URL": redis_url}
    on_wake(None)


def let_leases_end() -> None:
    """As if five minutes had passed since a worker died."""
    run("UPDATE outbox SET next_at = ? WHERE state = 'sending'", (stamp(now()),))


def check_all_arrived(sink: SmtpSink, kills: int) -> None:
    """Each message once in the outbox and sent; what came twice came under one Message-ID, a batch per kill at most."""
    assert rows("SELECT state, count(*) FROM outbox GROUP BY state") == [("sent", MAILS)]
    arrived = [(received.recipients[0], received.message["Message-ID"]) for received in sink.messages]
    assert len({address for address, _ in arrived}) == len(set(arrived)) == MAILS
    assert len(arrived) - MAILS <= 200 * kills
    assert max(Counter(arrived).values()) <= kills + 1


def sent() -> int:
    found = row("SELECT count(*) FROM outbox WHERE state = 'sent'")
    return int(found[0]) if found else 0


@pytest.mark.parametrize("points", [(7, 450)])
def test_a_server_killed_in_the_middle_loses_nothing(
    settings: dict[str, str], post: Post, smtp_sink: SmtpSink, points: tuple[int, ...]
) -> None:
    post(MAILS)
    for point in points:
        with flask(["serve"], settings) as server:
            wait_until(lambda point=point: len(smtp_sink.messages) >= point)
            server.kill()
        let_leases_end()
    with flask(["serve"], settings) as server:
        wait_until(lambda: sent() == MAILS, pause=0.2)
        server.send(signal.SIGTERM)
        assert server.ends() == 0
        assert "Traceback" not in server.output
    check_all_arrived(smtp_sink, len(points))


def test_workers_killed_in_the_middle_lose_nothing(
    with_redis: dict[str, str], post: Post, smtp_sink: SmtpSink, redis_url: str
) -> None:
    with flask(["worker"], with_redis) as first, flask(["worker"], with_redis) as second:
        wait_until(lambda: row("SELECT 1 FROM heartbeat"))
        post(MAILS)
        wait_until(lambda: len(smtp_sink.messages) >= 300)
        first.kill()
        wait_until(lambda: row("SELECT count(*) FROM heartbeat WHERE worker LIKE ?", (f"%:{second.pid}",)))
        wait_until(lambda: _ring_until_sent(redis_url), pause=0.5)
        second.send(signal.SIGTERM)
        assert second.ends() == 0, second.output
        assert "Traceback" not in second.output
    check_all_arrived(smtp_sink, 1)
    assert rows("SELECT worker FROM heartbeat WHERE worker LIKE ?", (f"%:{second.pid}",)) == []


def _ring_until_sent(url: str) -> bool:
    """What the sweep does each minute, only more often."""
    if set(states()) == {"sent"}:
        return True
    let_leases_end()
    Bell(url).wake("mail")
    return False


def test_sigterm_finishes_the_message_in_flight(settings: dict[str, str], post: Post, smtp_sink: SmtpSink) -> None:
    post(3)
    smtp_sink.hang = True
    with flask(["serve"], settings) as server:
        wait_until(lambda: smtp_sink.hanging)
        assert states() == ["sending"] * 3
        server.send(signal.SIGTERM)
        with pytest.raises(AssertionError):
            wait_until(lambda: server.inner.poll() is not None, 0.5)
        smtp_sink.hang = False
        assert server.ends() == 0
    assert (len(smtp_sink.messages), states()) == (1, ["sent", "waiting", "waiting"])
    assert [message.attempts for message in Message.select().order_by(Message.id)] == [1, 0, 0]


def test_redis_may_stop_for_a_while(
    settings: dict[str, str], redis_server: RedisServer, post: Post, smtp_sink: SmtpSink
) -> None:
    bell = Bell(redis_server.url)
    on_wake(bell.wake)
    with flask(["worker"], settings | {"INTENDANT_REDIS_URL": redis_server.url}) as worker:
        wait_until(lambda: row("SELECT 1 FROM heartbeat"))
        post(2)
        wait_until(lambda: sent() == 2)
        redis_server.stop()
        post(3)
        assert outbox.is_due(), "written, though nobody could be woken"
        worker.says("Redis does not answer")
        redis_server.start()
        wait_until(lambda: sent() == 5)
        worker.send(signal.SIGTERM)
        assert worker.ends() == 0, worker.output


def test_a_bell_that_finds_no_redis_is_quick_and_says_so_once(
    app: Flask, redis_server: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell = Bell(redis_server.url)
    redis_server.freeze()
    bell.wake("mail")
    assert bell.silent_until > 0
    bell.silent_until = 0
    bell.wake("mail")
    redis_server.thaw()
    assert [record.message.split(" (")[0] for record in caplog.records] == ["Redis does not answer"]

"""The worker on a real Redis: one job for each slot however many schedulers, and nobody waits behind a long turn."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from flask import Flask
from peewee import OperationalError
from redis import Redis
from rq.job import Job

from jobs import mail, schedule, worker
from jobs import work as working
from jobs.redis_bell import QUEUE, Bell, open_redis, queue
from models import runs, work
from models.base import connect
from models.settings import Environment
from models.wake import on_wake
from tests.jobs.conftest import Post, states

NAMES = {job.name for job in schedule.SCHEDULE}


@pytest.fixture
def redis(app: Flask, at_sink: Environment, redis_url: str) -> Iterator[Redis]:
    """A Redis of one's own, with this process as a worker that was rung."""
    opened, bell = open_redis(redis_url, None), Bell(redis_url)
    worker._here[:] = [worker.Here(at_sink, opened, mail.Postman(at_sink, "w"), bell)]
    on_wake(bell.wake)
    yield opened
    worker._here[0].postman.close()
    worker._here.clear()


def cron(redis: Redis) -> worker.Cron:
    """A scheduler as each worker process has one."""
    return worker.Keeper(
        worker.Here(worker._here[0].environment, redis, worker._here[0].postman, Bell("redis://")), "w"
    ).cron


def jobs(redis: Redis) -> list[Job]:
    """What waits."""
    found: list[Job] = queue(redis).get_jobs()
    return found


def work_through(redis: Redis) -> None:
    """Do all that waits, as a worker process does."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    worker.Worker([queue(redis)], connection=redis, serializer=queue(redis).serializer).work(
        burst=True, logging_level="CRITICAL"
    )
    for number, handler in before.items():
        signal.signal(number, handler)
    connect()


def test_two_schedulers_queue_each_slot_once(redis: Redis) -> None:
    for scheduler in (cron(redis), cron(redis)):
        assert {job.args[0] for job in scheduler.enqueue_jobs()} == NAMES
        assert scheduler.enqueue_jobs() == []
    assert sorted(job.args[0] for job in jobs(redis)) == sorted(NAMES)
    work_through(redis)
    assert set(runs.last_runs()) >= NAMES
    assert not any(row.fault for row in schedule.overview())


@pytest.mark.parametrize("fault", [OperationalError("the server went away"), OSError("No space left on device")])
def test_a_job_that_failed_holds_its_slot_for_a_minute_only(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    def broken(*_: object) -> bool:
        raise fault

    monkeypatch.setattr(schedule, "run_one", broken)
    cron(redis).enqueue_jobs()
    keys = [job.key for job in jobs(redis)]
    work_through(redis)
    assert all(0 <= redis.ttl(key) <= worker.HELD_SECONDS for key in keys)
    redis.delete(*keys)
    cron(redis).enqueue_jobs()
    assert len(jobs(redis)) == len(NAMES)


def test_a_long_drain_lets_others_in_between(redis: Redis, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TURN_SECONDS", 0)
    post(3)
    cron(redis).enqueue_jobs()
    (first, *others) = jobs(redis)
    assert (first.func_name, len(others)) == ("jobs.worker.deliver", len(NAMES))
    queue(redis).remove(first)
    first.perform()
    assert jobs(redis)[-1].func_name == "jobs.worker.deliver", "the rest waits behind what came meanwhile"
    monkeypatch.setattr(worker, "TURN_SECONDS", 60)
    work_through(redis)
    assert states() == ["sent"] * 3


def test_so_does_much_work(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setattr(working, "KINDS", {"count": lambda piece: done.append(piece.id)})
    monkeypatch.setattr(worker, "TURN_SECONDS", -1)
    for _ in range(3):
        work.add("count", {})
    (first,) = jobs(redis)
    queue(redis).remove(first)
    first.perform()
    assert (done, len(jobs(redis))) == ([], 1)
    monkeypatch.setattr(worker, "TURN_SECONDS", 60)
    work_through(redis)
    assert len(done) == 3


def test_no_alarm_goes_off_in_a_job(redis: Redis, post: Post) -> None:
    post(1)
    work.add("count", {})
    cron(redis).enqueue_jobs()
    assert {job.timeout for job in jobs(redis)} == {-1}
    assert {job.origin for job in jobs(redis)} == {QUEUE}

"""The bell between processes: a verb that wrote mail or work wakes a worker through Redis, and never fails for it.

A mark in Redis stands for "a job waits that has not begun": one waiting job is enough, and whoever rings after it
began leaves a new one. What is lost with Redis is found by the sweep, since the tables are the truth.
"""

from __future__ import annotations

import logging
import time

from redis import Redis, RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer

logger = logging.getLogger("intendant.redis")

QUEUE = "intendant"
FUNCTIONS = {"mail": "jobs.worker.deliver", "work": "jobs.worker.do_work"}
NO_ALARM = -1
"""RQ's alarm would go off in the middle of a mail, and its fault look like one of that mail. Jobs end by themselves."""

MARK_SECONDS = 60
PAUSE_SECONDS = 5.0
SILENCE_SECONDS = 60.0


def open_redis(url: str, timeout: float | None) -> Redis:
    """A connection that gives up soon, for pages, or waits (timeout None), for workers."""
    return Redis.from_url(url, socket_connect_timeout=timeout or 5, socket_timeout=timeout, retry=None)


def queue(redis: Redis) -> Queue:
    """The one queue; jobs are JSON, so a worker of another version reads them or fails cleanly."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def mark(kind: str) -> str:
    """The key that says that a job of this kind waits."""
    return f"intendant:waiting:{kind}"


class Bell:
    """What `models.wake` calls in processes that have Redis."""

    def __init__(self, url: str) -> None:
        self.redis = open_redis(url, 0.5)
        self.queue = queue(self.redis)
        self.silent_until = 0.0
        self.told_at = -SILENCE_SECONDS

    def wake(self, kind: str) -> None:
        """Ring, unless Redis failed a moment ago: a page must not wait for it again and again."""
        if time.monotonic() < self.silent_until:
            return
        try:
            if self.redis.set(mark(kind), 1, nx=True, ex=MARK_SECONDS):
                self.queue.enqueue(
                    FUNCTIONS[kind],
                    job_timeout=NO_ALARM,
                    result_ttl=0,
                    failure_ttl=86_400,
                    ttl=MARK_SECONDS * 10,
                    retry=Retry(max=3, interval=0),
                )
        except RedisError as fault:
            self._complain(fault)

    def _complain(self, fault: RedisError) -> None:
        moment = time.monotonic()
        self.silent_until = moment + PAUSE_SECONDS
        if moment - self.told_at >= SILENCE_SECONDS:
            self.told_at = moment
            logger.warning("Redis does not answer (%s); mail and work wait for the next sweep.", fault)

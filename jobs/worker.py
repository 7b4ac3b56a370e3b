"""The worker process: RQ runs batches of mail and work, its cron keeps the schedule. Start as many as wanted, anywhere.

Each process works in itself (no fork), which keeps its mail and database connections. Redis only says that there is
something to do: leases and slots in the database keep workers apart, and find again what one that died had begun. All
jobs wait in one queue, so that none takes much longer than a turn: what is left then waits behind the others.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from peewee import PeeweeException
from redis import Redis, RedisError
from rq import Queue, Retry, SimpleWorker
from rq.cron import CronJob, CronScheduler
from rq.exceptions import DuplicateJobError, StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from jobs import kinds, schedule
from jobs import work as working
from jobs.embedded import BEAT_SECONDS, worker_name
from jobs.mail import Postman
from jobs.redis_bell import NO_ALARM, QUEUE, Bell, mark, open_redis, queue
from models import work
from models.base import connect, db, now
from models.settings import Environment
from models.wake import on_wake, wake

__all__ = ["deliver", "do_work", "keep", "kinds", "run"]

logger = logging.getLogger("intendant.worker")

TURN_SECONDS = 120.0
HELD_SECONDS = 60
"""So long a job that ended holds its id, whatever became of it; the next round of the schedule may queue it again."""


@dataclass
class Here:
    """What the jobs of this process share: settings, the kept mail connection, whether it was asked to stop."""

    environment: Environment
    redis: Redis
    postman: Postman
    bell: Bell
    stopping: threading.Event = field(default_factory=threading.Event)


_here: list[Here] = []


def deliver() -> None:
    """A job: deliver what is due, for a turn."""
    here = _here[0]
    here.redis.delete(mark("mail"))
    connect()
    if here.postman.drain(TURN_SECONDS).more:
        wake("mail")


def do_work() -> None:
    """A job: do the work that is due, for a turn; a piece that has begun is finished."""
    here, until = _here[0], time.monotonic() + TURN_SECONDS
    here.redis.delete(mark("work"))
    connect()
    working.do_all(worker_name(), lambda: here.stopping.is_set() or time.monotonic() > until)
    if time.monotonic() > until and work.is_due():
        wake("work")


def keep(name: str) -> None:
    """A job: one row of the schedule, unless its slot was taken."""
    connect()
    schedule.run_one(schedule.job(name), _here[0].environment)


class Worker(SimpleWorker):
    """RQ's worker that ends between two messages when it is told to stop, and soon tries again without Redis."""

    max_connection_wait_time = 5.0

    def request_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  a signal handler's form
        """Without RQ's own way of it, which asks Redis in the middle of a job."""
        _here[0].stopping.set()
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        self._stop_requested = True


class Cron(CronScheduler):
    """RQ's cron with what it lacks: JSON, and one job for each slot however many schedulers there are."""

    def enqueue_jobs(self) -> list[CronJob]:
        waiting: Queue = queue(self.connection)
        begun = [job for job in self.get_jobs() if job.should_run()]
        for job in begun:
            slot = schedule.job(job.args[0]).slot(now())
            try:
                waiting.enqueue(
                    keep,
                    args=job.args,
                    job_id=f"{job.args[0]}-{slot}".replace(".", "-").replace(":", "-"),
                    unique=True,
                    job_timeout=NO_ALARM,
                    result_ttl=HELD_SECONDS,
                    failure_ttl=HELD_SECONDS,
                    retry=Retry(max=2, interval=0),
                )
            except DuplicateJobError:
                logger.debug("%s is queued by another scheduler", job.args[0])
            job.set_enqueue_time(now())
        return begun


class Keeper(threading.Thread):
    """Cron and heartbeat of a worker process, beside the worker; outlives Redis and the database going away."""

    def __init__(self, here: Here, name: str) -> None:
        super().__init__(name="cron", daemon=True)
        self.here = here
        self.worker = name
        self.beat_at = 0.0
        self.redis_was_away = False
        self.cron = Cron(here.redis, logging_level=logging.WARNING)
        for row in schedule.SCHEDULE:
            self.cron.register(keep, QUEUE, args=(row.name,), interval=min(60, int(row.period.total_seconds())))

    def run(self) -> None:
        while not self.here.stopping.wait(1.0):
            self._round()
        self._farewell()

    def _round(self) -> None:
        try:
            self.here.redis.ping()
            self.cron.enqueue_jobs()
            connect()
            if self.redis_was_away:
                self._welcome_back()
            if time.monotonic() - self.beat_at > BEAT_SECONDS:
                work.beat(self.worker, "worker")
                self.beat_at = time.monotonic()
        except RedisError as fault:
            if not self.redis_was_away:
                logger.warning("Redis does not answer (%s); mail and work wait.", fault)
            self.redis_was_away = True
        except PeeweeException as fault:
            logger.warning("the database does not answer: %s", fault)
            self.here.stopping.wait(2.0)

    def _welcome_back(self) -> None:
        """What was written while Redis was away rang no bell."""
        self.here.bell.silent_until = 0.0
        schedule.sweep(self.here.environment, now())
        self.redis_was_away = False
        logger.warning("Redis answers again.")

    def _farewell(self) -> None:
        try:
            connect()
            work.farewell(self.worker)
            db.close()
        except PeeweeException as fault:
            logger.warning("the database does not answer: %s", fault)


def run(environment: Environment) -> None:
    """Work until SIGTERM; the message or piece of work under way is finished first."""
    assert environment.redis_url is not None, "the command checks it"
    redis, name = open_redis(environment.redis_url, None), worker_name()
    here = Here(environment, redis, Postman(environment, name), Bell(environment.redis_url))
    here.postman.stopping = here.stopping.is_set
    _here[:] = [here]
    on_wake(here.bell.wake)
    keeper = Keeper(here, name)
    keeper.start()
    signal.signal(signal.SIGTERM, lambda _number, _frame: here.stopping.set())
    try:
        while not here.stopping.is_set():
            _work(redis, here)
    finally:
        here.stopping.set()
        _hand_in(here.postman)
        keeper.join(5)


def _hand_in(postman: Postman) -> None:
    """End the connection to the mail server, and try once more to write what became of the last batch."""
    postman.close()
    try:
        connect()
        postman.settle()
    except PeeweeException as fault:
        logger.warning("the database does not answer: %s", fault)


def _work(redis: Redis, here: Here) -> None:
    """Work until told to stop, or until Redis goes away.

    RQ notices after some minutes that another worker died; what that one had begun is found by leases and slots.
    """
    try:
        worker = Worker(
            [queue(redis)],
            connection=redis,
            serializer=JSONSerializer,
            maintenance_interval=10,
            worker_ttl=60,
            log_job_description=False,
        )
        worker.work(logging_level="CRITICAL")
    except RedisError as fault:
        logger.debug("the worker begins anew: %s", fault)
        here.stopping.wait(2.0)

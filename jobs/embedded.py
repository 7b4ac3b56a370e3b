"""Embedded: without Redis, the server itself sends mail, does the work and keeps the schedule.

A thread for each, so that a mail server that hangs holds up no import, and an import neither a sign-in link nor the
schedule; and one that says that they are alive. Every process of a server may have its own: leases and slots keep them
from doing the same thing twice.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from peewee import PeeweeException

from jobs import kinds, schedule
from jobs import work as working
from jobs.mail import Postman
from models import outbox, work
from models.base import connect, db
from models.settings import Environment
from models.wake import on_wake

__all__ = ["Background", "kinds", "start", "worker_name"]

logger = logging.getLogger("intendant.background")

POLL_SECONDS = 10.0
BEAT_SECONDS = 30.0
STOP_SECONDS = 40.0


def worker_name() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Loop(threading.Thread):
    """One thread that does its round when woken, else after a pause in seconds, and outlives every fault."""

    def __init__(self, name: str, act: Callable[[], None], pause: float, end: Callable[[], None] | None = None) -> None:
        super().__init__(name=name, daemon=True)
        self.act = act
        self.pause = pause
        self.end = end
        self.bell = threading.Event()
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            self.bell.clear()
            self._round(self.act)
            self.bell.wait(self.pause)
        if self.end:
            self._round(self.end)
        if not db.is_closed():
            db.close()

    def _round(self, act: Callable[[], None]) -> None:
        """A database that went away is looked for again; anything else is logged under a reference."""
        try:
            connect()
            act()
        except PeeweeException as fault:
            logger.warning("%s: the database does not answer: %s", self.name, fault)
            self._hang_up()
        except Exception:  # the outermost loop: without it one fault would stop all mail until the next start
            logger.exception("%s failed, reference %s", self.name, secrets.token_hex(4))

    def _hang_up(self) -> None:
        """Drop the connection with whatever was open in it, so that the next round gets a fresh one."""
        try:
            while db.transaction_depth():
                db.pop_transaction()
            db.close()
        except PeeweeException as fault:
            logger.warning("%s: the connection does not close: %s", self.name, fault)

    def ask_to_stop(self) -> None:
        self.stopping.set()
        self.bell.set()


class Background:
    """The running threads."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.worker = worker_name()
        self.mail = Loop("mail", self._mail, POLL_SECONDS, self._hand_in)
        self.work = Loop("work", self._work, POLL_SECONDS)
        self.times = Loop("schedule", self._keep_times, POLL_SECONDS)
        self.heart = Loop("heartbeat", self._beat, BEAT_SECONDS, self._farewell)
        self.loops = (self.mail, self.work, self.times, self.heart)
        self.postman = Postman(environment, self.worker, self.mail.stopping.is_set)

    def start(self) -> None:
        on_wake(self.wake)
        for loop in self.loops:
            loop.start()

    def wake(self, kind: str) -> None:
        """What a verb calls, through `models.wake`."""
        (self.mail if kind == "mail" else self.work).bell.set()

    def stop(self) -> None:
        """Finish the message and the piece of work that are under way, give the rest back, and end."""
        on_wake(None)
        running = [loop for loop in self.loops if loop.is_alive()]
        for loop in running:
            loop.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        for loop in running:
            loop.join(max(0.0, until - time.monotonic()))

    def _mail(self) -> None:
        self.postman.settle()
        if outbox.is_due():
            self.postman.drain()
        self.postman.close(if_idle=True)

    def _hand_in(self) -> None:
        self.postman.close()
        self.postman.settle()

    def _work(self) -> None:
        if work.is_due():
            working.do_all(self.worker, self.work.stopping.is_set)

    def _keep_times(self) -> None:
        schedule.keep(self.environment)

    def _beat(self) -> None:
        work.beat(self.worker, "embedded")

    def _farewell(self) -> None:
        work.farewell(self.worker)


def start(environment: Environment) -> Background:
    """Start the threads; the database is open by now."""
    background = Background(environment)
    background.start()
    return background

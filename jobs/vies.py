"""VIES: the only place that speaks to it. Claims a number, asks, and settles the answer; no transaction is open while
it is asked.

Whatever comes (an error page, a redirect, a body without end, nothing at all) is an answer or none, and never a fault.
"""

from __future__ import annotations

import logging
import secrets
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from models.organization.vies import answers, standings, told
from models.organization.vies.answers import Answer
from models.settings import Business

logger = logging.getLogger("intendant.vies")

TIMEOUT = 10.0
TOO_LATE = "no answer in time"
MOST_BODY = 64 * 1024
MOST_ASKED = 20
"""So many numbers are asked about in one run."""

PAUSE = 0.5
RUN_SECONDS = 20.0
"""A question may begin so long after the first: the schedule has other things to do."""

LOSSES = 2
"""So many questions may stay without an answer in one run; then the service gets a rest."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the service is asked; `timeout` is for the whole call, in seconds."""

    timeout: float = TIMEOUT
    pause: float = PAUSE


@dataclass(slots=True)
class Done:
    """What one run did."""

    asked: int = 0
    confirmed: int = 0
    invalid: int = 0


def ask_due(business: Business, way: Way = Way()) -> Done:
    """Ask about the numbers that are due, one after the other. Two at once, wherever they run, never ask the same."""
    done, losses, away = Done(), 0, set[str]()
    until = time.monotonic() + RUN_SECONDS
    if told.rests(business):
        return done
    while done.asked < MOST_ASKED and losses < LOSSES and time.monotonic() < until:
        claimed = standings.claim(secrets.token_hex(8), without=away)
        if claimed is None:
            break
        if done.asked:
            time.sleep(way.pause)
        answer = ask(claimed.number, business, way.timeout)
        state = standings.settle(claimed, answer, business.vies_requester)
        done.asked += 1
        done.confirmed += state == standings.CONFIRMED and answer.outcome == answers.VALID
        done.invalid += state == standings.REFUSED and answer.outcome in answers.VERDICTS
        if answer.is_countrys:
            away.add(claimed.number[:2])
        elif answer.outcome not in answers.VERDICTS:
            logger.warning("VIES: %s", answer.error)
            losses += 1 if answer.outcome == answers.UNAVAILABLE else LOSSES
    return done


def ask(number: str, business: Business, timeout: float = TIMEOUT) -> Answer:
    """One question; takes no longer than `timeout` seconds, whatever the other end does."""
    call = _Call(business.vies_address, answers.body(number, business.vies_requester), timeout)
    thread = threading.Thread(target=call.run, name="vies", daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        call.hang_up()
        return answers.unanswered(TOO_LATE)
    if call.fault or call.answer is None:
        return answers.unanswered(call.fault)
    status, sent = call.answer
    if len(sent) > MOST_BODY:
        return answers.unanswered("the answer is too long")
    return answers.read(number, status, sent)


class _Call:
    """One call on a thread of its own: what sends a byte every few seconds, or a name server that is silent, would
    outlast any timeout of the socket. Redirects are not followed, and no proxy is used."""

    def __init__(self, address: str, question: bytes, timeout: float) -> None:
        self.address = address
        self.question = question
        self.timeout = timeout
        self.held: socket.socket | None = None
        self.answer: tuple[int, bytes] | None = None
        self.fault = ""

    def run(self) -> None:
        try:
            with closing(self._line()) as line:
                line.connect()
                self.held = line.sock  # The line lets go of it before the body is read.
                self.answer = self._ask(line)
        except TimeoutError:
            self.fault = TOO_LATE
        except (OSError, HTTPException, ValueError) as fault:
            self.fault = f"{type(fault).__name__}: {fault}"

    def hang_up(self) -> None:
        """Cut the connection, so that the thread ends."""
        if self.held:
            with suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)

    def _line(self) -> HTTPConnection:
        parts = urlsplit(self.address)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(parts.hostname or "", parts.port, timeout=self.timeout, context=context)
        return HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)

    def _ask(self, line: HTTPConnection) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Intendant"}
        path = urlsplit(self.address).path.rstrip("/")
        line.request("POST", f"{path}/check-vat-number", self.question, headers)
        with line.getresponse() as response:
            return response.status, response.read(MOST_BODY + 1)

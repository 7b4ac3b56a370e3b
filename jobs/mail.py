"""Mail: the only place that talks to a mail server. Claims a batch, renders, sends, and settles it in one statement.

No transaction is open while a letter is rendered or sent. Whatever happens to one message, the others go on; a
message is sent at least once, and a repeat carries the same Message-ID. What became of a batch is kept until the
database has taken it.
"""

from __future__ import annotations

import logging
import math
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from jobs import letters, mime, smtp
from models import addresses, outbox, settings
from models.base import now
from models.errors import Refused
from models.outbox import Claimed, Outcome
from models.settings import Environment

logger = logging.getLogger("intendant.mail")

BATCH = 200
LOSSES = 3
"""So many connections may break inside one batch; then the mail server gets a rest."""

REST = timedelta(minutes=1)
"""How long what was not tried waits after the mail server ended the connection."""

SPARE_SECONDS = 6 * smtp.TIMEOUT
"""The last mail of a batch begins this long before the lease ends: what one mail on an open connection can wait for is
the answers to EHLO, MAIL, RCPT, DATA, the text, and RSET."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass
class Round:
    """What came of one batch, or of many.

    `rest` says that the mail server should be left alone for a while, `more` that the time was up before the mail.
    """

    sent: int = 0
    later: int = 0
    failed: int = 0
    rest: bool = False
    more: bool = False
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if outcome.state == outbox.SENT:
            self.sent += 1
        elif outcome.state == outbox.FAILED:
            self.failed += 1
            logger.warning("mail %d failed: %s", outcome.message.id, outcome.answer)
        elif outcome.tried:
            self.later += 1
            logger.warning("mail %d waits: %s", outcome.message.id, outcome.answer)


class Postman:
    """One worker's deliveries, with its kept connection. `stopping` is asked before each message."""

    def __init__(
        self,
        environment: Environment,
        worker: str,
        stopping: Callable[[], bool] = never,
        lease: timedelta = outbox.LEASE,
    ) -> None:
        self.environment = environment
        self.worker = worker
        self.stopping = stopping
        self.lease = lease
        self.carrier = smtp.carrier(environment)
        self.rests_until = 0.0
        self.unsettled: tuple[str, list[Outcome]] | None = None

    def drain(self, seconds: float = math.inf) -> Round:
        """Deliver until nothing is due, the mail server needs a rest, somebody asks to stop, or the time is up."""
        whole, until = Round(), time.monotonic() + seconds
        self.settle()
        while not self.stopping() and self.rests_until <= time.monotonic() < until:
            batch = self.deliver(until=until)
            whole.sent, whole.later = whole.sent + batch.sent, whole.later + batch.later
            whole.failed, whole.rest = whole.failed + batch.failed, batch.rest
            if batch.rest or len(batch.outcomes) < BATCH:
                break
        whole.more = not whole.rest and time.monotonic() >= until
        return whole

    def deliver(self, limit: int = BATCH, until: float = math.inf) -> Round:
        """Claim, send and settle one batch; at `until` (by the monotonic clock) the rest of it is given back."""
        self.settle()
        batch = _Batch(self, min(until, time.monotonic() + self.lease.total_seconds() - SPARE_SECONDS))
        token = f"{self.worker}:{secrets.token_hex(4)}"
        messages = outbox.claim(token, limit, self.lease)
        if not messages:
            return Round()
        self.unsettled = token, batch.round.outcomes
        done = batch.run(messages)
        self.settle()
        if done.rest:
            self.rests_until = time.monotonic() + REST.total_seconds()
        logger.info("mail: %d sent, %d wait, %d failed", done.sent, done.later, done.failed)
        return done

    def settle(self) -> None:
        """Write what became of the last batch, unless that is done: a fault of the database sends nothing anew."""
        if self.unsettled:
            outbox.settle(*self.unsettled)
            self.unsettled = None

    def close(self, *, if_idle: bool = False) -> None:
        """End the kept connection, or do so if nothing was sent for half a minute."""
        self.carrier.close(if_idle=if_idle)


class _Batch:
    """One batch on its way; until `until` a mail may begin. Made before anything is claimed."""

    def __init__(self, postman: Postman, until: float) -> None:
        self.postman = postman
        self.until = until
        self.losses = 0
        self.round = Round()
        self.messages: Sequence[Claimed] = ()
        self.sender = letters.Sender.of(postman.environment, settings.current())
        self.series = letters.Series(self.sender)
        self.sent_from, self.bounces_to, self.fault = self._sent_from()

    def _sent_from(self) -> tuple[str, str, str]:
        """The From header, its bare address, and what is wrong with it: for an operator to mend while mails wait."""
        provider = self.sender.provider.provider_name
        try:
            return *mime.sent_from(self.postman.environment.mail_from, provider, self.sender.base_url), ""
        except Refused as fault:
            return "", "", f"The address that mails come from is wrong. {fault}"

    def run(self, messages: Sequence[Claimed]) -> Round:
        """Every message gets an outcome, also those that were not tried."""
        self.messages = messages
        if self.fault:
            self._unreachable(0, self.fault)
            return self.round
        for place, message in enumerate(messages):
            if self.postman.stopping() or self._is_over():
                self._give_back(place, timedelta(0))
                break
            try:
                self.round.add(self._one(message))
            except smtp.NoConnection as fault:
                self._unreachable(place, str(fault))
                break
            if self.round.rest:
                self._give_back(place + 1, REST)
                break
        return self.round

    def _is_over(self) -> bool:
        return time.monotonic() > self.until

    def _one(self, message: Claimed) -> Outcome:
        try:
            content = self._compose(message)
            recipient = addresses.wire(message.to_address)
        except Refused as fault:
            return outbox.give_up(message, str(fault))
        except Exception as fault:  # a template may raise anything, and must not stop the others
            logger.exception("mail %d can't be rendered", message.id)
            return outbox.give_up(message, f"{type(fault).__name__}: {fault}")
        self.postman.carrier.open()
        if self._is_over():  # A connection can take minutes to open; by then the message may be another's.
            return outbox.untouched(message)
        try:
            self.postman.carrier.send(
                self.bounces_to, recipient, content, f"{message.id:08d}-{message.message_id[:12]}"
            )
        except smtp.Refusal as refusal:
            return self._refused(message, refusal)
        return outbox.sent(message)

    def _compose(self, message: Claimed) -> bytes:
        return mime.compose(message, self.series.write(message), self.sender, self.sent_from, now())

    def _refused(self, message: Claimed, refusal: smtp.Refusal) -> Outcome:
        """A 421 asks for a rest at once; a broken connection may be this one mail's fault, so others get a new one."""
        if refusal.over:
            self.losses += 1
            self.round.rest = refusal.answer.startswith("421") or self.losses >= LOSSES
        return outbox.give_up(message, refusal.answer) if refusal.final else outbox.put_off(message, refusal.answer)

    def _unreachable(self, place: int, answer: str) -> None:
        """Nobody opens: that was an attempt for the whole batch, unless the connection broke on the way."""
        self.round.rest = True
        if self.losses == 0:
            for message in self.messages[place:]:
                self.round.add(outbox.put_off(message, answer))
        else:
            self._give_back(place, REST)

    def _give_back(self, place: int, pause: timedelta) -> None:
        for message in self.messages[place:]:
            self.round.add(outbox.untouched(message, pause))

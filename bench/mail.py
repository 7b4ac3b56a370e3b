"""Mail: one message with a personal link to 2,000 people, against smtplib with ready bytes and against Flask-Mail."""

from __future__ import annotations

import logging
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask
from flask_mail import Mail, Message

from bench.measure import Row, row
from bench.world import World
from jobs import letters, mime
from jobs.mail import Postman
from models import links, outbox, settings
from models.base import connect, now, rows, run
from models.links import Link
from models.outbox import Claimed, Recipient
from models.settings import Environment

MAILS = 2000
ROUNDS = 5
NAME = "verify_address"


def measure(world: World) -> list[Row]:
    """Mails per second over one kept connection, in interleaved rounds, and what the outbox costs."""
    connect()
    with sink() as port:
        environment = replace(world.app.extensions["intendant"].environment, mail_url=f"smtp://127.0.0.1:{port}")
        prepared = Prepared(environment)
        speeds: dict[str, list[float]] = {"ours": [], "raw": [], "flask-mail": []}
        statements = 0
        for _ in range(ROUNDS):
            speeds["raw"].append(raw(port, prepared))
            fill()
            with counted() as count:
                speeds["ours"].append(ours(environment))
            statements = len(count)
            speeds["flask-mail"].append(flask_mail(port, prepared))
    run("DELETE FROM outbox")
    run("DELETE FROM links")
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    return [
        row(world, "mail: against smtplib with prepared bytes", middle["ours"] / middle["raw"], 0.35, at_least=True),
        row(world, "mail: against Flask-Mail connect()", middle["ours"] / middle["flask-mail"], 2.0, at_least=True),
        row(world, "mail: statements of the outbox per 50 mails", statements / MAILS * 50, 1.0),
    ]


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.smtp_sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate("")


def fill() -> None:
    """2,000 messages with a link each, written as a verb does."""
    for table in ("outbox", "links"):
        run(f"DELETE FROM {table}")
    people = [Recipient(f"person{number}@example.org", f"Person {number}") for number in range(MAILS)]
    common = {"purpose": links.Purpose.VERIFY_ADDRESS.value, "data": {}, "created_at": now(), "expires_at": now()}
    for start in range(0, MAILS, 400):
        Link.insert_many([{**common, "address": person.address} for person in people[start : start + 400]]).execute()
    made = [found[0] for found in rows("SELECT id FROM links ORDER BY id")]
    outbox.post_many([outbox.draft(NAME, person, link=link) for person, link in zip(people, made, strict=True)])


class Prepared:
    """The same mails as finished bytes, and as finished texts, so that the others have nothing to render."""

    def __init__(self, environment: Environment) -> None:
        fill()
        sender = letters.Sender.of(environment, settings.current())
        self.sent_from, self.bounces_to = mime.sent_from(None, sender.provider.provider_name, sender.base_url)
        self.mails: list[tuple[Claimed, letters.Letter, bytes]] = []
        for message in outbox.claim("bench", MAILS):
            letter = letters.write(message, sender)
            self.mails.append((message, letter, mime.compose(message, letter, sender, self.sent_from, now())))


def raw(port: int, prepared: Prepared) -> float:
    """What no sender in Python can beat: bytes that are ready, one connection."""
    with smtplib.SMTP("127.0.0.1", port, "bench") as host:
        began = time.perf_counter()
        for message, _, content in prepared.mails:
            host.sendmail(prepared.bounces_to, [message.to_address], content)
        return MAILS / (time.perf_counter() - began)


def ours(environment: Environment) -> float:
    """Everything: claim, render, link, send, settle."""
    postman = Postman(environment, "bench")
    began = time.perf_counter()
    done = postman.drain()
    taken = time.perf_counter() - began
    postman.close()
    if done.sent != MAILS:
        raise SystemExit(f"only {done.sent} of {MAILS} mails were sent")
    return MAILS / taken


def flask_mail(port: int, prepared: Prepared) -> float:
    """Flask-Mail over one connection, given texts that are rendered already."""
    app = Flask("flask-mail")
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER=prepared.sent_from)
    some = prepared.mails[: MAILS // 4]
    with app.app_context(), Mail(app).connect() as connection:
        began = time.perf_counter()
        for message, letter, _ in some:
            connection.send(Message(letter.subject, [message.to_address], letter.text, letter.html))
        return len(some) / (time.perf_counter() - began)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    class Counter(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(str(record.msg))

    logger, counter = logging.getLogger("peewee"), Counter()
    before = logger.level, logger.propagate
    logger.addHandler(counter)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield seen
    finally:
        logger.removeHandler(counter)
        logger.level, logger.propagate = before

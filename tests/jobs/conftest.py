"""What the tests of later things share: settings that send to the sink, and messages to send."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from jobs import mail, smtp
from models import outbox
from models.outbox import Message, Recipient
from models.settings import Environment
from tests.services import SmtpSink


@pytest.fixture
def at_sink(app: Flask, environment: Environment, smtp_sink: SmtpSink) -> Environment:
    """The settings, with the sink as mail server."""
    return dataclasses.replace(environment, mail_url=smtp_sink.url)


@pytest.fixture
def postman(at_sink: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[mail.Postman]:
    """Delivers to the sink, without patience."""
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    made = mail.Postman(at_sink, "the postman")
    made.carrier = smtp.Line(smtp.urlsplit(at_sink.mail_url), timeout=0.5)
    yield made
    made.close()


Post = Callable[..., list[str]]


@pytest.fixture
def post(app: Flask) -> Post:
    """Write so many test mails, to u0@example.org and so on; gives the addresses."""

    def write(count: int = 1, name: str = "test_mail", **context: object) -> list[str]:
        people = [Recipient(f"u{n}@example.org", f"Person {n}") for n in range(count)]
        outbox.post_many([outbox.draft(name, person, context=context) for person in people])
        return [person.address for person in people]

    return write


def states() -> list[str]:
    """The state of every message, in the order in which they were written."""
    return [message.state for message in Message.select().order_by(Message.id)]


def message(address: str) -> Message:
    """The one message to an address."""
    found: Message = Message.get(Message.to_address == address)
    return found

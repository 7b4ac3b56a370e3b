"""What the mails of coming in say: their subject, their link, and why they came, in text and in HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from jobs import letters
from models import links, outbox, settings
from models.account import credentials, sessions
from models.account.users import User
from models.journal import Person
from models.links import Link, Purpose
from models.settings import Environment
from tests import factories
from tests.conftest import StandingClock

HERE = Person(None, "Mira", "192.0.2.14")


def sign_in_twice(user: User) -> None:
    for device in ("Firefox · Linux", "Safari · iPhone"):
        sessions.open_session(user, keep=False, address="192.0.2.14", device=device, device_key=None)


def move(user: User) -> None:
    credentials.ask_for_new_address(user, factories.PASSWORD, "mira@new.example.org", HERE)
    outbox.Message.delete().execute()
    credentials.take_new_address(Link.get(), "192.0.2.14")


def change(user: User) -> None:
    session = sessions.open_session(user, keep=False, address="192.0.2.14", device="x", device_key=None).session
    credentials.change_password(user, factories.PASSWORD, "willow twigs in the rain", session=session, by=HERE)


def take_again(user: User) -> None:
    outbox.post("already_registered", user.recipient)


def prove(user: User) -> None:
    user.verified_at = None
    user.ask_for_verification()


def ask_to_move(user: User) -> None:
    credentials.ask_for_new_address(user, factories.PASSWORD, "mira@new.example.org", HERE)


CASES: list[tuple[str, Callable[[User], None], str, list[str]]] = [
    ("verify_address", prove, "Verify your address", ["/links/verify.", "without the button"]),
    (
        "reset_password",
        lambda u: credentials.ask_for_reset(u.email),
        "Set a new password",
        ["/links/reset.", "one hour"],
    ),
    ("change_address", ask_to_move, "Use this address from now on?", ["/links/address.", "mira@old.example.org"]),
    ("address_changed", move, "Your account has another address now", ["mira@new.example.org", "help@tannwald.ch"]),
    ("new_sign_in", sign_in_twice, "Somebody signed in from a new device", ["Safari · iPhone", "192.0.2.14", "10:14"]),
    ("password_changed", change, "Your password was changed", ["/login/reset", "192.0.2.14", "22 Nov 2026, 10:14"]),
    ("already_registered", take_again, "You already have an account", ["http://localhost/login/reset"]),
]


@pytest.mark.parametrize(("name", "act", "subject", "said"), CASES, ids=[case[0] for case in CASES])
def test_mail(
    app: Flask,
    environment: Environment,
    clock: StandingClock,
    name: str,
    act: Callable[[User], None],
    subject: str,
    said: list[str],
) -> None:
    settings.current().save(support_email="help@tannwald.ch")
    act(factories.user("Mira <Castellan>", email="mira@old.example.org", time_zone="Europe/Zurich"))
    (message,) = outbox.claim("test", 10)
    assert message.name == name
    letter = letters.write(message, letters.Sender.of(environment, settings.current()))
    assert letter.subject == subject
    for body in (letter.text, unescape(letter.html)):
        for words in (*said, "You get this because" if name not in ALWAYS else "You get this whenever", "Tannwald"):
            assert words in body
    assert "Mira <Castellan>" not in letter.html


ALWAYS = ("new_sign_in", "password_changed")


def test_link_in_the_mail_is_the_one_that_opens(app: Flask, environment: Environment) -> None:
    factories.user(verified_at=None).ask_for_verification()
    (message,) = outbox.claim("test", 10)
    letter = letters.write(message, letters.Sender.of(environment, settings.current()))
    token = next(line for line in letter.text.splitlines() if "/links/" in line).rpartition("/")[2]
    assert links.find(environment.secret_key, token).purpose == Purpose.VERIFY_ADDRESS
    assert f'href="http://localhost/links/{token}"' in letter.html

"""Links that prove an address or set a password: they act by their button, once, and in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.ground.state import state
from models import links
from models.account import credentials
from models.account.sessions import Session
from models.account.users import User
from models.journal import Entry
from models.links import Link, Purpose
from models.outbox import Message
from tests import factories
from tests.conftest import StandingClock
from tests.entry.test_login import plain
from tests.entry.test_signup import FILLED

NEW = "willow twigs in the rain"
Path = Callable[[Purpose], str]


@pytest.fixture
def path(app: Flask) -> Path:
    """The path of the latest link of a purpose, as the mail has it."""

    def find(purpose: Purpose) -> str:
        link = Link.select().where(Link.purpose == purpose.value).order_by(Link.id.desc()).get()
        with app.app_context():
            return f"/links/{links.token(state().environment.secret_key, link.id, link.purpose)}"

    return find


@pytest.fixture
def newcomer(app: Flask) -> User:
    """Somebody who signed up and has not proven the address."""
    user = factories.user("Mira Castellan", verified_at=None)
    user.ask_for_verification()
    return user


@pytest.fixture
def forgetful(app: Flask) -> User:
    """Somebody who asked for a new password while signed in elsewhere."""
    user = factories.user("Mira Castellan")
    factories.sign_in(app.test_client(), user)
    credentials.ask_for_reset(user.email)
    return user


def test_button_verifies_and_looking_does_not(client: FlaskClient, newcomer: User, path: Path) -> None:
    page = client.get(path(Purpose.VERIFY_ADDRESS))
    assert newcomer.email in page.text
    assert User.get().verified_at is None
    answer = client.post(path(Purpose.VERIFY_ADDRESS))
    assert answer.location == "/login"
    assert "is verified. Sign in to go on." in client.get("/login").text
    assert User.get().verified_at is not None
    assert Entry.get(Entry.act == "user.verified").details == {"email": newcomer.email}


def test_browser_that_signed_up_is_let_in(client: FlaskClient, app: Flask, path: Path) -> None:
    client.post("/signup", data=FILLED)
    answer = client.post(path(Purpose.VERIFY_ADDRESS))
    assert answer.location == "/"
    assert client.get("/").location == "/o/quillmark-press-ag/"


def test_other_browser_signs_in_itself(client: FlaskClient, app: Flask, path: Path) -> None:
    client.post("/signup", data=FILLED)
    assert app.test_client().post(path(Purpose.VERIFY_ADDRESS)).location == "/login"
    assert not Session.select().exists()


def test_signed_in_person_goes_on_where_they_are(client: FlaskClient, newcomer: User, path: Path) -> None:
    factories.sign_in(client, newcomer)
    assert "nothing goes out on your behalf before that" in client.get("/account/profile").text
    assert client.post(path(Purpose.VERIFY_ADDRESS)).location == "/"
    assert "nothing goes out on your behalf before that" not in client.get("/account/profile").text


def test_link_is_sent_again_and_only_the_last_works(client: FlaskClient, newcomer: User, path: Path) -> None:
    first = path(Purpose.VERIFY_ADDRESS)
    factories.sign_in(client, newcomer)
    assert client.post("/account/resend-verification").location == "/account/profile"
    assert Message.select().where(Message.name == "verify_address").count() == 2
    assert client.post(first).status_code == 410
    assert "A newer link was sent to you" in client.get(first).text
    assert client.post(path(Purpose.VERIFY_ADDRESS)).status_code == 303


def test_verified_person_gets_no_second_link(client: FlaskClient, app: Flask) -> None:
    factories.sign_in(client, factories.user())
    answer = client.post("/account/resend-verification", headers={"Referer": "http://localhost/account/profile"})
    assert "This address is verified already." in client.get(answer.location).text
    assert not Message.select().exists()


@pytest.mark.parametrize("purpose", [Purpose.VERIFY_ADDRESS, Purpose.RESET_PASSWORD])
def test_link_works_once(client: FlaskClient, newcomer: User, path: Path, purpose: Purpose) -> None:
    credentials.ask_for_reset(newcomer.email)
    assert client.post(path(purpose), data={"password": NEW}).status_code == 303
    again = client.post(path(purpose), data={"password": "another one entirely"})
    assert again.status_code == 410
    assert "This link was used" in again.text
    assert not User.get().check_password("another one entirely")


@pytest.mark.parametrize(
    ("purpose", "life"), [(Purpose.VERIFY_ADDRESS, timedelta(days=3)), (Purpose.RESET_PASSWORD, timedelta(hours=1))]
)
def test_link_expires(
    client: FlaskClient, clock: StandingClock, newcomer: User, path: Path, purpose: Purpose, life: timedelta
) -> None:
    credentials.ask_for_reset(newcomer.email)
    clock.moment += life
    answer = client.post(path(purpose), data={"password": NEW})
    assert answer.status_code == 410
    assert "This link has expired" in answer.text
    assert not User.get().check_password(NEW)
    assert User.get().verified_at is None


@pytest.mark.parametrize("purpose", [Purpose.VERIFY_ADDRESS, Purpose.RESET_PASSWORD])
def test_tampered_link_opens_nothing(client: FlaskClient, newcomer: User, path: Path, purpose: Purpose) -> None:
    credentials.ask_for_reset(newcomer.email)
    token = path(purpose)
    for wrong in (token[:-2] + "AA", token.replace(f"{purpose.value}.", "invite."), "/links/x", "/links/verify.1."):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data={"password": NEW}).status_code == 404
    assert User.get().verified_at is None


def test_asking_for_a_reset_says_nothing(client: FlaskClient, app: Flask) -> None:
    holder = factories.user("Mira Castellan", email="mira@quillmark.ch")
    known = client.post("/login/reset", data={"email": "Mira@Quillmark.ch"})
    unknown = client.post("/login/reset", data={"email": "nobody@quillmark.ch"})
    assert known.status_code == unknown.status_code == 200
    assert plain(known, "Mira@quillmark.ch") == plain(unknown, "nobody@quillmark.ch")
    assert [(m.name, m.user_id) for m in Message.select()] == [("reset_password", holder.id)]


def test_suspended_person_gets_no_link(client: FlaskClient, app: Flask, clock: StandingClock) -> None:
    user = factories.user(suspended_at=clock.now())
    assert client.post("/login/reset", data={"email": user.email}).status_code == 200
    assert not Message.select().exists()


def test_misspelt_address_is_refused(client: FlaskClient, app: Flask) -> None:
    page = client.post("/login/reset", data={"email": "mira at quillmark"})
    assert page.status_code == 422
    assert "This is not written like an e-mail address." in page.text


def test_reset_sets_the_password_and_ends_sessions(client: FlaskClient, forgetful: User, path: Path) -> None:
    assert Session.select().count() == 1
    page = client.get(path(Purpose.RESET_PASSWORD))
    assert "Set this password" in page.text
    assert forgetful.check_password(factories.PASSWORD)
    answer = client.post(path(Purpose.RESET_PASSWORD), data={"password": NEW})
    assert answer.location == "/login"
    assert User.get().check_password(NEW)
    assert not Session.select().exists()
    told = Message.get(Message.name == "password_changed")
    assert (told.to_address, told.context["address"]) == (forgetful.email, "127.0.0.1")
    assert {"user.password_changed", "session.others_ended"} <= {e.act for e in Entry.select()}


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_poor_password_leaves_the_link_open(client: FlaskClient, forgetful: User, path: Path, password: str) -> None:
    page = client.post(path(Purpose.RESET_PASSWORD), data={"password": password})
    assert page.status_code == 422
    assert "field--bad" in page.text
    assert User.get().check_password(factories.PASSWORD)
    assert client.post(path(Purpose.RESET_PASSWORD), data={"password": NEW}).status_code == 303


def test_reset_proves_the_address(client: FlaskClient, newcomer: User, path: Path) -> None:
    credentials.ask_for_reset(newcomer.email)
    client.post(path(Purpose.RESET_PASSWORD), data={"password": NEW})
    assert User.get().verified_at is not None

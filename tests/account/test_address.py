"""Another e-mail address: asked for with the password, confirmed at the new one, announced at the old one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.ground.state import state
from models import links
from models.account import credentials
from models.account.users import User
from models.journal import Entry
from models.links import Link, Purpose
from models.outbox import Message
from tests import factories
from tests.conftest import Cast, StandingClock

NEW = {"email": "mira@new.example.org", "current": factories.PASSWORD}


@pytest.fixture
def mira(client: FlaskClient, cast: Cast) -> User:
    """Signed in."""
    factories.sign_in(client, cast.representative)
    return cast.representative


@pytest.fixture
def path(app: Flask, mira: User) -> str:
    """The link at the new address."""
    credentials.ask_for_new_address(mira, factories.PASSWORD, NEW["email"], mira.actor())
    link = Link.get(Link.purpose == Purpose.CHANGE_ADDRESS.value)
    with app.app_context():
        return f"/links/{links.token(state().environment.secret_key, link.id, link.purpose)}"


def test_link_goes_to_the_new_address(client: FlaskClient, mira: User) -> None:
    answer = client.post("/account/profile/address", data=NEW)
    assert answer.location == "/account/profile"
    assert "Until it is confirmed there, nothing changes." in client.get("/account/profile").text
    message = Message.get(Message.name == "change_address")
    assert (message.to_address, message.context) == (NEW["email"], {"old": mira.email})
    assert User.get_by_id(mira.id).email == mira.email
    assert Entry.get(Entry.act == "user.address_asked").details == {"email": NEW["email"]}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"current": "wrong wrong wrong"}, "This is not your current password."),
        ({"current": ""}, "Fill this in."),
        ({"email": "mira at new"}, "This is not written like an e-mail address."),
    ],
)
def test_wrong_input_sends_nothing(client: FlaskClient, mira: User, change: dict[str, str], sentence: str) -> None:
    page = client.post("/account/profile/address", data={**NEW, **change})
    assert page.status_code == 422
    assert sentence in page.text
    assert not Message.select().exists()


def test_own_address_is_no_new_one(client: FlaskClient, mira: User) -> None:
    page = client.post("/account/profile/address", data={**NEW, "email": mira.email})
    assert page.status_code == 422
    assert "This is your address already." in page.text


def test_taken_address_is_not_given_away(client: FlaskClient, mira: User, cast: Cast) -> None:
    answer = client.post("/account/profile/address", data={**NEW, "email": cast.stranger.email})
    assert answer.location == "/account/profile"
    assert [(m.name, m.to_address) for m in Message.select()] == [("already_registered", cast.stranger.email)]


def test_confirmed_at_the_new_and_announced_at_the_old(client: FlaskClient, mira: User, path: str) -> None:
    page = client.get(path).text
    assert mira.email in page
    assert NEW["email"] in page
    assert User.get_by_id(mira.id).email == mira.email, "looking changes nothing"
    assert client.post(path).location == "/account/profile"
    assert User.get_by_id(mira.id).email == NEW["email"]
    assert credentials.authenticate(NEW["email"], factories.PASSWORD) == mira
    told = Message.get(Message.name == "address_changed")
    assert (told.to_address, told.context["new"]) == (mira.email, NEW["email"])
    entry = Entry.get(Entry.act == "user.changed")
    assert entry.details == {"changes": {"email": [mira.email, NEW["email"]]}}


def test_works_without_a_sign_in(app: Flask, mira: User, path: str) -> None:
    assert app.test_client().post(path).location == "/login"
    assert User.get_by_id(mira.id).email == NEW["email"]


def test_reset_sent_to_the_old_address_dies(app: Flask, client: FlaskClient, mira: User, path: str) -> None:
    credentials.ask_for_reset(mira.email)
    client.post(path)
    assert Link.get(Link.purpose == Purpose.RESET_PASSWORD.value).state == "revoked"


def test_works_once(client: FlaskClient, mira: User, path: str) -> None:
    client.post(path)
    again = client.post(path)
    assert again.status_code == 410
    assert f"The account uses {NEW['email']} since then." in again.text


def test_expires_after_a_day(client: FlaskClient, clock: StandingClock, mira: User, path: str) -> None:
    clock.moment += timedelta(hours=24)
    assert client.post(path).status_code == 410
    assert "The account keeps its old address." in client.get(path).text
    assert User.get_by_id(mira.id).email == mira.email


def test_tampered_link_opens_nothing(client: FlaskClient, mira: User, path: str) -> None:
    assert client.post(path[:-2] + "AA").status_code == 404
    assert client.post(path.replace("/address.", "/reset.")).status_code == 404
    assert User.get_by_id(mira.id).email == mira.email


def test_address_taken_in_the_meantime_is_refused(client: FlaskClient, mira: User, path: str) -> None:
    factories.user("Somebody Else", email=NEW["email"])
    answer = client.post(path, headers={"Referer": f"http://localhost{path}"})
    assert answer.location == path
    assert "Another account has this address by now." in client.get(path).text
    assert User.get_by_id(mira.id).email == mira.email
    assert Link.get(Link.purpose == Purpose.CHANGE_ADDRESS.value).state == "open", "nothing of it happened"


def test_a_change_that_waits_is_shown_and_can_be_withdrawn(client: FlaskClient, mira: User, path: str) -> None:
    assert f"{NEW['email']} waits to be confirmed until" in client.get("/account/profile").text
    client.post("/account/profile/address/keep")
    page = client.get("/account/profile").text
    assert f"Your address stays {mira.email}." in page
    assert "waits to be confirmed" not in page
    assert client.post(path).status_code == 410
    assert User.get_by_id(mira.id).email == mira.email
    assert Entry.get(Entry.act == "user.address_kept").details == {"email": NEW["email"]}


def test_a_change_to_a_taken_address_looks_as_if_it_waited(client: FlaskClient, mira: User, cast: Cast) -> None:
    client.post("/account/profile/address", data={**NEW, "email": cast.stranger.email})
    assert f"{cast.stranger.email} waits to be confirmed until" in client.get("/account/profile").text
    assert [message.name for message in Message.select()] == ["already_registered"]

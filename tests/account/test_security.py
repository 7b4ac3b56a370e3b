"""The password and the sessions: changing one ends the others, and what is sensitive asks again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.account import credentials, sessions
from models.account.sessions import Session
from models.account.users import User
from models.journal import Entry
from models.links import Link
from models.outbox import Message
from tests import factories
from tests.conftest import Cast, StandingClock

NEW = "willow twigs in the rain"
CHANGE = {"current": factories.PASSWORD, "password": NEW}


@pytest.fixture
def own(client: FlaskClient, cast: Cast) -> Session:
    """The session of the person behind the client."""
    return factories.sign_in(client, cast.representative, address="192.0.2.14")


@pytest.fixture
def other(app: Flask, own: Session) -> Session:
    """A session of the same person elsewhere."""
    return factories.sign_in(app.test_client(), own.user, address="198.51.100.7")


def test_change_ends_the_other_sessions_and_is_told(client: FlaskClient, own: Session, other: Session) -> None:
    assert "This ends your 1 other session." in client.get("/account/security").text
    assert client.post("/account/security/password", data=CHANGE).location == "/account/security"
    page = client.get("/account/security").text
    assert "Your password is changed. Your other session was ended." in page
    assert User.get_by_id(own.user_id).check_password(NEW)
    assert [s.id for s in sessions.of_user(own.user)] == [own.id]
    assert Message.get(Message.name == "password_changed").user_id == own.user_id
    assert {"user.password_changed", "session.others_ended"} <= {e.act for e in Entry.select()}


def test_change_kills_what_a_thief_may_have_asked_for(client: FlaskClient, own: Session) -> None:
    credentials.ask_for_reset(own.user.email)
    credentials.ask_for_new_address(own.user, factories.PASSWORD, "thief@example.org", own.user.actor())
    client.post("/account/security/password", data=CHANGE)
    assert {link.purpose: link.state for link in Link.select()} == {"reset": "revoked", "address": "revoked"}


def test_reset_kills_a_change_of_address(app: Flask, own: Session) -> None:
    credentials.ask_for_new_address(own.user, factories.PASSWORD, "thief@example.org", own.user.actor())
    credentials.ask_for_reset(own.user.email)
    credentials.reset(Link.get(Link.purpose == "reset"), NEW, None)
    assert Link.get(Link.purpose == "address").state == "revoked"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"current": "wrong wrong wrong"}, "This is not your current password."),
        ({"password": "short"}, "Take at least 10 characters."),
        ({"password": "1234567890"}, "Too many people use this password."),
        ({"password": "Mira Castellan"}, "This is your own name or address."),
        ({"password": ""}, "Fill this in."),
    ],
)
def test_wrong_input_changes_nothing(
    client: FlaskClient, own: Session, other: Session, change: dict[str, str], sentence: str
) -> None:
    page = client.post("/account/security/password", data={**CHANGE, **change})
    assert page.status_code == 422
    assert sentence in page.text
    assert User.get_by_id(own.user_id).check_password(factories.PASSWORD)
    assert Session.select().count() == 2
    assert not Message.select().exists()


def test_a_poor_new_password_is_no_guess(client: FlaskClient, own: Session, limits: None) -> None:
    poor = {**CHANGE, "password": "short"}
    assert {client.post("/account/security/password", data=poor).status_code for _ in range(12)} == {422}
    assert client.post("/account/security/password", data=CHANGE).status_code == 303


def test_guesses_at_the_password_are_limited(client: FlaskClient, own: Session, limits: None) -> None:
    guess = {**CHANGE, "current": "wrong wrong wrong"}
    answers = [client.post("/account/security/password", data=guess).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_list_says_where_and_when(client: FlaskClient, own: Session, other: Session) -> None:
    page = client.get("/account/sessions").text
    assert "You are signed in on 2 devices" in page
    assert "192.0.2.14" in page
    assert "198.51.100.7" in page
    assert page.count("This one") == 1
    assert f"/account/sessions/{other.id}/end" in page
    assert f"/account/sessions/{own.id}/end" not in page


def test_end_one(client: FlaskClient, own: Session, other: Session) -> None:
    question = client.get(f"/account/sessions/{other.id}/end").text
    assert "Sign out Test browser?" in question
    assert 'type="password"' not in question, "it was given a moment ago"
    assert Session.select().count() == 2
    assert client.post(f"/account/sessions/{other.id}/end").location == "/account/sessions"
    assert [s.id for s in Session.select()] == [own.id]
    assert Entry.get(Entry.act == "session.ended").subject_id == other.id


def test_end_all_others(client: FlaskClient, own: Session, other: Session) -> None:
    assert "End 1 other session?" in client.get("/account/sessions/end-others").text
    client.post("/account/sessions/end-others")
    assert "One session was ended." in client.get("/account/sessions").text
    assert [s.id for s in Session.select()] == [own.id]
    client.post("/account/sessions/end-others")
    assert "There was no other session." in client.get("/account/sessions").text


@pytest.mark.parametrize("which", ["one", "others"])
def test_ending_asks_for_the_password_after_ten_minutes(
    client: FlaskClient, clock: StandingClock, own: Session, other: Session, which: str
) -> None:
    clock.moment += timedelta(minutes=11)
    path = "/account/sessions/" + (f"{other.id}/end" if which == "one" else "end-others")
    assert 'type="password"' in client.get(path).text
    for data in ({}, {"current": "wrong wrong wrong"}):
        page = client.post(path, data=data)
        assert page.status_code == 422
        assert "This is not your password." in page.text
    assert Session.select().count() == 2
    assert client.post(path, data={"current": factories.PASSWORD}).status_code == 303
    assert [s.id for s in Session.select()] == [own.id]


def test_sessions_of_others_are_not_there(client: FlaskClient, app: Flask, own: Session, cast: Cast) -> None:
    foreign = factories.sign_in(app.test_client(), cast.stranger)
    assert client.get(f"/account/sessions/{foreign.id}/end").status_code == 404
    assert client.post(f"/account/sessions/{foreign.id}/end").status_code == 404
    assert Session.select().count() == 2


def test_session_ends_by_itself(client: FlaskClient, clock: StandingClock, own: Session) -> None:
    clock.moment += timedelta(hours=11, minutes=59)
    assert client.get("/account/sessions").status_code == 200
    clock.moment += timedelta(hours=11, minutes=59)
    assert client.get("/account/sessions").status_code == 200, "each use prolongs it"
    clock.moment += timedelta(hours=12)
    assert client.get("/account/sessions").location == "/login?next=/account/sessions"


def test_password_given_again_holds_for_ten_minutes(
    client: FlaskClient, clock: StandingClock, own: Session, other: Session
) -> None:
    clock.moment += timedelta(minutes=11)
    assert 'type="password"' in client.get("/account/sessions/end-others").text
    client.post(f"/account/sessions/{other.id}/end", data={"current": factories.PASSWORD})
    assert 'type="password"' not in client.get("/account/sessions/end-others").text
    clock.moment += timedelta(minutes=11)
    assert 'type="password"' in client.get("/account/sessions/end-others").text


def test_wrong_password_confirms_nothing(
    client: FlaskClient, clock: StandingClock, own: Session, other: Session
) -> None:
    clock.moment += timedelta(minutes=11)
    page = client.post(f"/account/sessions/{other.id}/end", data={"current": "wrong wrong wrong"})
    assert page.status_code == 422
    assert "This is not your password." in page.text
    assert not sessions.password_holds(Session.get().password_at)

"""Sign-in: one answer for unknown and wrong, limits, new devices, sign-out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.account import credentials, passwords, sessions
from models.account.sessions import KEPT_LIFE, Session
from models.account.users import User
from models.base import now
from models.errors import Refused
from models.journal import Entry
from models.links import Link
from models.outbox import Message
from tests import factories
from tests.conftest import Cast, StandingClock

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(client: FlaskClient, email: str, password: str = factories.PASSWORD, **values: str) -> TestResponse:
    return client.post("/login", data={"email": email, "password": password, **values}, headers={"User-Agent": FIREFOX})


def plain(page: TestResponse, email: str) -> str:
    """What a page says to anybody: without the address that was typed and the form's token."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text).replace(email, "…")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password fits, and finding out costs nothing."""
    monkeypatch.setattr(passwords, "matches", lambda kept, password: False)


def test_right_password_opens_a_session(client: FlaskClient, cast: Cast) -> None:
    answer = sign_in(client, cast.representative.email)
    assert answer.status_code == 303
    session = Session.get()
    assert (session.user_id, session.device, session.address) == (
        cast.representative.id,
        "Firefox · Linux",
        "127.0.0.1",
    )
    assert client.get(answer.location).location == f"/o/{cast.organization.slug}/"
    assert Entry.get(Entry.act == "user.signed_in").user_id == cast.representative.id


def test_address_is_read_whatever_its_case(client: FlaskClient, cast: Cast) -> None:
    assert sign_in(client, f"  {cast.representative.email.upper()} ").status_code == 303


def test_cookie_is_closed_to_scripts(client: FlaskClient, cast: Cast) -> None:
    cookies = sign_in(client, cast.representative.email).headers.getlist("Set-Cookie")
    key = next(cookie for cookie in cookies if cookie.startswith("intendant="))
    assert "HttpOnly" in key
    assert "SameSite=Lax" in key
    assert "Expires" not in key


def test_every_cookie_is_for_https_alone_where_pages_are(client: FlaskClient, cast: Cast) -> None:
    form = client.get("/login", base_url="https://localhost")
    answer = client.post(
        "/login",
        base_url="https://localhost",
        data={"email": cast.representative.email, "password": factories.PASSWORD},
    )
    cookies = form.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-form", "__Host-intendant", "__Host-device"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie


def test_kept_session_outlives_the_browser(client: FlaskClient, cast: Cast) -> None:
    cookies = sign_in(client, cast.representative.email, keep="y").headers.getlist("Set-Cookie")
    assert any(cookie.startswith("intendant=") and "Expires" in cookie for cookie in cookies)
    session = Session.get()
    assert session.expires_at - session.created_at == KEPT_LIFE


def test_wrong_and_unknown_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    wrong = sign_in(client, cast.representative.email, "not this one at all")
    unknown = sign_in(client, "nobody@example.org", "not this one at all")
    assert wrong.status_code == unknown.status_code == 422
    assert plain(wrong, cast.representative.email) == plain(unknown, "nobody@example.org")
    assert "E-mail and password don&#39;t fit together." in wrong.text
    assert not Session.select().exists()


def test_unknown_address_costs_the_same_work(client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = PasswordHasher.verify

    def count(self: PasswordHasher, kept: str, password: str) -> bool:
        checked.append(kept.rpartition("$")[0].rpartition("$")[0])
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", count)
    sign_in(client, cast.representative.email, "not this one at all")
    sign_in(client, "nobody@example.org", "not this one at all")
    assert len(checked) == 2
    assert checked[0] == checked[1], "the same algorithm with the same parameters"


def test_empty_form_names_both_fields(client: FlaskClient, app: Flask) -> None:
    page = sign_in(client, " ", "")
    assert page.status_code == 422
    assert page.text.count("Fill this in.") == 4, "beside each field and in the summary"
    assert "<title>Error: Sign in" in page.text


def test_suspended_person_is_told_after_the_right_password(client: FlaskClient, cast: Cast) -> None:
    User.update(suspended_at=now()).where(User.id == cast.stranger.id).execute()
    assert "suspended" not in sign_in(client, cast.stranger.email, "not this one at all").text
    assert "This account is suspended." in sign_in(client, cast.stranger.email).text
    assert not Session.select().exists()


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\r/elsewhere.example",
        "/\n/elsewhere.example",
        "/account\r\nSet-Cookie: a=b",
        "/\u200b/elsewhere.example",
        "http://localhost//elsewhere.example",
        "http://localhost.elsewhere.example/",
    ],
)
def test_nobody_is_sent_elsewhere(client: FlaskClient, cast: Cast, target: str) -> None:
    assert sign_in(client, cast.representative.email, next=target).location == "/"


def test_sign_in_leads_back_to_the_page_that_asked(client: FlaskClient, cast: Cast) -> None:
    asked = client.get("/account/sessions")
    assert asked.location == "/login?next=/account/sessions"
    assert 'value="/account/sessions"' in client.get(asked.location).text
    assert sign_in(client, cast.representative.email, next="/account/sessions").location == "/account/sessions"


def test_new_device_is_told_by_mail(client: FlaskClient, app: Flask, cast: Cast) -> None:
    sign_in(client, cast.representative.email)
    assert not Message.select().where(Message.name == "new_sign_in").exists(), "the first device is not new"
    client.post("/logout")
    sign_in(client, cast.representative.email)
    assert not Message.select().where(Message.name == "new_sign_in").exists(), "known by its cookie"
    sign_in(app.test_client(), cast.representative.email)
    told = Message.get(Message.name == "new_sign_in")
    assert told.to_address == cast.representative.email
    assert told.context["device"] == "Firefox · Linux"


def test_hash_is_made_anew_when_parameters_grew(client: FlaskClient, cast: Cast) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    User.update(password_hash=weak).where(User.id == cast.stranger.id).execute()
    sign_in(client, cast.stranger.email)
    fresh = User.get_by_id(cast.stranger.id).password_hash
    assert fresh != weak
    assert not passwords.is_outdated(fresh)
    assert credentials.authenticate(cast.stranger.email, factories.PASSWORD) == cast.stranger


def test_guesses_at_one_address_are_limited(client: FlaskClient, cast: Cast, limits: None) -> None:
    answers = [sign_in(client, cast.representative.email, "guess").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert sign_in(client, cast.representative.email).status_code == 429
    assert sign_in(client, cast.stranger.email).status_code == 303, "others aren't kept out"


def test_page_says_how_long_the_door_stays_shut(client: FlaskClient, cast: Cast, limits: None, quick: None) -> None:
    for _ in range(10):
        sign_in(client, cast.representative.email, "guess")
    shut = sign_in(client, cast.representative.email)
    assert 14 * 60 < int(shut.headers["Retry-After"]) <= 15 * 60
    assert "The door stays shut for 15 minutes." in shut.text


def test_an_unfinished_form_is_no_guess(client: FlaskClient, cast: Cast, limits: None) -> None:
    assert {sign_in(client, cast.representative.email, "").status_code for _ in range(12)} == {422}
    assert sign_in(client, cast.representative.email).status_code == 303


def test_guesses_from_one_network_are_limited(client: FlaskClient, cast: Cast, limits: None, quick: None) -> None:
    answers = [sign_in(client, f"person.{n}@example.org", "guess").status_code for n in range(51)]
    assert answers == [422] * 50 + [429]


def test_right_passwords_do_not_count(client: FlaskClient, cast: Cast, limits: None) -> None:
    assert {sign_in(client, cast.stranger.email).status_code for _ in range(12)} == {303}


def test_sign_out_ends_the_session(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    assert client.post("/logout").location == "/login"
    assert not Session.select().exists()
    assert Entry.get(Entry.act == "session.ended").user_id == cast.representative.id
    assert "You are signed out." in client.get("/login").text
    assert client.post("/logout").status_code == 303


def test_sign_out_after_a_pause_is_no_fault(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    factories.sign_in(client, cast.representative)
    clock.moment += timedelta(minutes=6)
    assert client.post("/logout").location == "/login"
    assert not Session.select().exists()


def test_sign_in_takes_the_place_of_who_was_there(client: FlaskClient, cast: Cast) -> None:
    before = factories.sign_in(client, cast.administrator)
    sign_in(client, cast.representative.email)
    assert [session.user_id for session in Session.select()] == [cast.representative.id]
    ended = Entry.get(Entry.act == "session.ended")
    assert (ended.subject_id, ended.user_id) == (before.id, cast.administrator.id)


@pytest.mark.parametrize("meanwhile", ["a reset", "a suspension"])
def test_password_that_was_right_a_moment_ago_opens_nothing(app: Flask, cast: Cast, meanwhile: str) -> None:
    user = credentials.authenticate(cast.stranger.email, factories.PASSWORD)
    if meanwhile == "a reset":
        credentials.ask_for_reset(user.email)
        credentials.reset(Link.get(), "willow twigs in the rain", None)
    else:
        User.update(suspended_at=now()).where(User.id == user.id).execute()
    with pytest.raises(Refused):
        sessions.open_session(user, keep=True, address="192.0.2.14", device="Firefox", device_key=None)
    assert not Session.select().exists()


def test_sign_out_is_not_done_by_a_link(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    assert client.get("/logout").status_code == 405
    assert Session.select().exists()


def test_who_is_signed_in_needs_no_sign_in(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    assert client.get("/login").location == "/back-office/"
    assert client.get("/login?next=/account/profile").location == "/account/profile"
    assert client.get("/").location == "/back-office/"


def test_front_door_offers_both_ways_in(client: FlaskClient, app: Flask) -> None:
    page = client.get("/").text
    assert 'href="/login"' in page
    assert 'href="/signup"' in page

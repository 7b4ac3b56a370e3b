"""How long a session lasts: each use prolongs it, the cookie with it, but not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from models.account import sessions
from models.account.sessions import KEPT_LIFE, LIFE, LONGEST_LIFE, Session
from models.journal import Entry
from tests import factories
from tests.conftest import Cast, StandingClock


def signed_in(client: FlaskClient, cast: Cast, *, keep: bool) -> Session:
    opened = sessions.open_session(
        cast.representative, keep=keep, address="192.0.2.14", device="Firefox", device_key="known"
    )
    client.set_cookie("intendant", opened.key)
    return opened.session


def use(client: FlaskClient) -> TestResponse:
    return client.get("/account/profile", environ_base={"REMOTE_ADDR": "198.51.100.7"})


def end_of_the_cookie(answer: TestResponse) -> datetime | None:
    """When the session's cookie ends, if it was sent again."""
    sent = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("intendant=")]
    if not sent:
        return None
    expires = next(part for part in sent[0].split("; ") if part.startswith("Expires="))
    return parsedate_to_datetime(expires.removeprefix("Expires=")).astimezone(UTC)


def test_use_is_noted_after_five_minutes(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    began = clock.moment
    signed_in(client, cast, keep=False)
    clock.moment += timedelta(minutes=4)
    use(client)
    assert (Session.get().last_used_at, Session.get().address) == (began, "192.0.2.14")
    clock.moment += timedelta(minutes=1)
    answer = use(client)
    kept = Session.get()
    assert (kept.last_used_at, kept.address) == (clock.moment, "198.51.100.7")
    assert kept.expires_at == clock.moment + LIFE
    assert end_of_the_cookie(answer) is None, "the browser forgets it by itself"


def test_cookie_of_a_kept_session_lasts_as_long_as_its_row(
    client: FlaskClient, cast: Cast, clock: StandingClock
) -> None:
    signed_in(client, cast, keep=True)
    clock.moment += timedelta(days=59)
    answer = use(client)
    assert Session.get().expires_at == clock.moment + KEPT_LIFE
    assert end_of_the_cookie(answer) == (clock.moment + KEPT_LIFE).replace(microsecond=0)
    assert end_of_the_cookie(use(client)) is None, "once in five minutes"


@pytest.mark.parametrize("keep", [True, False])
def test_no_session_outlives_180_days(client: FlaskClient, cast: Cast, clock: StandingClock, keep: bool) -> None:
    began = clock.moment
    signed_in(client, cast, keep=keep)
    pause = timedelta(days=40) if keep else timedelta(hours=11)
    while use(client).status_code == 200:
        clock.moment += pause
    assert LONGEST_LIFE <= clock.moment - began < LONGEST_LIFE + pause
    assert Session.get().expires_at == began + LONGEST_LIFE


def test_what_was_ended_elsewhere_stays_ended(
    client: FlaskClient, app: Flask, cast: Cast, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = app.view_functions["account.profile"]

    def signed_out_in_another_tab() -> ResponseReturnValue:
        answer = page()
        Session.delete().execute()
        return answer

    monkeypatch.setitem(app.view_functions, "account.profile", signed_out_in_another_tab)
    signed_in(client, cast, keep=True)
    clock.moment += timedelta(minutes=6)
    answer = use(client)
    assert answer.status_code == 200
    assert end_of_the_cookie(answer) is None
    assert not Session.select().exists()


def test_session_ends_once_however_often_it_is_ended(client: FlaskClient, cast: Cast) -> None:
    own = factories.sign_in(client, cast.representative)
    for _ in range(2):
        sessions.end(own, cast.representative.actor())
    assert Entry.select().where(Entry.act == "session.ended").count() == 1
    assert client.post("/logout").location == "/login"

"""Limits: what counts against them, by whom it is counted, and that honest people are not kept out."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.ground import limits as ground
from blueprints.ground.limits import address_key
from blueprints.ground.state import state
from models import links
from models.account import credentials, passwords
from models.links import Link, Purpose
from tests.conftest import Cast
from tests.entry.test_login import sign_in
from tests.entry.test_signup import FILLED, invite

pytestmark = pytest.mark.usefixtures("limits", "quick")


@pytest.fixture
def quick(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing a new password costs next to nothing; that of nobody stays as costly as a real one."""
    passwords.matches(None, "")
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_a_mistyped_sign_up_keeps_what_was_typed_however_often(client: FlaskClient, app: Flask) -> None:
    for _ in range(8):
        page = client.post("/signup", data={**FILLED, "postcode": ""})
        assert page.status_code == 422
        assert "Rheinweg 4" in page.text
    assert client.post("/signup", data=FILLED).location == "/signup/sent"


def test_sign_ups_of_one_address_are_limited(client: FlaskClient, app: Flask) -> None:
    answers = [client.post("/signup", data=FILLED) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert 59 * 60 < int(answers[-1].headers["Retry-After"]) <= 60 * 60
    assert "The door stays shut for 60 minutes." in answers[-1].text


def test_links_to_one_address_are_limited(client: FlaskClient, cast: Cast) -> None:
    mistyped = {client.post("/login/reset", data={"email": "mira at quillmark"}).status_code for _ in range(8)}
    sent = [client.post("/login/reset", data={"email": cast.stranger.email}).status_code for _ in range(6)]
    assert (mistyped, sent) == ({422}, [200] * 5 + [429])


def test_invited_people_are_counted_one_by_one(client: FlaskClient, app: Flask) -> None:
    sent = {"name": "Jonas", "password": "larch planks over water", "language": "en", "terms": "y"}
    answers = []
    for number in range(7):
        _link, path = invite(app, f"person.{number}@example.org")
        answers.append(app.test_client().post("/signup", data={**sent, "next": path}).location == path)
    assert answers == [True] * 7


def test_a_new_password_opens_the_door_at_once(client: FlaskClient, cast: Cast, app: Flask) -> None:
    for _ in range(10):
        sign_in(client, cast.stranger.email, "guess")
    assert sign_in(client, cast.stranger.email).status_code == 429
    credentials.ask_for_reset(cast.stranger.email)
    with app.app_context():
        link = Link.get(Link.purpose == Purpose.RESET_PASSWORD.value)
        token = links.token(state().environment.secret_key, link.id, link.purpose)
    assert client.post(f"/links/{token}", data={"password": "willow twigs in the rain"}).location == "/login"
    assert sign_in(client, cast.stranger.email, "willow twigs in the rain").status_code == 303


def guess_from(client: FlaskClient, address: str, number: int) -> TestResponse:
    form = {"email": f"person.{number}@example.org", "password": "guess"}
    return client.post("/login", data=form, environ_base={"REMOTE_ADDR": address})


def test_all_addresses_of_one_ipv6_network_are_one(client: FlaskClient, app: Flask) -> None:
    answers = [guess_from(client, f"2001:db8::{number:x}", number).status_code for number in range(51)]
    assert answers == [422] * 50 + [429]
    assert guess_from(client, "2001:db8:0:1::1", 60).status_code == 422, "the network beside it"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8::1", "2001:db8::"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::1", "::"),
        ("192.0.2.14", "192.0.2.14"),
        ("::ffff:192.0.2.14", "192.0.2.14"),
        ("somewhere", "somewhere"),
    ],
)
def test_network_of_an_address(app: Flask, address: str, network: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert ground.network() == f"network:{network}"


def test_an_endless_address_is_not_read_to_its_end(app: Flask) -> None:
    endless = "ﷺ" * 1_000_000  # One letter that folding makes eighteen of.
    assert len(address_key(endless)) < 10_000

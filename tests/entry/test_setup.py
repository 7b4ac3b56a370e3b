"""First run: the code makes the first operator, once; every step is a page, and none is left afterwards."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.ground.state import state
from models import outbox, settings
from models.account import setup
from models.account.sessions import Session
from models.account.users import User
from models.journal import Entry
from models.permissions import OperatorRole
from tests import factories
from tests.entry.test_signup import FILLED

OPERATOR = {"name": "Olga Tann", "email": "olga@tannwald.ch", "password": "larch planks over water"}
PROVIDER = {
    "provider_name": "Tannwald",
    "provider_country": "AT",
    "currency": "EUR",
    "language": "de",
    "time_zone": "Europe/Vienna",
    "public_address": "https://kunden.tannwald.example/",
    "confirmed": "y",
}


@pytest.fixture
def code(app: Flask) -> str:
    """The code of an instance that nobody has set up yet."""
    settings.Setting.delete().execute()
    settings.forget()
    with app.app_context():
        return setup.code(state().environment.secret_key)


@pytest.fixture
def operator(client: FlaskClient, code: str) -> User:
    """The first operator, in the middle of the setup."""
    client.post("/setup", data={**OPERATOR, "code": code})
    made: User = User.get()
    return made


def test_everything_leads_to_the_setup(client: FlaskClient, code: str) -> None:
    assert client.get("/").location == "/setup"
    assert "Who runs this?" in client.get("/setup").text


def test_code_makes_the_first_operator(client: FlaskClient, code: str) -> None:
    answer = client.post("/setup", data={**OPERATOR, "code": f" {code.upper()} "})
    assert answer.location == "/setup/provider"
    made = User.get()
    assert made.operator_roles == [role.value for role in OperatorRole]
    assert made.verified_at is not None
    assert Session.get().user_id == made.id
    assert Entry.get(Entry.act == "user.created").subject == "Olga Tann"
    assert client.get("/setup/provider").status_code == 200


def test_wrong_code_makes_nobody(client: FlaskClient, code: str) -> None:
    page = client.post("/setup", data={**OPERATOR, "code": "aaaa-bbbb-cccc"})
    assert page.status_code == 422
    assert "This is not the code" in page.text
    assert 'value="olga@tannwald.ch"' in page.text, "what was typed stays"
    assert not User.select().exists()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("short", "Take at least 10 characters."), ("password123", "Too many people use this password."), ("", "Fill")],
)
def test_poor_password_is_refused(client: FlaskClient, code: str, password: str, sentence: str) -> None:
    page = client.post("/setup", data={**OPERATOR, "code": code, "password": password})
    assert page.status_code == 422
    assert sentence in page.text
    assert not User.select().exists()


def test_code_is_void_after_its_use(client: FlaskClient, app: Flask, operator: User, code: str) -> None:
    other = app.test_client()
    assert other.get("/setup").status_code == 404
    assert other.post("/setup", data={**OPERATOR, "email": "eve@example.org", "code": code}).status_code == 404
    assert User.select().count() == 1
    assert other.get("/").location == "/login", "somebody else finds the sign-in"


def test_provider_is_kept(client: FlaskClient, operator: User) -> None:
    assert client.post("/setup/provider", data=PROVIDER).location == "/setup/mail"
    kept = settings.business()
    assert (kept.provider_name, kept.currency, kept.time_zone) == ("Tannwald", "EUR", "Europe/Vienna")
    assert not kept.ready
    assert User.get().time_zone == "Europe/Vienna"
    assert client.get("/").location == "/setup/provider", "until it is finished"


def test_address_of_the_environment_wins(client: FlaskClient, operator: User) -> None:
    assert "Fixed by INTENDANT_BASE_URL." in client.get("/setup/provider").text
    client.post("/setup/provider", data=PROVIDER)
    assert settings.business().public_address == "http://localhost"


@pytest.mark.parametrize(
    "address",
    [
        "http://[",
        "https://x y.example",
        "https://kunden.example:99999",
        "https://kunden.example:0",
        "https:",
        "https:///kunden",
        "ftp://kunden.example",
        "https://kunden.example/?a=b",
        "https://user:secret@kunden.example",
        "kunden.example",
    ],
)
def test_address_that_no_link_could_begin_with_is_refused(
    client: FlaskClient, app: Flask, operator: User, address: str
) -> None:
    with without_a_fixed_address(app):
        page = client.post("/setup/provider", data={**PROVIDER, "public_address": address})
    assert page.status_code == 422
    assert "Write the whole address" in page.text
    assert settings.business() == settings.Business()


@pytest.mark.parametrize(
    "address", ["https://kunden.example:8443/", "http://[::1]:8000", "https://bücher.example/konto"]
)
def test_address_is_kept_as_links_begin_with_it(client: FlaskClient, app: Flask, operator: User, address: str) -> None:
    with without_a_fixed_address(app):
        client.post("/setup/provider", data={**PROVIDER, "public_address": address})
    assert settings.business().public_address == address.rstrip("/")


@contextmanager
def without_a_fixed_address(app: Flask) -> Iterator[None]:
    """INTENDANT_BASE_URL is not set."""
    whole = app.extensions["intendant"]
    environment = dataclasses.replace(whole.environment, base_url=None)
    app.extensions["intendant"] = dataclasses.replace(whole, environment=environment)
    yield
    app.extensions["intendant"] = whole


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("provider_name", " ", "Fill this in."),
        ("currency", "XYZ", "Choose one of the list."),
        ("time_zone", "Moon/Crater", "Choose one of the list."),
        ("confirmed", "", "Links in mails need an address that works."),
    ],
)
def test_wrong_provider_is_refused(client: FlaskClient, operator: User, field: str, value: str, sentence: str) -> None:
    chosen = {name: text for name, text in {**PROVIDER, field: value}.items() if text}
    page = client.post("/setup/provider", data=chosen)
    assert page.status_code == 422
    assert sentence in page.text
    assert settings.business() == settings.Business()


def test_test_mail_goes_through_the_outbox(client: FlaskClient, operator: User) -> None:
    assert "hx-get" not in client.get("/setup/mail").text
    assert client.post("/setup/mail").location == "/setup/mail"
    message = outbox.Message.get(outbox.Message.name == "test_mail")
    assert message.to_address == "olga@tannwald.ch"
    page = client.get("/setup/mail").text
    assert "In the outbox" in page
    assert 'hx-trigger="load delay:2s"' in page
    fragment = client.get("/setup/mail", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="test-mail"')


@pytest.mark.parametrize(
    ("state", "attempts", "answer", "shown"),
    [
        ("sent", 1, None, "Written to a file"),
        ("failed", 1, "550 no such mailbox", "550 no such mailbox"),
        ("waiting", 1, "Connection refused", "Not accepted yet"),
    ],
)
def test_what_became_of_the_test_mail(
    client: FlaskClient, operator: User, state: str, attempts: int, answer: str | None, shown: str
) -> None:
    client.post("/setup/mail")
    outbox.Message.update(state=state, attempts=attempts, answer=answer).execute()
    page = client.get("/setup/mail").text
    assert shown in page
    assert ("hx-trigger" in page) == (state == "waiting"), "asks again only while that can change"


def test_finish_opens_the_house_and_closes_the_setup(client: FlaskClient, operator: User) -> None:
    client.post("/setup/provider", data=PROVIDER)
    assert client.post("/setup/finish").location == "/back-office/"
    assert settings.business().ready
    assert Entry.select().where(Entry.act == "settings.changed").count() == 2, "the provider's details, and the opening"
    for path in ("/setup", "/setup/provider", "/setup/mail"):
        assert client.get(path).status_code == 404


def test_nobody_signs_up_before_the_setup_is_done(app: Flask, operator: User) -> None:
    visitor = app.test_client()
    assert "New accounts are made by invitation" in visitor.get("/signup").text
    assert visitor.post("/signup", data=FILLED).status_code == 422
    assert 'href="/signup"' not in visitor.get("/login").text
    assert User.select().count() == 1


def test_guesses_at_the_code_are_limited_and_mistyped_forms_are_none(
    client: FlaskClient, code: str, limits: None
) -> None:
    mistyped = {**OPERATOR, "code": code, "email": "olga at tannwald"}
    assert {client.post("/setup", data=mistyped).status_code for _ in range(12)} == {422}
    guess = {**OPERATOR, "code": "aaaa-bbbb-cccc"}
    assert [client.post("/setup", data=guess).status_code for _ in range(11)] == [422] * 10 + [429]
    assert not User.select().exists()


def test_steps_are_for_operators(client: FlaskClient, app: Flask, operator: User) -> None:
    other = app.test_client()
    assert other.get("/setup/provider").location == "/login?next=/setup/provider"
    factories.sign_in(other, factories.user("Tobias Renk"))
    for path in ("/setup/provider", "/setup/mail"):
        assert other.get(path).status_code == 404
    assert other.post("/setup/finish").status_code == 404
    assert not settings.business().ready

"""Profile and preferences: saved as soon as changed, one at a time, with and without a script."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from peewee import Database

from blueprints.ground import languages
from models import base
from models.account import preferences
from models.account.users import User
from models.journal import Entry
from tests import factories
from tests.conftest import Cast, StandingClock

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def mira(client: FlaskClient, cast: Cast) -> User:
    """Signed in."""
    factories.sign_in(client, cast.representative)
    return cast.representative


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Mira Oberhuber"), ("phone", "+41 61 555 01 02"), ("language", "fr"), ("time_zone", "Europe/Lisbon")],
)
def test_detail_is_saved_at_once(client: FlaskClient, mira: User, clock: StandingClock, field: str, value: str) -> None:
    before = getattr(mira, field)
    answer = client.post(f"/account/profile/{field}", data={field: value}, headers=SCRIPT)
    assert answer.status_code == 200
    assert "Saved at 09:14" in answer.text
    assert getattr(User.get_by_id(mira.id), field) == value
    assert Entry.get(Entry.act == "user.changed").details == {"changes": {field: [before, value]}}


def test_without_a_script_the_page_says_it(client: FlaskClient, mira: User) -> None:
    answer = client.post("/account/profile/name", data={"name": "  Mira   Oberhuber "})
    assert answer.location == "/account/profile"
    page = client.get("/account/profile").text
    assert "Saved." in page
    assert 'value="Mira Oberhuber"' in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Fill this in."),
        ("name", "M" * 121, "At most 120 characters."),
        ("phone", "call me", "A phone number has digits."),
        ("language", "tlh", "Choose one of the list."),
        ("time_zone", "Moon/Crater", "Choose one of the list."),
    ],
)
def test_wrong_detail_is_refused(client: FlaskClient, mira: User, field: str, value: str, sentence: str) -> None:
    part = client.post(f"/account/profile/{field}", data={field: value}, headers=SCRIPT)
    whole = client.post(f"/account/profile/{field}", data={field: value})
    assert part.status_code == whole.status_code == 422
    assert sentence in part.text
    assert sentence in whole.text
    assert "saved--bad" in part.text
    assert mira.name in whole.text or field == "name"
    assert getattr(User.get_by_id(mira.id), field) == getattr(mira, field)


def test_phone_may_be_emptied(client: FlaskClient, mira: User) -> None:
    client.post("/account/profile/phone", data={"phone": "+41 61 555 01 02"})
    client.post("/account/profile/phone", data={"phone": ""})
    assert User.get_by_id(mira.id).phone == ""


@pytest.mark.parametrize("path", ["profile/operator_roles", "profile/email", "preferences/operator_roles"])
def test_nothing_else_can_be_changed(client: FlaskClient, mira: User, path: str) -> None:
    assert client.post(f"/account/{path}", data={path.partition("/")[2]: "security"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "mark"),
    [("theme", "dark", 'data-theme="dark"'), ("density", "compact", 'data-density="compact"')],
)
def test_preference_is_seen_on_the_next_page(
    client: FlaskClient, mira: User, clock: StandingClock, name: str, value: str, mark: str
) -> None:
    assert mark not in client.get("/account/preferences").text
    answer = client.post(f"/account/preferences/{name}", data={name: value}, headers=SCRIPT)
    assert "Saved at 09:14" in answer.text
    assert mark in client.get("/account/preferences").text


def test_language_is_a_preference_too(client: FlaskClient, mira: User) -> None:
    assert client.post("/account/preferences/language", data={"language": "it"}).location == "/account/preferences"
    assert User.get_by_id(mira.id).language == "it"


def test_wrong_preference_is_refused(client: FlaskClient, mira: User) -> None:
    part = client.post("/account/preferences/theme", data={"theme": "sepia"}, headers=SCRIPT)
    whole = client.post("/account/preferences/theme", data={})
    assert part.status_code == whole.status_code == 422
    assert "Choose one of the list." in part.text
    assert "Choose one of the list." in whole.text
    assert User.get_by_id(mira.id).theme == "auto"


def test_preference_costs_one_update(client: FlaskClient, mira: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/account/preferences")
    said: list[str] = []
    execute = Database.execute_sql

    def listen(self: Database, sql: str, *args: object, **kwargs: object) -> object:
        said.append(sql.split(maxsplit=1)[0].upper())
        return execute(self, sql, *args, **kwargs)

    monkeypatch.setattr(Database, "execute_sql", listen)
    client.post("/account/preferences/theme", data={"theme": "dark"}, headers=SCRIPT)
    assert [word for word in said if word not in ("BEGIN", "COMMIT")] == ["SELECT", "UPDATE"]
    assert base.db.transaction_depth() == 0


def test_fragment_of_a_lost_session_leads_to_the_sign_in(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/account/preferences/theme", data={"theme": "dark"}, headers=SCRIPT)
    assert answer.headers["HX-Redirect"].startswith("/login")


def test_languages_are_those_that_pages_speak() -> None:
    assert tuple(languages.LANGUAGES) == preferences.LANGUAGES

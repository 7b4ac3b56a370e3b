"""Settings that save by themselves, as a person meets them: saved, refused, offline, and without a script."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from models.account.users import User
from tests import factories
from tests.conftest import Cast

SAVED = re.compile(r"Saved at \d\d:\d\d")


@pytest.fixture
def mira(page: Page, server: str, client: FlaskClient, cast: Cast) -> User:
    """Signed in with the browser."""
    factories.sign_in(client, cast.representative)
    key = client.get_cookie("intendant")
    assert key is not None
    page.context.add_cookies([{"name": "intendant", "value": key.value, "url": server}])
    return cast.representative


def test_theme_is_seen_and_saved_at_once(page: Page, server: str, mira: User) -> None:
    page.goto(f"{server}/account/preferences")
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Dark")).to_be_checked()


def test_refused_name_jumps_back_and_says_why(page: Page, server: str, mira: User) -> None:
    page.goto(f"{server}/account/profile")
    name = page.get_by_label("Name", exact=True)
    name.fill(" ")
    name.blur()
    expect(page.get_by_role("status").filter(has_text="Fill this in.")).to_be_visible()
    expect(name).to_have_value(mira.name)
    name.fill("Mira Oberhuber")
    name.press("Enter")
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    assert User.get_by_id(mira.id).name == "Mira Oberhuber"


def test_lost_connection_is_told(page: Page, server: str, mira: User) -> None:
    page.goto(f"{server}/account/preferences")
    page.context.set_offline(True)
    page.get_by_text("Compact", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Not saved: no connection")).to_be_visible()
    expect(page.get_by_label("Normal")).to_be_checked()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_button_saves_without_a_script(page: Page, server: str, mira: User) -> None:
    page.goto(f"{server}/account/preferences")
    page.get_by_text("Light", exact=True).click()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#flashes")).to_contain_text("Saved.")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_sessions_end_without_a_script(page: Page, server: str, client: FlaskClient, mira: User) -> None:
    factories.sign_in(client, mira)
    page.goto(f"{server}/account/sessions")
    page.get_by_role("link", name="End all others").click()
    page.get_by_role("button", name="End 1 session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed in on 1 device")

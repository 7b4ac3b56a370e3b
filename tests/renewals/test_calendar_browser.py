"""In a browser: an address is made, copied and read, with scripts and without."""

from __future__ import annotations

import icalendar
import pytest
from playwright.sync_api import Page, expect

from models.base import today
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def address(page: Page, server: str, cast: Cast) -> str:
    """The page's address, with the legal representative signed in, who has one thing to renew."""
    factories.product(cast.organization, "quillmark.example", expires_on=today())
    factories.sign_in_browser(page.context, server, cast.representative)
    return f"{server}/account/calendar"


def read(page: Page, server: str) -> list[str]:
    """What a program reads at the address that the page shows."""
    shown = page.get_by_label("Secret address of your calendar").input_value()
    answer = page.request.get(server + shown.removeprefix("http://localhost"), fail_on_status_code=True)
    return [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(answer.body()).events]


def test_an_address_is_made_copied_and_read(page: Page, server: str, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    page.get_by_role("button", name="Make an address").click()
    field = page.get_by_label("Secret address of your calendar")
    expect(field).not_to_be_editable()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
    assert read(page, server) == ["quillmark.example expires: renew by hand"]
    link = page.get_by_role("link", name="Open in your calendar program")
    assert link.get_attribute("href") == field.input_value().replace("http:", "webcal:")


def test_where_there_is_no_clipboard_the_button_copies_all_the_same(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(address)
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()


def test_a_reload_shows_no_address_any_more(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_label("Secret address of your calendar")).to_be_visible()
    page.reload()
    expect(page.get_by_text("never so far")).to_be_visible()
    expect(page.get_by_label("Secret address of your calendar")).to_have_count(0)


def test_escape_leaves_the_question(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("link", name="Turn off").click()
    expect(page.get_by_role("heading", name="Turn the calendar feed off?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page).to_have_url(address)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_all_of_it_works(page: Page, server: str, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    assert read(page, server) == ["quillmark.example expires: renew by hand"]
    page.get_by_role("link", name="Make a new address").click()
    page.get_by_role("button", name="Make a new address").click()
    assert read(page, server) == ["quillmark.example expires: renew by hand"]
    page.get_by_role("link", name="Turn off").click()
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Make an address")).to_be_visible()

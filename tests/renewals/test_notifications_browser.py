"""In a browser: notifications save themselves, go back where that fails, and two tabs don't overwrite each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from models.organization.organizations import Organization
from models.renewals import preferences
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def address(page: Page, server: str, cast: Cast) -> str:
    """The page's address, with the legal representative signed in."""
    factories.sign_in_browser(page.context, server, cast.representative)
    return f"{server}/o/{cast.organization.slug}/billing/notifications"


def test_a_change_is_saved_at_once(page: Page, address: str, cast: Cast) -> None:
    page.goto(address)
    page.get_by_label("60", exact=True).check()
    expect(page.locator("#leads").get_by_role("status")).to_contain_text("Saved at")
    page.get_by_role("switch", name="Notice when an invoice is issued").uncheck()
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_have_count(2)
    kept = preferences.of(cast.organization.id)
    assert (kept.chosen, kept.invoice, kept.version) == ((60, 30, 7, 1), False, 2)
    page.reload()
    expect(page.get_by_label("60", exact=True)).to_be_checked()


def test_the_names_follow_who_is_chosen(page: Page, address: str, cast: Cast) -> None:
    Organization.update(billing_email="billing@quillmark.example").execute()
    page.goto(address)
    expect(page.locator("#addresses")).to_have_text("Mira Castellan, billing@quillmark.example")
    page.get_by_label("Administrators").check()
    expect(page.locator("#addresses")).to_contain_text("Adrian Moll")


def test_what_can_not_be_saved_goes_back_and_says_why(page: Page, address: str, cast: Cast) -> None:
    page.goto(address)
    page.route("**/billing/notifications", lambda route: route.abort())
    page.get_by_label("60", exact=True).click()
    expect(page.locator("#leads").get_by_role("status")).to_have_text("Not saved: no connection")
    expect(page.get_by_label("60", exact=True)).not_to_be_checked()
    page.unroute("**/billing/notifications")
    page.get_by_label("60", exact=True).check()
    expect(page.locator("#leads").get_by_role("status")).to_contain_text("Saved at")
    assert preferences.of(cast.organization.id).chosen == (60, 30, 7, 1)


def test_the_second_of_two_tabs_is_told(page: Page, address: str, cast: Cast) -> None:
    other = page.context.new_page()
    page.goto(address)
    other.goto(address)
    page.get_by_label("60", exact=True).check()
    expect(page.locator("#leads").get_by_role("status")).to_contain_text("Saved at")
    other.get_by_label("14", exact=True).click()
    expect(other.locator("#leads").get_by_role("status")).to_contain_text("changed elsewhere meanwhile")
    expect(other.get_by_label("14", exact=True)).not_to_be_checked()
    other.reload()
    other.get_by_label("14", exact=True).check()
    expect(other.locator("#leads").get_by_role("status")).to_contain_text("Saved at")
    assert preferences.of(cast.organization.id).chosen == (60, 30, 14, 7, 1)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_a_button_saves(page: Page, address: str, cast: Cast) -> None:
    page.goto(address)
    page.get_by_label("On the day").check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("On the day")).to_be_checked()
    assert preferences.of(cast.organization.id).chosen == (30, 7, 1, 0)

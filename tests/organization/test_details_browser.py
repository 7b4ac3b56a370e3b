"""In a browser: the form of the details, which asks for an agreement only where one is needed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from models.organization.organizations import Organization
from tests import factories
from tests.conftest import Cast


def test_a_new_number_asks_for_the_agreement_while_it_is_typed(page: Page, server: str, cast: Cast) -> None:
    Organization.update(street="Gerbergasse 14", postcode="4001", city="Basel", vat_number="CHE-123.456.788").execute()
    factories.sign_in_browser(page.context, server, cast.representative)
    page.goto(f"{server}/o/{cast.organization.slug}/settings/edit")
    number, agree = page.get_by_label("UID"), page.get_by_label("I agree to the general terms")
    expect(agree).to_have_count(0)
    number.fill("CHE-109.322.551")
    agree.check()
    number.press("End")
    number.press_sequentially(" MWST")
    expect(number).to_have_value("CHE-109.322.551 MWST")
    expect(agree).to_be_checked()
    number.fill("che123456788")
    expect(agree).to_have_count(0)
    expect(number).to_be_focused()
    number.fill("CHE-109.322.551")
    agree.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The details are saved.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_the_agreement_is_asked_when_it_is_sent(page: Page, server: str, cast: Cast) -> None:
    Organization.update(street="Gerbergasse 14", postcode="4001", city="Basel").execute()
    factories.sign_in_browser(page.context, server, cast.representative)
    page.goto(f"{server}/o/{cast.organization.slug}/settings/edit")
    expect(page.get_by_text("A new number takes your agreement to the general terms.")).to_be_visible()
    page.get_by_label("UID").fill("CHE-109.322.551")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("I agree to the general terms").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The details are saved.")).to_be_visible()


def test_the_fields_of_the_details_end_at_one_edge(page: Page, server: str, cast: Cast) -> None:
    factories.sign_in_browser(page.context, server, cast.representative)
    for path in (f"o/{cast.organization.slug}/settings/edit", "o/new"):
        page.goto(f"{server}/{path}")
        ends = page.locator("main :is(#name, #country, #street, #city, #time_zone)").evaluate_all(
            "all => all.map(one => Math.round(one.getBoundingClientRect().right))"
        )
        assert len(set(ends)) == 1, ends

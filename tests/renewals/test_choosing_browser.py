"""In a browser: what goes out next follows each choice; people and what is left out save themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from models.base import today
from models.permissions import Role
from models.products.products import Product
from models.renewals import left_out, recipients
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def product(cast: Cast) -> Product:
    """One that expires in 20 days, with a tag."""
    made = factories.product(cast.organization, "quillmark.example", expires_on=today() + timedelta(days=20))
    factories.tag(cast.organization, "let go", made)
    return made


@pytest.fixture
def address(page: Page, server: str, cast: Cast, product: Product) -> str:
    """The page's address, with the legal representative signed in."""
    factories.sign_in_browser(page.context, server, cast.representative)
    return f"{server}/o/{cast.organization.slug}/billing/notifications"


def test_what_goes_out_follows_each_choice(page: Page, address: str) -> None:
    page.goto(address)
    aside = page.get_by_role("complementary", name="With these settings")
    expect(aside).to_contain_text("You chose 7 days before the deadline.")
    page.get_by_label("7", exact=True).uncheck()
    expect(aside).not_to_contain_text("You chose 7 days before")
    page.get_by_label("14", exact=True).check()
    expect(aside).to_contain_text("You chose 14 days before the deadline.")
    page.get_by_label("E-mail for invoices").uncheck()
    page.get_by_label("Legal representatives").uncheck()
    expect(aside).to_contain_text("None: nobody gets these mails now.")


def test_someone_is_chosen_by_name(page: Page, address: str, cast: Cast) -> None:
    page.goto(address)
    page.get_by_role("link", name="Choose people").click()
    page.get_by_label("Ines Ostrander").check()
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    chosen = [one.name for one in recipients.candidates(cast.organization.id) if one.chosen]
    assert chosen == ["Ines Ostrander"]
    page.reload()
    page.get_by_label("Ines Ostrander").uncheck()
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()


def test_a_tag_is_left_out(page: Page, address: str, cast: Cast) -> None:
    page.goto(address)
    page.get_by_role("link", name="Change Left out").click()
    page.locator("label", has_text="let go").click()
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    assert len(left_out.of(cast.organization.id).tags) == 1
    page.goto(address)
    expect(page.get_by_role("complementary", name="With these settings")).to_contain_text("None: nothing is due")
    expect(page.locator("form").get_by_text("let go")).to_be_visible()


def test_a_product_is_put_off_and_woken(page: Page, address: str, product: Product) -> None:
    page.goto(address.replace("billing/notifications", f"products/{product.id}"))
    page.get_by_role("link", name="Reminders").click()
    page.get_by_label("Remind again from").fill((today() + timedelta(days=16)).isoformat())
    page.get_by_role("button", name="Snooze").click()
    expect(page.get_by_text("Nobody is reminded of quillmark.example before")).to_be_visible()
    page.goto(f"{address}/left-out")
    page.get_by_role("button", name="Wake quillmark.example").click()
    expect(page.get_by_text("No product is snoozed.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_buttons_save(page: Page, address: str, cast: Cast) -> None:
    page.goto(f"{address}/people")
    page.get_by_label("Adrian Moll").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"{address}/left-out")
    page.get_by_label("Domain name").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Domain name")).to_be_checked()
    chosen = [one.role for one in recipients.candidates(cast.organization.id) if one.chosen]
    assert chosen == [Role.ADMINISTRATOR]


def test_an_outage_in_the_middle_of_a_change_is_said(page: Page, address: str, cast: Cast) -> None:
    page.goto(f"{address}/people")
    page.route("**/notifications/people", lambda route: route.abort())
    page.get_by_label("Ines Ostrander").click()
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    expect(page.get_by_label("Ines Ostrander")).not_to_be_checked()
    assert not any(one.chosen for one in recipients.candidates(cast.organization.id))

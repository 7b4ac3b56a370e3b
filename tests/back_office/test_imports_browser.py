"""A whole provider comes in through the browser: with a mapping to mend, refused rows, and background work."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from jobs import kinds
from jobs.work import do_one
from models.base import connect, db
from models.organization.members import Membership
from models.products.products import Product
from tests import factories
from tests.conftest import Cast
from tests.importing.loading import DATA, example_organizations

assert kinds


@pytest.fixture
def operator_page(page: Page, server: str, cast: Cast) -> Page:
    """The import page, with the operator signed in."""
    factories.sign_in_browser(page.context, server, cast.operator)
    page.goto(f"{server}/back-office/imports")
    return page


@pytest.fixture
def worker() -> Iterator[None]:
    """Somebody who does background work until the test ends."""
    stopping = threading.Event()

    def run() -> None:
        connect()
        while not stopping.wait(0.1):
            do_one("test")
        db.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stopping.set()
    thread.join()


def upload(page: Page, kind: str, name: str) -> None:
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("CSV file").set_input_files(DATA / name)
    page.get_by_role("button", name="Read the file").click()


def test_import_with_errors(operator_page: Page) -> None:
    example_organizations()
    page = operator_page
    upload(page, "Products", "products-errors.csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is what?")
    expect(page.get_by_label("Expiry date", exact=True)).to_have_value("expires_on")
    page.get_by_label("Name", exact=True).select_option("")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the column that holds the name.")
    page.get_by_label("Name", exact=True).select_option("name")
    page.get_by_role("button", name="Show what would happen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("16 rows would be written")
    page.get_by_role("link", name="Refused 27").click()
    expect(page.get_by_role("row", name="next spring")).to_contain_text("is not a date that can be read")
    expect(page).to_have_url(re.compile("verdict=refused"))
    assert Product.select().count() == 0

    page.get_by_role("button", name="Apply 16 rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("16 new, 0 changed")
    assert Product.select().count() == 16
    page.goto(page.url.replace("/result", "/preview"))
    expect(page.get_by_role("heading", level=1)).to_have_text("16 new, 0 changed")


def test_a_large_file_shows_how_far_it_is_and_survives_a_reload(operator_page: Page, worker: None) -> None:
    example_organizations()
    page = operator_page
    upload(page, "Products", "products-5000.csv")
    page.get_by_role("button", name="Show what would happen").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("5,000 rows would be written", timeout=30_000)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Lines 52 to 101", exact=True)).to_be_visible()
    page.get_by_role("button", name="Apply 5,000 rows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5,000 new, 0 changed", timeout=30_000)
    assert Product.select().count() == 5000


def test_people_come_in_and_are_sent_their_mails_when_somebody_says_so(operator_page: Page) -> None:
    example_organizations()
    page = operator_page
    upload(page, "People", "people.csv")
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("button", name="Apply 224 rows").click()
    page.get_by_role("link", name="See the people who never signed in").click()
    page.get_by_role("link", name="Send sign-in mails").click()
    expect(page.get_by_role("heading", name="Send 176 people a sign-in mail?")).to_be_focused()
    page.get_by_role("button", name="Send 176 mails").click()
    expect(page.get_by_role("status").first).to_contain_text("176")
    assert Membership.select().count() > 224


def test_an_organization_for_all_rows_is_found_by_its_name(operator_page: Page) -> None:
    for number in range(101):
        factories.organization(f"Archive {number:03}")
    factories.organization("Zunfthaus zum Rosenbaum")
    page = operator_page
    upload(page, "Products", "products-errors.csv")
    field, offered = page.get_by_label("One organization for all rows"), page.locator("#organizations option")
    expect(offered).to_have_count(100)
    field.press_sequentially("zunft")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", "Zunfthaus zum Rosenbaum")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no organization “zunft”.")
    expect(field).to_have_value("zunft")
    field.fill("zunfthaus ZUM Rosenbaum")
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("link", name="Back to the columns").click()
    expect(field).to_have_value("Zunfthaus zum Rosenbaum")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_same_without_a_script(operator_page: Page, worker: None) -> None:
    example_organizations()
    page = operator_page
    upload(page, "Products", "products-5000.csv")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5,000 rows would be written", timeout=30_000)
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("status").first).to_contain_text("Nothing was written.")
    assert Product.select().count() == 0

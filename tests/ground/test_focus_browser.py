"""The focus stays where the work is: on the head, the turn or the chip that was used, after its list is swapped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import factories
from tests.conftest import Cast


@pytest.fixture
def products(context: BrowserContext, server: str, cast: Cast) -> str:
    """The address of a list of 120 products, with its legal representative signed in."""
    for number in range(120):
        factories.product(cast.organization, f"product-{number:03}.example")
    factories.sign_in_browser(context, server, cast.representative)
    return f"{server}/o/{cast.organization.slug}/products"


def test_a_sorted_column_keeps_the_focus(page: Page, products: str) -> None:
    page.goto(products)
    page.get_by_role("link", name="Renews", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("sort=due"))
    expect(page.get_by_role("columnheader", name="Renews").get_by_role("link")).to_be_focused()


def test_turning_pages_with_the_keyboard(page: Page, products: str) -> None:
    page.goto(products)
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.get_by_text("product-050.example")).to_be_visible()
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.get_by_text("product-119.example")).to_be_visible()
    expect(page.get_by_role("link", name="Previous")).to_be_focused()


def test_after_a_chip_comes_the_next_chip(page: Page, products: str) -> None:
    page.goto(f"{products}?state=active&renewal=hand")
    page.get_by_role("link", name="Remove filter: State").press("Enter")
    expect(page.get_by_role("link", name="Remove filter: State")).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("Remove filter: Renew"))).to_be_focused()

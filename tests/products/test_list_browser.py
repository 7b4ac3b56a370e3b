"""The product list in a browser: searched as one types, filtered, paged, chosen; and all of it without a script."""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from models import base
from models.organization.organizations import Organization
from models.permissions import Role
from models.products import tag_list
from models.products.products import Product
from tests import factories


@pytest.fixture
def shop(server: str, page: Page) -> Organization:
    """An organization of 60 products, its legal representative signed in."""
    organization = factories.organization("Quillmark Press")
    person = factories.user("Mira Castellan")
    factories.member(organization, person, Role.LEGAL_REPRESENTATIVE)
    for number in range(60):
        factories.product(
            organization, f"product-{number:02d}.example", expires_on=base.today() + timedelta(days=number * 3)
        )
    factories.sign_in_browser(page.context, server, person)
    return organization


def open_list(page: Page, server: str, query: str = "") -> None:
    page.goto(f"{server}/o/quillmark-press/products{query}")


def test_search_as_one_types_keeps_the_focus_and_the_address(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    search.press_sequentially("product-07")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(search).to_be_focused()
    expect(page).to_have_url(re.compile(r"q=product-07"))
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("tbody tr")).to_have_count(50)


def test_what_was_typed_before_the_scripts_came_is_searched_for(server: str, page: Page, shop: Organization) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*.js", hold)
    page.goto(f"{server}/o/quillmark-press/products", wait_until="commit")
    page.get_by_role("searchbox").fill("product-07")
    held[0].continue_()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=product-07"))


def test_the_last_letter_counts_however_slow_the_answers_are(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)

    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/products?q=*", hold)
    for letters in ("product-", "0", "7"):
        page.get_by_role("searchbox").press_sequentially(letters)
        page.wait_for_timeout(400)
    page.unroute("**/products?q=*")
    for route in held:
        with contextlib.suppress(Error):  # The browser may have given this one up.
            route.continue_()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_sorting_and_paging_can_be_shared_by_their_address(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    page.get_by_role("link", name="Next").click()
    expect(page.locator("tbody tr")).to_have_count(10)
    shared = page.url
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("columnheader", name="Renews").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Renews")).to_have_attribute("aria-sort", "ascending")
    page.goto(shared)
    expect(page.locator("tbody tr")).to_have_count(10)


def test_filters_swap_the_list_and_stand_as_chips(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_text("within 30 days").click()
    expect(page.locator("tbody tr")).to_have_count(11)
    expect(page.locator(".chip")).to_contain_text("within 30 days")
    page.get_by_role("link", name="Remove filter").click()
    expect(page.locator("tbody tr")).to_have_count(50)


def rows(page: Page) -> Locator:
    return page.locator("tbody tr")


def search(page: Page, text: str, found: int) -> None:
    page.get_by_role("searchbox").press_sequentially(text)
    expect(rows(page)).to_have_count(found)


def narrow(page: Page, choice: str, found: int) -> None:
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_role("form", name="Filter products").get_by_text(choice, exact=True).click()
    expect(rows(page)).to_have_count(found)


def exported(page: Page) -> list[str]:
    """The names in the sheet that Export gives now."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    return [line.partition(",")[0] for line in download.value.path().read_text("utf-8-sig").splitlines()[1:]]


def test_what_was_searched_for_is_exported(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    search(page, "product-07", 1)
    assert exported(page) == ["product-07.example"]
    page.get_by_role("link", name="Clear all").click()
    expect(rows(page)).to_have_count(50)
    expect(page.get_by_role("searchbox")).to_have_value("")
    assert len(exported(page)) == 60


def test_a_search_keeps_the_filter_and_a_filter_the_search(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    narrow(page, "within 30 days", 11)
    search(page, "product-0", 10)
    expect(page.locator(".chip")).to_have_text(["Search product-0", "Expires within 30 days"])
    page.get_by_label("within 7 days").check()
    expect(rows(page)).to_have_count(3)
    assert exported(page) == ["product-00.example", "product-01.example", "product-02.example"]
    page.reload()
    expect(rows(page)).to_have_count(3)


def test_a_search_before_the_panel_is_opened_stays(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    search(page, "product-0", 10)
    narrow(page, "within 7 days", 3)
    expect(page.get_by_role("searchbox")).to_have_value("product-0")


def test_the_order_stays_when_one_searches_and_filters(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    head = page.get_by_role("columnheader", name="Product")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    search(page, "product-0", 10)
    expect(rows(page).first).to_contain_text("product-09")
    narrow(page, "by hand", 10)
    expect(rows(page).first).to_contain_text("product-09")


def test_a_filter_that_was_removed_stays_away(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    narrow(page, "within 30 days", 11)
    page.get_by_role("link", name="Remove filter").click()
    expect(rows(page)).to_have_count(50)
    expect(page.get_by_label("within 30 days")).not_to_be_checked()
    search(page, "product-3", 10)
    expect(page.locator(".chip")).to_have_text(["Search product-3"])
    page.get_by_label("by hand", exact=True).check()
    expect(page.locator(".chip")).to_have_text(["Search product-3", "Renews by hand"])


def test_what_is_typed_while_a_filter_is_on_its_way_is_searched_for(
    server: str, page: Page, shop: Organization
) -> None:
    open_list(page, server)
    page.get_by_role("link", name="Filter", exact=True).click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/products?*", hold)
    page.get_by_label("within 30 days").check()
    page.get_by_role("searchbox").press_sequentially("product-0")
    page.wait_for_timeout(400)
    page.unroute("**/products?*")
    for route in held:
        with contextlib.suppress(Error):  # The browser may have given this one up.
            route.continue_()
    expect(rows(page)).to_have_count(10)
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator(".chip")).to_have_text(["Search product-0", "Expires within 30 days"])


def test_a_tag_is_found_among_many_and_the_ticked_ones_stay(
    server: str, page: Page, shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_list, "MOST_CHOICES", 2)
    one, two = Product.select().order_by(Product.name).limit(2)
    for name, product in (("Autumn", one), ("Basel", one), ("Zoo", two)):
        factories.tag(shop, name, product)
    open_list(page, server)
    narrow(page, "Autumn", 1)
    page.get_by_role("searchbox", name="Find a tag").press_sequentially("zo")
    page.get_by_role("form", name="Filter products").get_by_text("Zoo").click()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_label("Autumn", exact=True)).to_be_checked()


def test_chosen_rows_get_a_bar_and_escape_clears_it(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    bar = page.get_by_role("region", name="Selected rows")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select product-00.example").check()
    page.get_by_role("checkbox", name="Select product-03.example").click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select all shown").check()
    bar.get_by_role("button", name="Select all 60").click()
    bar.get_by_role("button", name="Auto-renewal").click()
    page.get_by_role("button", name="Turn auto-renewal on").click()
    expect(page.get_by_role("status").filter(has_text="60 products now renew")).to_be_visible()
    assert Product.select().where(Product.auto_renew == True).count() == 60  # noqa: E712  SQL


def test_a_products_renewal_is_saved_as_soon_as_switched(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    page.get_by_role("link", name="product-05.example", exact=True).click()
    page.get_by_role("switch", name="Renews by itself").check()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.reload()
    expect(page.get_by_role("switch", name="Renews by itself")).to_be_checked()


def test_the_mark_of_what_has_to_be_renewed_by_hand_follows_the_switch(
    server: str, page: Page, shop: Organization
) -> None:
    open_list(page, server)
    row = rows(page).filter(has=page.get_by_role("checkbox", name="Select product-05.example"))
    expect(row.get_by_role("img", name="Renew by hand")).to_be_visible()
    row.get_by_role("link", name="product-05.example", exact=True).click()
    switch, due = page.get_by_role("switch", name="Renews by itself"), page.locator("#due")
    for turn, label, soon in ((switch.check, "Renews by itself", 0), (switch.uncheck, "Renew by hand", 1)) * 2:
        turn()
        expect(due.get_by_role("img", name=label)).to_be_visible()
        expect(due.locator(".due--soon")).to_have_count(soon)
    switch.check()
    expect(due.get_by_role("img", name="Renews by itself")).to_be_visible()
    page.go_back()
    expect(row.get_by_role("img", name="Renews by itself")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_everything_is_a_page(server: str, page: Page, shop: Organization) -> None:
    open_list(page, server)
    page.get_by_role("searchbox").fill("product-07")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_text("in the past").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing matches these 2 filters")).to_be_visible()
    page.get_by_role("link", name="Clear all").first.click()
    page.get_by_role("checkbox", name="Select product-00.example").check()
    page.get_by_role("button", name="Auto-renewal").click()
    page.get_by_role("button", name="Turn auto-renewal on").click()
    expect(page.get_by_text("1 product now renews by itself.")).to_be_visible()

"""Tags in a browser: made, renamed, deleted in place with the mouse, with the keyboard alone, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from models.products.products import Product
from models.products.tags import ProductTag, Tag
from tests import factories
from tests.conftest import Cast

without_script = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture
def product(cast: Cast) -> Product:
    """A product without tags, in an organization that has two."""
    factories.tag(cast.organization, "Spring campaign", factories.product(cast.organization, "lesesaal.example"))
    factories.tag(cast.organization, "Shop", color="copper")
    return factories.product(cast.organization, "feuilleton.example")


@pytest.fixture
def signed_in(context: BrowserContext, server: str, cast: Cast) -> str:
    """The organization's address, with its legal representative signed in."""
    factories.sign_in_browser(context, server, cast.representative)
    return f"{server}/o/{cast.organization.slug}"


def cell(page: Page, product: Product) -> Locator:
    return page.locator(f"#tags-{product.id}")


def chips(page: Page, product: Product) -> Locator:
    return cell(page, product).locator("> .tag")


def plus(page: Page, product: Product) -> Locator:
    return page.get_by_role("button", name=f"Add a tag to {product.name}")


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Tag for")


def test_with_the_mouse(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/products")
    plus(page, product).click()
    options = page.get_by_role("listbox", name="Tags").get_by_role("option")
    expect(options).to_have_count(2)
    options.filter(has_text="Spring campaign").click()
    expect(chips(page, product)).to_have_text(["Spring campaign"])
    expect(field(page)).to_be_focused()
    field(page).press_sequentially("Event")
    page.get_by_role("radio", name="Plum").check()
    page.get_by_role("option", name="Create Event").click()
    expect(chips(page, product)).to_have_text(["Event", "Spring campaign"])
    expect(page.locator("#said")).to_have_text("Set: Event")
    page.get_by_role("button", name="Take off Spring campaign").click()
    expect(chips(page, product)).to_have_text(["Event"])
    page.get_by_role("heading", name="Products", exact=True).click()
    expect(page.get_by_role("dialog", name="Tags of")).to_have_count(0)
    chips(page, product).first.click()
    expect(field(page)).to_be_focused()
    assert Tag.get(Tag.name == "Event").color == "plum"


def test_with_the_keyboard_alone(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/products")
    plus(page, product).focus()
    page.keyboard.press("Space")
    expect(field(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(chips(page, product)).to_have_text(["Spring campaign"])
    page.keyboard.type("sho")
    page.keyboard.press("Enter")
    expect(chips(page, product)).to_have_text(["Shop", "Spring campaign"])
    page.keyboard.type("Press")
    expect(page.get_by_role("option", name="Create Press")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(chips(page, product)).to_have_text(["Press", "Shop", "Spring campaign"])
    expect(field(page)).to_be_focused()
    page.keyboard.press("Backspace")
    expect(chips(page, product)).to_have_text(["Press", "Shop"])
    page.keyboard.type("thrown away")
    page.keyboard.press("Escape")
    expect(plus(page, product)).to_be_focused()
    assert sorted(tag.name for tag in Tag.select()) == ["Press", "Shop", "Spring campaign"]


def test_a_quick_enter_sets_what_was_typed(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/products")
    plus(page, product).click()
    expect(field(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("New")
    page.keyboard.press("Enter")
    expect(chips(page, product)).to_have_text(["New"])


def test_a_refused_name_is_said_and_stays(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/products")
    plus(page, product).click()
    field(page).fill("x" * 33)
    field(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("at most 32 characters")
    expect(field(page)).to_have_value("x" * 33)
    expect(field(page)).to_be_focused()


def test_two_tabs_see_what_the_other_did(page: Page, context: BrowserContext, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/products")
    other = context.new_page()
    other.goto(f"{signed_in}/products")
    for tab in (page, other):
        plus(tab, product).click()
        field(tab).press_sequentially("Event")
        expect(tab.get_by_role("option", name="Create Event")).to_be_visible()
    for tab in (page, other):
        field(tab).press("Enter")
        expect(chips(tab, product)).to_have_text(["Event"])
    assert Tag.select().where(Tag.name_key == "event").count() == 1


def test_renamed_and_deleted_in_place_with_the_mouse(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/tags")
    page.get_by_label("Actions for Shop").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill("Store")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Store", exact=True)).to_be_visible()
    expect(page.locator("#toasts")).to_have_text("Tag “Store” saved.")
    page.get_by_label("Actions for Spring campaign").click()
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete “Spring campaign”, which is on 1 product?")).to_be_focused()
    page.get_by_role("button", name="Delete the tag").click()
    expect(page.get_by_role("link", name="Spring campaign")).to_have_count(0)
    assert [tag.name for tag in Tag.select()] == ["Store"]


def test_renamed_and_deleted_in_place_with_the_keyboard_alone(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/tags")
    menu = page.get_by_label("Actions for Shop")
    menu.focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Store")
    page.keyboard.press("Enter")
    menu = page.get_by_label("Actions for Store")
    expect(menu).to_be_focused()
    for key in ("Enter", "Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Delete “Store”")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Store", exact=True)).to_have_count(0)
    expect(page.locator("body")).not_to_be_focused()
    assert [tag.name for tag in Tag.select()] == ["Spring campaign"]


def test_a_taken_name_leads_to_merging(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/tags")
    page.get_by_label("Actions for Spring campaign").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill("shop")
    page.get_by_label("Name").press("Enter")
    page.get_by_role("link", name="Merge “Spring campaign” into it instead").click()
    page.get_by_role("button", name="Merge the tags").click()
    expect(page.locator("#flashes")).to_contain_text("“Spring campaign” is “Shop” now, on 1 product.")
    assert ProductTag.get().tag.name == "Shop"


@without_script
def test_the_whole_way_without_script(page: Page, signed_in: str, product: Product) -> None:
    page.goto(f"{signed_in}/products")
    plus(page, product).click()
    page.get_by_role("button", name="Set Shop").click()
    expect(page.locator("#flashes")).to_contain_text("feuilleton.example carries Shop now.")
    page.get_by_label("Name").fill("Event")
    page.get_by_label("Name").press("Enter")
    expect(page.locator("#flashes")).to_contain_text("carries Event, Shop now.")
    page.get_by_role("button", name="Take off Shop").click()
    page.goto(f"{signed_in}/tags")
    page.get_by_role("link", name="Add a tag").click()
    page.get_by_label("Name").fill("Press")
    page.get_by_role("button", name="Add the tag").click()
    page.goto(f"{signed_in}/tags/{Tag.get(Tag.name == 'Event').id}/edit")
    page.get_by_label("Name").fill("Fair")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{signed_in}/tags/{Tag.get(Tag.name == 'Fair').id}/delete")
    page.get_by_role("button", name="Delete the tag").click()
    expect(page.locator("#flashes")).to_contain_text("Tag “Fair” deleted. It was on 1 product.")
    assert sorted(tag.name for tag in Tag.select()) == ["Press", "Shop", "Spring campaign"]


def right(page: Page, selector: str) -> float:
    """Where the first such element ends."""
    return float(page.locator(selector).first.evaluate("(one) => one.getBoundingClientRect().right"))


def test_what_was_done_is_said_as_wide_as_the_page(page: Page, signed_in: str, product: Product) -> None:
    page.set_viewport_size({"width": 1600, "height": 800})
    page.goto(f"{signed_in}/tags/add")
    page.get_by_label("Name").fill("Event")
    page.get_by_role("button", name="Add the tag").click()
    expect(page.locator(".flashes .note")).to_contain_text("Event")
    assert right(page, ".flashes .note") == right(page, "#tags") < right(page, ".main") - 100
    page.goto(f"{signed_in}/products/{product.id}")
    page.get_by_label("Notes").fill("Ask Ines.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flashes .note")).to_have_text("Notes saved.")
    assert right(page, ".flashes .note") == right(page, ".band")

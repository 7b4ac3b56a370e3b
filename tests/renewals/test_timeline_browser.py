"""In a browser: the timeline has a name, leads to products, and no word of it lies on another as it is really set."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from models.account.users import User
from models.base import today
from tests import factories
from tests.conftest import Cast
from tests.narrow import UNBROKEN, check

_MEET = """() => {
  const words = [...document.querySelectorAll(".tl--wide text")].map((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { text: one.textContent, left, right, top: top + 3, bottom: bottom - 3 };
  });
  if (words.length < 20) throw new Error("no timeline");
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const after = (one, at) => words.slice(at + 1).filter((two) => meet(one, two)).map((two) => [one.text, two.text]);
  return words.flatMap(after);
}"""
"""Words that lie on each other; of a line's height the space above and below the letters is left out."""


@pytest.fixture
def address(page: Page, server: str, cast: Cast) -> str:
    """The dashboard's address, with the legal representative signed in."""
    factories.sign_in_browser(page.context, server, cast.representative)
    return f"{server}/o/{cast.organization.slug}/"


def fill(cast: Cast, *names: str) -> None:
    """A product by hand for each name, on every second day, and some that renew by themselves."""
    here = today(cast.representative.time_zone)
    for number, name in enumerate(names):
        factories.product(cast.organization, name, expires_on=here + timedelta(days=2 * number))
    for number in range(40):
        day = here + timedelta(days=number * number % 61)
        factories.product(cast.organization, expires_on=day, auto_renew=True, price_minor=183_640, currency="CHF")


def test_it_has_a_name_and_says_what_it_shows(page: Page, address: str, cast: Cast) -> None:
    fill(cast, "a.example", "b.example")
    page.goto(address)
    group = page.get_by_role("group", name="Renewals,")
    expect(group).to_have_count(1)
    expect(group).to_have_accessible_description(re.compile("40 products renew.*2 have to be renewed by hand"))
    expect(group.get_by_role("link")).to_have_count(2)


def test_a_label_leads_to_the_product(page: Page, address: str, cast: Cast) -> None:
    fill(cast, "a.example", "reading-room-display-in-the-main-hall.quillmark.example")
    page.goto(address)
    page.get_by_role("link", name="a.example").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("a.example")
    page.go_back()
    link = page.get_by_role("link", name="reading-room-display-in-the-main-hall.quillmark.example")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("reading-room-display")


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
@pytest.mark.parametrize("width", [1088, 1280, 1920])
def test_no_words_meet_as_they_are_set(page: Page, address: str, cast: Cast, language: str, width: int) -> None:
    User.update(language=language).execute()
    fill(cast, "WWWW.example", "Mammutbäume & Söhne", "iiiiii", "a" * 70, *(f"shop-{n}.example" for n in range(14)))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert page.evaluate(_MEET) == []
    page.emulate_media(media="print")
    assert page.evaluate(_MEET) == []


def test_many_by_hand_are_counted_and_listed(page: Page, address: str, cast: Cast) -> None:
    fill(cast, *(f"shop-{number:02}.example" for number in range(20)))
    page.goto(address)
    page.locator(".tl--wide").get_by_role("link", name="more by hand").click()
    expect(page.get_by_text("shop-19.example")).to_be_visible()


def test_print_is_offered_where_a_script_can_do_it(page: Page, address: str, cast: Cast) -> None:
    page.goto(address)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_it_is_drawn_as_well(page: Page, address: str, cast: Cast) -> None:
    fill(cast, "a.example")
    page.goto(address)
    expect(page.get_by_role("group", name="Renewals,").get_by_role("link", name="a.example")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_have_count(0)


def test_a_phone_shows_the_small_one_and_a_list(narrow: Page, server: str, cast: Cast) -> None:
    factories.sign_in_browser(narrow.context, server, cast.representative)
    fill(cast, UNBROKEN, *(f"shop-{number:02}.example" for number in range(12)))
    check(narrow, [f"{server}/o/{cast.organization.slug}/"])
    expect(narrow.locator(".tl--wide")).to_be_hidden()
    expect(narrow.get_by_role("group", name="Renewals,")).to_be_visible()
    expect(narrow.locator(".tl-list li")).to_have_count(9)
    narrow.locator(".tl-list").get_by_role("link", name="shop-03.example").click()
    expect(narrow.get_by_role("heading", level=1)).to_have_text("shop-03.example")

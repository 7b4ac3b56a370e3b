"""In a browser: however many columns are chosen, in whatever language, the list is read without words that are cut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import base
from models.account.users import User
from models.permissions import Role
from tests import factories

EVERY = ["category", "plan", "identifier", "holder", "tags", "state", "renews", "price"]
CUT = """() => {
  const box = document.querySelector(".products__box");
  const cells = [...box.querySelectorAll("th, .name, .due, .state, .g-kind, .g-plan, .g-ident, .g-holder, .g-num")];
  const cut = cells.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent.trim());
  return [document.documentElement.scrollWidth - innerWidth, box.scrollWidth - box.clientWidth, cut];
}"""


@pytest.fixture
def person(app: object) -> User:
    """Somebody who has chosen every column, with products that fill all of them."""
    organization = factories.organization("Quillmark Press")
    person = factories.user("Mira Castellan", product_columns=EVERY)
    factories.member(organization, person, Role.LEGAL_REPRESENTATIVE)
    for number, category in enumerate(("domain", "hosting", "mail", "server", "newsletter", "drive")):
        factories.product(organization, f"{category}.quillmark-press.example", category, **values(number))
    return person


def values(number: int) -> dict[str, Any]:
    """What stands in the columns; each product has its own period."""
    return {
        "plan": "Newsletter 50,000",
        "identifier": "srv-zrh-2019-00412",
        "holder_name": "Association Castellan",
        "state": ("active", "expired", "cancelled")[number % 3],
        "expires_on": base.today() + timedelta(days=95 - number * 20),
        "price_minor": 184_000,
        "currency": "CHF",
        "period_months": (12, 1, 6)[number % 3],
    }


def open_list(page: Page, server: str, person: User) -> None:
    factories.sign_in_browser(page.context, server, person)
    page.goto(f"{server}/o/quillmark-press/products")


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_every_column_is_read_at_once(server: str, page: Page, person: User, language: str) -> None:
    User.update(language=language).execute()
    page.set_viewport_size({"width": 1280, "height": 800})
    open_list(page, server, person)
    expect(page.locator("thead th")).to_have_count(len(EVERY) + 2)
    assert page.evaluate(CUT) == [0, 0, []]
    heights = page.locator("tbody tr").evaluate_all("(rows) => rows.map((one) => one.offsetHeight)")
    assert max(heights) <= 52, "two lines are enough for each of them"


@pytest.mark.parametrize("width", [1088, 1440, 1920])
def test_the_page_never_scrolls_sideways(server: str, page: Page, person: User, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_list(page, server, person)
    beyond, _box, cut = page.evaluate(CUT)
    assert (beyond, cut) == (0, [])

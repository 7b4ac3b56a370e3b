"""In a browser as narrow as a phone: names without a place to break widen no page of products and tags."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models.account.users import User
from models.base import today
from models.permissions import Role
from models.products.products import Category, Product
from models.products.tags import ProductTag, Tag
from tests import factories
from tests.conftest import Cast
from tests.narrow import UNBROKEN, WIDTH, check

NAME = UNBROKEN * 2
TAG = UNBROKEN[:32]
PATHS = (
    "/products",
    "/products?q={name}&category={category}&tag={tag}&tag={other}&match=all&state=expired",
    "/products?q={name}x",
    "/products/filter",
    "/products/{product}",
    "/products/{product}/access",
    "/products/{product}/tags",
    "/journal?product_id={product}",
    "/tags",
    "/tags?q={name}",
    "/tags/add",
    "/tags/{tag}",
    "/tags/{tag}/edit",
    "/tags/{tag}/merge",
    "/tags/{tag}/delete",
)


@pytest.fixture
def product(cast: Cast) -> Product:
    """A product of which everything has such a name; people and its category too."""
    User.update(name=UNBROKEN).execute()
    category = Category.create(key="long", name=UNBROKEN, icon="globe", position=99, has_holder=True)
    fields = ("plan", "identifier", "holder_name", "holder_organization", "notes")
    made = factories.product(
        cast.organization,
        NAME,
        category.key,
        **dict.fromkeys(fields, NAME),
        holder_email=f"{'a' * 60}@{UNBROKEN[:60]}.example",
        expires_on=today("UTC") + timedelta(days=3),
        price_minor=10**12,
        currency="CHF",
        period_months=6,
        state="expired",
    )
    for number in range(4):
        factories.tag(cast.organization, f"{TAG[:-1]}{number}", made)
    factories.grant(cast.members[Role.EXTERNAL], product=made)
    return made


def numbers(product: Product) -> dict[str, object]:
    """What the paths name."""
    tag, other = [link.tag_id for link in ProductTag.select().where(ProductTag.product == product).limit(2)]
    return {
        "product": product.id,
        "category": product.category_id,
        "tag": tag,
        "other": other,
        "name": quote(NAME[:90]),
    }


def width(page: Page) -> int:
    """How wide the page is as it stands, in CSS pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def home(context: BrowserContext, server: str, cast: Cast, person: User) -> str:
    """The organization's address, with this person signed in."""
    factories.sign_in_browser(context, server, person)
    return f"{server}/o/{cast.organization.slug}"


def test_no_page_is_widened_by_a_name(narrow: Page, server: str, cast: Cast, product: Product) -> None:
    here = home(narrow.context, server, cast, cast.representative)
    values = numbers(product)
    check(narrow, [here + path.format(**values) for path in PATHS])


def test_no_page_of_who_may_only_read_is_widened(narrow: Page, server: str, cast: Cast, product: Product) -> None:
    here = home(narrow.context, server, cast, cast.external)
    check(narrow, [f"{here}/products", f"{here}/products/{product.id}", f"{here}/tags"])


@pytest.mark.parametrize("act", ["Tag", "Auto-renewal"])
def test_no_act_on_many_is_widened(narrow: Page, server: str, cast: Cast, product: Product, act: str) -> None:
    narrow.goto(home(narrow.context, server, cast, cast.representative) + "/products")
    narrow.get_by_role("checkbox", name=f"Select {NAME}").check()
    assert width(narrow) == WIDTH
    narrow.get_by_role("button", name=act, exact=True).click()
    narrow.wait_for_load_state()
    assert width(narrow) == WIDTH


def test_nothing_that_opens_in_the_list_widens_it(narrow: Page, server: str, cast: Cast, product: Product) -> None:
    narrow.goto(home(narrow.context, server, cast, cast.representative) + "/products")
    narrow.get_by_role("link", name="Filter", exact=True).click()
    expect(narrow.get_by_role("form", name="Filter products")).to_be_visible()
    assert width(narrow) == WIDTH
    narrow.get_by_role("button", name=f"Add a tag to {NAME}").click()
    expect(narrow.get_by_role("combobox")).to_be_focused()
    narrow.keyboard.type("W" * 32)
    expect(narrow.get_by_role("option", name="Create")).to_be_visible()
    assert width(narrow) == WIDTH


@pytest.mark.parametrize("act", ["Edit", "Merge into another", "Delete"])
def test_nothing_that_opens_under_a_tag_widens_the_list(
    narrow: Page, server: str, cast: Cast, product: Product, act: str
) -> None:
    tag = Tag.select().order_by(Tag.name_key).first()
    narrow.goto(home(narrow.context, server, cast, cast.representative) + "/tags")
    narrow.locator(f"#tag-{tag.id} summary").click()
    assert width(narrow) == WIDTH
    narrow.locator(f"#tag-{tag.id}").get_by_role("link", name=act).click()
    expect(narrow.locator(f"#tag-{tag.id} form")).to_be_visible()
    assert width(narrow) == WIDTH


WHOLE = """() => [...document.querySelectorAll(".tabbar span")]
  .filter((one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.textContent)"""


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_no_word_of_the_tab_bar_is_cut(narrow: Page, server: str, cast: Cast, language: str) -> None:
    User.update(language=language).execute()
    here = home(narrow.context, server, cast, cast.representative)
    for url in (f"{here}/", f"{here}/products", f"{here}/settings"):
        narrow.goto(url)
        assert narrow.evaluate(WHOLE) == []
    factories.sign_in_browser(narrow.context, server, cast.operator)
    for path in ("", "organizations", "users", "products"):
        narrow.goto(f"{server}/back-office/{path}")
        assert narrow.locator(".tabbar a").count() == 5
        assert narrow.evaluate(WHOLE) == []

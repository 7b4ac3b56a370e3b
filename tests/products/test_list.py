"""The product list: who sees what, found how, in which order."""

from __future__ import annotations

import base64
import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from models.organization.organizations import Organization
from models.permissions import Role
from models.products import categories, listing, tag_list, views
from models.products.products import Category
from models.products.reach import Reach
from models.products.views import Given
from tests import factories
from tests.conftest import Cast, StandingClock

TODAY = date(2026, 11, 22)


def names(organization: Organization, size: int = 50, **arguments: object) -> list[str]:
    """Names of one page of the organization's list, as somebody who sees everything has it."""
    page = listing.page(Reach(organization.id, None), views.read(Given(arguments)), TODAY, size)  # type: ignore[arg-type]
    return [row[1] for row in page.rows]


@pytest.fixture
def shop(app: object) -> Organization:
    """Six products that differ in what can be filtered by."""
    organization = factories.organization()
    soon, later = TODAY + timedelta(days=5), TODAY + timedelta(days=50)
    domain = factories.product(organization, "alpha.example", expires_on=soon)
    hosting = factories.product(organization, "Beta hosting", "hosting", expires_on=later, auto_renew=True)
    factories.product(organization, "Gamma mail", "mail", identifier="GM-4711", state="expired")
    factories.product(organization, "delta.example", expires_on=TODAY - timedelta(days=3))
    factories.tag(organization, "Shop", domain, hosting)
    factories.tag(organization, "Basel", hosting, color="sky")
    return organization


def test_names_stand_in_order_whatever_their_case(shop: Organization) -> None:
    assert names(shop) == ["alpha.example", "Beta hosting", "delta.example", "Gamma mail"]
    assert names(shop, sort="-name")[0] == "Gamma mail"
    assert names(shop, sort="due") == ["delta.example", "alpha.example", "Beta hosting", "Gamma mail"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"q": "BETA"}, ["Beta hosting"]),
        ({"q": "4711"}, ["Gamma mail"]),
        ({"q": "example al"}, ["alpha.example"]),
        ({"q": "bas"}, ["Beta hosting"]),
        ({"q": "sho"}, ["alpha.example", "Beta hosting"]),
        ({"q": "a"}, ["alpha.example", "Beta hosting", "delta.example", "Gamma mail"]),
        ({"q": "100%_"}, []),
        ({"q": '"quoted" AND x'}, []),
        ({"state": "expired"}, ["Gamma mail"]),
        ({"expiry": "7"}, ["alpha.example"]),
        ({"expiry": "60"}, ["alpha.example", "Beta hosting"]),
        ({"expiry": "past"}, ["delta.example"]),
        ({"expiry": "none"}, ["Gamma mail"]),
        ({"renewal": "auto"}, ["Beta hosting"]),
        ({"expiry": "60", "renewal": "hand"}, ["alpha.example"]),
        ({"sort": "nonsense", "state": "nonsense"}, ["alpha.example", "Beta hosting", "delta.example", "Gamma mail"]),
    ],
)
def test_search_and_filters_narrow_the_list(shop: Organization, arguments: dict[str, str], expected: list[str]) -> None:
    assert names(shop, **arguments) == expected


def test_several_tags_mean_any_or_all_of_them(shop: Organization) -> None:
    tags = [str(tag.id) for tag in tag_list.choices(Reach(shop.id, None)).tags]
    assert names(shop, tag=tags) == ["alpha.example", "Beta hosting"]
    assert names(shop, tag=tags, match="all") == ["Beta hosting"]
    assert names(shop, tag=tags, q="alpha") == ["alpha.example"]
    assert names(shop, tag=tags, sort="-due") == ["Beta hosting", "alpha.example"]


def test_another_organizations_products_and_tags_never_appear(shop: Organization) -> None:
    other = factories.organization("Brennholm Verein")
    product = factories.product(other, "alpha.example")
    foreign = factories.tag(other, "Shop", product)
    assert names(shop, q="alpha") == ["alpha.example"]
    assert names(shop, tag=[str(foreign.id)]) == []


@pytest.mark.parametrize("sort", ["name", "-name", "due", "-due"])
@pytest.mark.parametrize("search", ["", "item"])
def test_paging_forth_and_back_meets_every_row_once(app: object, sort: str, search: str) -> None:
    organization = factories.organization()
    for number in range(23):
        factories.product(organization, f"item {number % 7} {number}", expires_on=TODAY + timedelta(days=number % 5))
    reach, seen, cursor = Reach(organization.id, None), list[str](), None
    pages = []
    while True:
        view = views.read(Given({"sort": sort, "q": search, "after": str(cursor or "")}))
        page = listing.page(reach, view, TODAY, 5)
        pages.append([row[0] for row in page.rows])
        seen += [row[1] for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 23
    back = views.read(Given({"sort": sort, "q": search, "before": str(page.previous)}))
    assert [row[0] for row in listing.page(reach, back, TODAY, 5).rows] == pages[-2]


def test_a_collaborator_reaches_granted_products_and_categories_also_later_ones(cast: Cast) -> None:
    one = factories.product(cast.organization, "one.example")
    factories.product(cast.organization, "two.example")
    collaborator = cast.members[Role.COLLABORATOR]
    factories.grant(collaborator, product=one)
    factories.grant(collaborator, category="mail")
    factories.product(cast.organization, "Later mail", "mail")
    reach = factories.access_of(collaborator).products()
    page = listing.page(reach, views.read(Given({})), TODAY)
    assert [row[1] for row in page.rows] == ["Later mail", "one.example"]
    assert page.total == 2


def test_the_page_shows_the_list_and_htmx_gets_the_part(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    product = factories.product(cast.organization, "quillmark.example", expires_on=date(2026, 11, 24))
    factories.tag(cast.organization, "Shop", product)
    factories.sign_in(client, cast.administrator)
    url = f"/o/{cast.organization.slug}/products"
    page = client.get(url).text
    assert "quillmark.example" in page
    assert "in 2 days" in page
    assert "Shop" in page
    part = client.get(url + "?q=quill", headers={"HX-Request": "true", "HX-Target": "div#list"}).text
    assert part.lstrip().startswith('<div id="list"')
    assert "quillmark.example" in part


def turned(client: FlaskClient, url: str) -> tuple[str, dict[str, str]]:
    """What the pager of a page says, and where it leads, by direction."""
    pager = client.get(url).text.partition('<nav class="pager"')[2]
    shown = pager.partition("<span>")[2].partition("</span>")[0]
    return shown, {rel: unescape(href) for href, rel in re.findall(r'href="([^"]+)" rel="(\w+)"', pager)}


def test_the_pager_says_where_one_is_on_the_first_page_and_on_the_last(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(131):
        factories.product(cast.organization, f"product-{number:03d}.example")
    factories.sign_in(client, cast.representative)
    shown, ways = turned(client, f"/o/{cast.organization.slug}/products")
    assert shown == "1–50 of 131"
    shown, ways = turned(client, ways["next"])
    assert shown == "131 products"
    last, back = turned(client, ways["next"])[0], turned(client, ways["prev"])[0]
    assert (last, back) == ("101–131 of 131", "1–50 of 131")
    assert turned(client, f"/o/{cast.organization.slug}/products?q=product-00")[0] == "10 products"
    monkeypatch.setattr(listing, "PAGE_CAP", 100)
    shown, ways = turned(client, f"/o/{cast.organization.slug}/products")
    assert shown == "1–50 of more than 100"
    assert turned(client, turned(client, ways["next"])[1]["next"])[0] == "more than 100 products"


def test_strangers_find_nothing_and_an_empty_list_says_what_it_is_for(client: FlaskClient, cast: Cast) -> None:
    url = f"/o/{cast.organization.slug}/products"
    factories.sign_in(client, cast.stranger)
    assert client.get(url).status_code == 404
    factories.sign_in(client, cast.representative)
    assert "No products yet" in client.get(url).text
    assert "Nothing matches this filter" in client.get(url + "?q=zzz").text


def test_columns_are_remembered(client: FlaskClient, cast: Cast) -> None:
    factories.product(cast.organization, "quillmark.example", plan="Business 25")
    factories.sign_in(client, cast.external)
    factories.grant(cast.members[Role.EXTERNAL], category="domain")
    url = f"/o/{cast.organization.slug}/products"
    assert "Business 25" not in client.get(url).text
    client.post(url + "/columns", data={"column": ["plan", "state", "nonsense"]})
    assert "Business 25" in client.get(url).text


def test_a_tag_on_none_of_ones_products_has_no_name(client: FlaskClient, cast: Cast) -> None:
    secret = factories.tag(cast.organization, "Layoffs", factories.product(cast.organization))
    mine = factories.product(cast.organization)
    factories.grant(cast.members[Role.EXTERNAL], product=mine)
    factories.sign_in(client, cast.external)
    url = f"/o/{cast.organization.slug}/products?tag={secret.id}"
    page = client.get(url).text
    assert "Layoffs" not in page
    assert "Tag <b>deleted</b>" in page
    factories.sign_in(client, cast.administrator)
    assert "Tag <b>Layoffs</b>" in client.get(url).text


def test_a_category_of_another_process_is_known_at_once(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.administrator)
    categories.known()
    Category.create(key="telephony", name="Telephony", icon="smartphone", position=20)
    product = factories.product(cast.organization, "Switchboard", "telephony")
    url = f"/o/{cast.organization.slug}/products"
    assert "Telephony" in client.get(url).text
    assert "Telephony" in client.get(f"{url}/export").text
    assert "Telephony" in client.get(f"{url}/{product.id}").text


NUL = base64.urlsafe_b64encode(b"a\0b").decode().rstrip("=")


@pytest.mark.parametrize("query", [f"after=1.{NUL}", f"before=1.{NUL}", "q=%00", "q=a%00b", "q=" + "x" * 60_000])
def test_an_address_that_nobody_made_for_us_still_shows_the_list(client: FlaskClient, cast: Cast, query: str) -> None:
    factories.product(cast.organization, "ab.example")
    factories.sign_in(client, cast.administrator)
    for path in ("", "/filter", "/export"):
        assert client.get(f"/o/{cast.organization.slug}/products{path}?{query}").status_code == 200

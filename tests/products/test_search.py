"""The search over products: each word in the name, the identifier or a tag, whatever way leads there fastest."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from models.organization.organizations import Organization
from models.permissions import Role
from models.products import listing, search, views
from models.products.reach import Reach
from models.products.views import Given
from tests import factories
from tests.conftest import Cast

TODAY = date(2026, 11, 22)


def names(reach: Reach, **arguments: str) -> list[str]:
    """All that one page, the count and a selection of everything find; they have to agree."""
    view = views.read(Given(arguments))
    page = listing.page(reach, view, TODAY, 500)
    found = [row[1] for row in page.rows]
    assert page.total == listing.sized(listing.selection(reach, view, TODAY)) == len(found)
    return found


def everything(organization: Organization) -> Reach:
    return Reach(organization.id, None)


@pytest.fixture
def shop(app: object) -> Organization:
    """Products that differ in name, identifier and tags."""
    organization = factories.organization()
    urgent, campaign = factories.tag(organization, "Urgent"), factories.tag(organization, "Spring campaign")
    for name, identifier, tags in (
        ("shop.example", "ID-1", [urgent]),
        ("shop.test", "ID-2", []),
        ("blog.example", "ID-3", [urgent, campaign]),
        ("mail", "ID-4711", [campaign]),
    ):
        product = factories.product(organization, name, identifier=identifier)
        for tag in tags:
            factories.ProductTag.create(product=product, tag=tag, name_key=product.name_key, due_key=product.due_key)
    return organization


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("shop urgent", ["shop.example"]),
        ("urgent shop", ["shop.example"]),
        ("urgent campaign", ["blog.example"]),
        ("campaign 4711", ["mail"]),
        ("spring campaign", ["blog.example", "mail"]),
        ("campaign spring", ["blog.example", "mail"]),
        ("urgent id", ["blog.example", "shop.example"]),
        ("ur ex bl", ["blog.example"]),
        ("shop nowhere", []),
        ("urgent nowhere", []),
        ("shop shop", ["shop.example", "shop.test"]),
        ("%", []),
        ("_", []),
    ],
)
@pytest.mark.parametrize(("few", "ranges"), [(1000, 20), (1, 20), (1, 0), (0, 20), (0, 0)])
def test_each_word_is_in_the_text_or_in_a_tag(
    shop: Organization, monkeypatch: pytest.MonkeyPatch, q: str, expected: list[str], few: int, ranges: int
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "MOST_RANGES", ranges)
    assert names(everything(shop), q=q) == expected


def test_all_products_are_found_by_whatever_number_of_tags(app: object) -> None:
    organization = factories.organization()
    for number in range(25):
        factories.tag(organization, f"Customer {number}", factories.product(organization, f"{number:02d}.example"))
    assert len(names(everything(organization), q="customer")) == 25
    assert names(everything(organization), q="customer 7 .ex") == ["07.example", "17.example"]


def test_tags_of_others_keep_nobodys_own_from_being_found(cast: Cast) -> None:
    for number in range(25):
        factories.tag(cast.organization, f"Team {number}", factories.product(cast.organization))
    mine = factories.product(cast.organization, "mine.example")
    factories.tag(cast.organization, "Team mine", mine)
    factories.grant(cast.members[Role.EXTERNAL], product=mine)
    assert names(factories.access_of(cast.members[Role.EXTERNAL]).products(), q="team") == ["mine.example"]


def test_a_search_goes_on_over_pages_whichever_way_leads_there(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    for few, ranges, sort in itertools.product((1000, 1, 0), (20, 0), ("name", "-name", "due")):
        monkeypatch.setattr(search, "FEW", few)
        monkeypatch.setattr(search, "MOST_RANGES", ranges)
        view = views.read(Given({"q": "e", "sort": sort}))
        whole = [row[0] for row in listing.page(everything(shop), view, TODAY).rows]
        met, cursor = list[int](), None
        while not met or cursor:
            view = views.read(Given({"q": "e", "sort": sort, "after": str(cursor or "")}))
            page = listing.page(everything(shop), view, TODAY, 2)
            met += [row[0] for row in page.rows]
            cursor = page.next
        assert met == whole

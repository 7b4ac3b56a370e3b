"""One product's pages, and acts on many products at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from models.journal import Entry
from models.permissions import Role
from models.products.products import Product
from models.products.tags import ProductTag, Tag
from tests import factories
from tests.conftest import Cast, StandingClock


def url(cast: Cast, path: str = "") -> str:
    return f"/o/{cast.organization.slug}/products{path}"


def renewing() -> set[str]:
    return {product.name for product in Product.select().where(Product.auto_renew == True)}  # noqa: E712  SQL


@pytest.fixture
def three(cast: Cast) -> list[Product]:
    return [factories.product(cast.organization, f"{name}.example") for name in ("alpha", "beta", "gamma")]


def test_the_detail_page_says_whose_it_is_when_it_ends_and_what_it_costs(
    client: FlaskClient, cast: Cast, clock: StandingClock
) -> None:
    product = factories.product(
        cast.organization,
        "quillmark.example",
        expires_on=date(2026, 12, 4),
        price_minor=12900,
        currency="CHF",
        period_months=12,
        holder_name="Mira Castellan",
    )
    factories.sign_in(client, cast.administrator)
    page = client.get(url(cast, f"/{product.id}")).text
    assert "4 Dec 2026" in page
    assert "in 12 days" in page
    assert "CHF 129.00" in page
    assert "Mira Castellan" in page


def test_the_access_page_says_who_can_touch_it_and_why(client: FlaskClient, cast: Cast) -> None:
    product = factories.product(cast.organization, "quillmark.example")
    factories.grant(cast.members[Role.EXTERNAL], product=product)
    factories.sign_in(client, cast.representative)
    page = client.get(url(cast, f"/{product.id}/access")).text
    assert "Ines Ostrander" in page
    assert "Was given this product" in page
    assert "Jonas Abegglen" not in page


def test_an_ungranted_or_foreign_product_is_not_there(client: FlaskClient, cast: Cast) -> None:
    own = factories.product(cast.organization, "own.example")
    foreign = factories.product(factories.organization("Other"), "foreign.example")
    factories.sign_in(client, cast.external)
    assert client.get(url(cast, f"/{own.id}")).status_code == 404
    factories.sign_in(client, cast.representative)
    assert client.get(url(cast, f"/{foreign.id}")).status_code == 404


def test_renewal_is_switched_in_place_and_the_journal_says_so(client: FlaskClient, cast: Cast) -> None:
    product = factories.product(cast.organization, "quillmark.example")
    factories.sign_in(client, cast.administrator)
    path = url(cast, f"/{product.id}/renewal")
    answer = client.post(path, data={"auto_renew": "y"}, headers={"HX-Request": "true"})
    assert "Saved at" in answer.text
    assert renewing() == {"quillmark.example"}
    entry = Entry.get(Entry.act == "product.changed")
    assert entry.details == {"changes": {"auto_renew": [False, True]}}
    assert client.post(path).status_code == 303
    assert renewing() == set()


def test_a_collaborator_may_not_spend_money(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.grant(cast.members[Role.COLLABORATOR], category="domain")
    factories.sign_in(client, cast.collaborator)
    refused = client.post(url(cast, f"/{three[0].id}/renewal"), data={"auto_renew": "y"})
    assert refused.status_code == 403
    assert "Administrator" in refused.text
    assert client.post(url(cast, "/renewal/set"), data={"all": "1", "on": "1"}).status_code == 403
    assert renewing() == set()


def test_renewal_is_set_on_chosen_products_or_on_all_that_match(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    factories.sign_in(client, cast.representative)
    chosen = {"chosen": [str(three[0].id), str(three[1].id)]}
    assert "Let 2 products renew by themselves?" in client.post(url(cast, "/renewal"), data=chosen).text
    client.post(url(cast, "/renewal/set"), data={**chosen, "on": "1"})
    assert renewing() == {"alpha.example", "beta.example"}
    client.post(url(cast, "/renewal/set"), data={"all": "1", "q": "gamma", "on": "1"})
    assert renewing() == {"alpha.example", "beta.example", "gamma.example"}
    assert Entry.select().where(Entry.act == "product.auto_renewal_set").count() == 2


def test_a_tag_is_set_on_all_that_match_and_taken_off_again(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    factories.sign_in(client, cast.representative)
    assert "Tag 3 products" in client.post(url(cast, "/tags"), data={"all": "1"}).text
    client.post(url(cast, "/tags/set"), data={"all": "1", "name": "Spring", "color": "moss"})
    assert ProductTag.select().count() == 3
    tag = Tag.get(Tag.name == "Spring")
    client.post(url(cast, "/tags/unset"), data={"chosen": str(three[0].id), "tag": str(tag.id)})
    assert ProductTag.select().count() == 2


def test_bulk_acts_reach_no_further_than_the_person(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.grant(cast.members[Role.EXTERNAL], product=three[0])
    factories.sign_in(client, cast.external)
    client.post(url(cast, "/tags/set"), data={"all": "1", "name": "Mine"})
    client.post(url(cast, "/tags/set"), data={"chosen": str(three[1].id), "name": "Other"})
    assert [row.product_id for row in ProductTag.select()] == [three[0].id]


def test_a_tag_that_is_none_is_not_there(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.representative)
    for tag in ("", "nonsense", "99999999999999999999", "1e5"):
        assert client.post(url(cast, "/tags/unset"), data={"all": "1", "tag": tag}).status_code == 404


def test_nothing_chosen_is_said_and_changes_nothing(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    answer = client.post(url(cast, "/renewal"), headers={"Referer": f"http://localhost{url(cast)}"})
    assert answer.status_code == 303
    assert "Choose at least one product first." in client.get(url(cast)).text


def test_the_export_holds_what_is_shown_and_no_formula(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.product(cast.organization, "=cmd()", price_minor=1840, currency="CHF")
    factories.tag(cast.organization, "Shop", three[0])
    factories.sign_in(client, cast.representative)
    sheet = client.get(url(cast, "/export")).data
    assert sheet.startswith(b"\xef\xbb\xbfName,Category")
    assert b"'=cmd()" in sheet
    assert b"18.40,CHF" in sheet
    assert b"Shop" in sheet
    assert client.get(url(cast, "/export?q=alpha")).data.count(b"\r\n") == 2
    some = client.post(url(cast, "/export"), data={"chosen": str(three[1].id)}).data
    assert b"beta.example" in some
    assert b"alpha.example" not in some

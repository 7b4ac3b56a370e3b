"""One product's pages, and acts on many products at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.errors import Forbidden
from models.journal import SYSTEM, Entry
from models.permissions import Role
from models.products import bulk, categories, products, tag_list
from models.products.products import Category, Product
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


def test_the_answer_of_the_switch_holds_what_the_page_says_of_the_date(
    client: FlaskClient, cast: Cast, clock: StandingClock
) -> None:
    product = factories.product(cast.organization, "quillmark.example", expires_on=date(2026, 12, 4))
    factories.sign_in(client, cast.administrator)
    for data, label in (({"auto_renew": "y"}, "Renews by itself"), ({}, "Renew by hand")):
        answer = client.post(url(cast, f"/{product.id}/renewal"), data=data, headers={"HX-Request": "true"}).text
        part = answer[answer.index('<div id="due"') :].strip()
        assert f'aria-label="{label}"' in part
        assert part in client.get(url(cast, f"/{product.id}")).text


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
    page = client.post(url(cast, "/renewal"), data=chosen).text
    assert "How do 2 products renew?" in page
    assert "alpha.example, beta.example" in page
    client.post(url(cast, "/renewal/set"), data={**chosen, "on": "1"})
    assert renewing() == {"alpha.example", "beta.example"}
    client.post(url(cast, "/renewal/set"), data={"all": "1", "q": "gamma", "on": "1"})
    assert renewing() == {"alpha.example", "beta.example", "gamma.example"}
    told = [
        (entry.subject, entry.details)
        for entry in Entry.select().where(Entry.act == "product.auto_renewal_set").order_by(Entry.id)
    ]
    assert sorted(told[:2]) == [(name, {"on": True, "count": 1}) for name in ("alpha.example", "beta.example")]
    assert told[2:] == [(None, {"on": True, "count": 2}), ("gamma.example", {"on": True, "count": 1})]


def test_a_bulk_act_asks_for_its_own_permission(cast: Cast, three: list[Product]) -> None:
    factories.grant(cast.members[Role.COLLABORATOR], category="domain")
    with pytest.raises(Forbidden):
        bulk.set_auto_renewal(
            factories.access_of(cast.members[Role.COLLABORATOR]), on=True, selection=("SELECT id FROM product", [])
        )
    assert renewing() == set()


def test_a_tag_is_set_on_all_that_match_and_taken_off_again(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    factories.sign_in(client, cast.representative)
    assert "Tag 3 products" in client.post(url(cast, "/tags"), data={"all": "1"}).text
    answer = client.post(url(cast, "/tags/set"), data={"all": "1", "name": "Spring", "color": "moss"})
    assert (answer.status_code, answer.location) == (303, url(cast))
    assert "Spring is now on 3 more products." in client.get(url(cast)).text
    tag = Tag.get(Tag.name == "Spring")
    assert client.post(url(cast, "/tags/unset"), data={"chosen": three[0].id, "wanted": tag.id}).status_code == 303
    assert "Spring was taken off 1 product." in client.get(url(cast)).text
    assert ProductTag.select().count() == 2
    assert client.post(url(cast, "/tags/set"), data={"chosen": three[0].id, "wanted": tag.id}).status_code == 303
    assert ProductTag.select().count() == 3


def test_a_filter_by_a_tag_is_not_the_tag_that_is_set(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    shop, blog = factories.tag(cast.organization, "Shop", three[0]), factories.tag(cast.organization, "Blog", three[1])
    factories.sign_in(client, cast.representative)
    filtered = {"all": "1", "tag": str(shop.id)}
    page = client.post(url(cast, "/tags"), data=filtered).text
    assert "Tag 1 product<" in page
    assert f'name="wanted" value="{blog.id}"' in page
    client.post(url(cast, "/tags/set"), data={**filtered, "wanted": str(blog.id)})
    assert {(link.product_id, link.tag_id) for link in ProductTag.select()} == {
        (three[0].id, shop.id),
        (three[0].id, blog.id),
        (three[1].id, blog.id),
    }


def test_each_of_many_tags_can_be_found_and_taken_off(
    client: FlaskClient, cast: Cast, three: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_list, "MOST_CHOICES", 2)
    made = {name: factories.tag(cast.organization, name, three[0]) for name in ("Autumn", "Basel", "Cafe", "Zoo")}
    factories.sign_in(client, cast.representative)
    page = client.post(url(cast, "/tags"), data={"all": "1"}).text
    assert "Zoo" not in page
    assert 'aria-label="Find a tag"' in page
    data = {"all": "1", "find": "zo", "wanted": str(made["Autumn"].id)}
    page = client.post(url(cast, "/tags"), data=data).text
    assert f'value="{made["Zoo"].id}"' in page
    assert f'value="{made["Autumn"].id}" required checked' in page
    assert "Basel" not in page
    client.post(url(cast, "/tags/unset"), data={**data, "wanted": str(made["Zoo"].id)})
    assert not ProductTag.select().where(ProductTag.tag == made["Zoo"]).exists()


def test_a_chosen_tag_stays_in_the_filter_however_many_there_are(
    client: FlaskClient, cast: Cast, three: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_list, "MOST_CHOICES", 2)
    made = {name: factories.tag(cast.organization, name, three[0]) for name in ("Autumn", "Basel", "Cafe", "Zoo")}
    factories.sign_in(client, cast.representative)
    page = client.get(url(cast, f"/filter?tag={made['Zoo'].id}")).text
    assert f'name="tag" value="{made["Zoo"].id}" checked' in page
    assert f'value="{made["Autumn"].id}"' in page
    assert "Cafe" not in page
    page = client.get(url(cast, f"/filter?tag={made['Zoo'].id}&find=CAF"), headers={"HX-Request": "true"}).text
    assert "Cafe" in page
    assert f'name="tag" value="{made["Zoo"].id}" checked' in page


def test_what_is_asked_for_beside_the_filters_stays_with_them(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    category = Category.get(Category.key == "newsletter")
    factories.product(cast.organization, "News", "newsletter")
    categories.archive(category, SYSTEM)
    factories.sign_in(client, cast.representative)
    page = client.get(url(cast, f"/filter?q=alpha&sort=-due&category={category.id}")).text
    for name, value in (("q", "alpha"), ("sort", "-due"), ("category", category.id)):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


def test_bulk_acts_reach_no_further_than_the_person(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.grant(cast.members[Role.EXTERNAL], product=three[0])
    factories.sign_in(client, cast.external)
    client.post(url(cast, "/tags/set"), data={"all": "1", "name": "Mine"})
    client.post(url(cast, "/tags/set"), data={"chosen": str(three[1].id), "name": "Other"})
    assert [row.product_id for row in ProductTag.select()] == [three[0].id]


def test_a_tag_that_is_none_is_not_there(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.representative)
    for tag in ("", "nonsense", "99999999999999999999", "1e5"):
        assert client.post(url(cast, "/tags/unset"), data={"all": "1", "wanted": tag}).status_code == 404


def test_nothing_chosen_is_said_and_changes_nothing(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    answer = client.post(url(cast, "/renewal"), headers={"Referer": f"http://localhost{url(cast)}"})
    assert answer.status_code == 303
    assert "Choose at least one product first." in client.get(url(cast)).text


def notes(client: FlaskClient, cast: Cast, product: Product, text: str, over: str = "") -> TestResponse:
    return client.post(url(cast, f"/{product.id}/notes"), data={"notes": text, "over": over})


def test_notes_keep_their_lines_and_nothing_that_cannot_be_seen(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    factories.sign_in(client, cast.administrator)
    assert (
        notes(client, cast, three[0], " Renew\0 by hand.\r\n\r\n\tAsk Mira.\x1b[2J\x85 👩\u200d🚀 \n").status_code
        == 303
    )
    assert Product.get_by_id(three[0].id).notes == "Renew by hand.\n\n\tAsk Mira.[2J 👩\u200d🚀"
    made = products.create(
        SYSTEM, cast.organization.id, category_id=three[0].category_id, name="New\0", notes="a\0\nb", plan="\0"
    )
    assert (made.name, made.notes, made.plan) == ("New", "a\nb", "")


def test_notes_of_somebody_else_are_not_lost(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.administrator)
    assert notes(client, cast, three[0], "First\nline").status_code == 303
    page = notes(client, cast, three[0], "Second", over="")
    assert page.status_code == 409
    assert "Somebody else wrote notes here in the meantime." in page.text
    assert '<p class="pre">First\nline</p>' in page.text
    assert ">\r\nSecond</textarea>" in page.text
    assert 'name="over" type="hidden" value="First\nline"' in page.text
    assert Product.get_by_id(three[0].id).notes == "First\nline"
    assert notes(client, cast, three[0], "Second", over="First\r\nline").status_code == 303
    assert Product.get_by_id(three[0].id).notes == "Second"


def test_the_same_notes_twice_and_another_change_meanwhile_are_no_conflict(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    factories.sign_in(client, cast.administrator)
    client.post(url(cast, f"/{three[0].id}/renewal"), data={"auto_renew": "y"})
    assert notes(client, cast, three[0], "Mine").status_code == 303
    assert notes(client, cast, three[0], "Mine").status_code == 303


def test_notes_that_are_too_long_stay_to_be_shortened(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.administrator)
    assert notes(client, cast, three[0], "x\r\n" * 2000).status_code == 303
    page = notes(client, cast, three[0], "x" * 4001, over=Product.get_by_id(three[0].id).notes)
    assert page.status_code == 422
    assert "At most 4000 characters." in page.text


def test_the_journal_of_a_product_is_one_of_its_tabs(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.administrator)
    assert f"/journal?product_id={three[0].id}" in client.get(url(cast, f"/{three[0].id}")).text

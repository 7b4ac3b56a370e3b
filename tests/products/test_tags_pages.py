"""The management of tags over HTTP: the list, adding, editing, merging, deleting, and who may."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from models.journal import Entry
from models.permissions import Role
from models.products.tags import ProductTag, Tag
from tests import factories
from tests.conftest import Cast

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def shop(cast: Cast) -> Tag:
    """A tag on two products."""
    products = [factories.product(cast.organization, name) for name in ("a.example", "b.example")]
    return factories.tag(cast.organization, "Shop", *products)


def base(cast: Cast) -> str:
    return f"/o/{cast.organization.slug}/tags"


def tag_acts() -> list[str]:
    return [entry.act for entry in Entry.select().where(Entry.act.startswith("tag.")).order_by(Entry.id)]


def test_all_tags_are_listed_with_their_use(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    factories.tag(cast.organization, "Unused")
    page = client.get(base(cast)).text
    assert page.index(">Shop<") < page.index('<td class="num">2</td>') < page.index(">Unused<")
    assert '<td class="num muted">0</td>' in page
    assert "Add a tag" in page


def test_the_list_can_be_searched(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    factories.tag(cast.organization, "Basel")
    found = client.get(base(cast) + "?q=SHO", headers=FRAGMENT).text
    assert "<html" not in found
    assert "Shop" in found
    assert "Basel" not in found
    assert "No tag matches “xyz”" in client.get(base(cast) + "?q=xyz").text


def test_an_empty_list_offers_the_first_step(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.administrator)
    page = client.get(base(cast)).text
    assert "No tag yet" in page
    assert "Add a tag" in page


def test_people_with_grants_see_their_tags_without_acts_or_counts(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.collaborator)
    mine = factories.product(cast.organization)
    factories.tag(cast.organization, "Mine", mine)
    factories.grant(cast.members[Role.COLLABORATOR], product=mine)
    page = client.get(base(cast)).text
    assert "Mine" in page
    for hidden in ("Shop", "Actions for", "Add a tag", 'class="num'):
        assert hidden not in page


def test_a_tag_is_added_without_a_product(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.administrator)
    assert 'name="color" value="brick" aria-label="Brick" checked' in client.get(base(cast) + "/add").text
    answer = client.post(base(cast) + "/add", data={"name": " Shop", "color": "plum"})
    assert (answer.status_code, answer.location) == (303, base(cast))
    assert "Tag “Shop” added. It is not on any product yet." in client.get(base(cast)).text
    assert Tag.get().color == "plum"
    assert tag_acts() == ["tag.created"]


def test_a_tag_that_there_is_cannot_be_added(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    answer = client.post(base(cast) + "/add", data={"name": "SHOP", "color": "plum"})
    assert answer.status_code == 422
    assert "There is a tag “Shop” already." in answer.text
    assert 'value="SHOP"' in answer.text


def test_a_tag_is_edited_in_place_and_without_script(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    address = f"{base(cast)}/{shop.id}/edit"
    assert 'value="Shop"' in client.get(address).text
    assert client.get(address, headers=FRAGMENT).text.lstrip().startswith(f'<tbody id="tag-{shop.id}"')
    answer = client.post(address, data={"name": "Store", "color": "plum"}, headers=FRAGMENT)
    assert "Store" in answer.text
    assert json.loads(answer.headers["HX-Trigger"]) == {"toast": "Tag “Store” saved."}
    assert client.post(address, data={"name": "Store 2", "color": "plum"}).status_code == 303
    assert Tag.get().name == "Store 2"
    assert tag_acts() == ["tag.renamed", "tag.recoloured", "tag.renamed"]


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_renaming_onto_another_name_offers_to_merge(
    client: FlaskClient, cast: Cast, shop: Tag, headers: dict[str, str]
) -> None:
    factories.sign_in(client, cast.administrator)
    other = factories.tag(cast.organization, "Store")
    answer = client.post(f"{base(cast)}/{shop.id}/edit", data={"name": "store", "color": "moss"}, headers=headers)
    assert answer.status_code == 422
    assert "There is a tag “Store” already." in answer.text
    assert f"/tags/{shop.id}/merge?into={other.id}" in answer.text
    page = client.get(f"{base(cast)}/{shop.id}/merge?into={other.id}", headers=headers).text
    assert f'<option value="{other.id}" selected>Store</option>' in page


@pytest.mark.parametrize(("name", "color"), [("", "moss"), ("x" * 33, "moss"), ("Store", "pink")])
def test_a_bad_edit_changes_nothing(client: FlaskClient, cast: Cast, shop: Tag, name: str, color: str) -> None:
    factories.sign_in(client, cast.administrator)
    answer = client.post(f"{base(cast)}/{shop.id}/edit", data={"name": name, "color": color})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert Tag.get().name == "Shop"


def test_deleting_says_on_how_many_products(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    address = f"{base(cast)}/{shop.id}/delete"
    assert "Delete “Shop”, which is on 2 products?" in client.get(address).text
    assert Tag.select().exists()
    assert client.post(address).status_code == 303
    assert "Tag “Shop” deleted. It was on 2 products." in client.get(base(cast)).text
    assert not ProductTag.select().exists()
    assert tag_acts() == ["tag.deleted"]


def test_deleting_in_place_takes_the_row_away(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    last = factories.tag(cast.organization, "Last")
    answer = client.post(f"{base(cast)}/{shop.id}/delete", headers=FRAGMENT)
    assert (answer.status_code, answer.text) == (200, "")
    answer = client.post(f"{base(cast)}/{last.id}/delete", headers=FRAGMENT)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, base(cast))


def test_merging_says_what_becomes_of_it(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    into = factories.tag(cast.organization, "Store")
    address = f"{base(cast)}/{shop.id}/merge"
    assert "The 2 products that carry it carry the other tag afterwards." in client.get(address).text
    assert client.post(address, data={"into": into.id}).status_code == 303
    assert "“Shop” is “Store” now, on 2 products." in client.get(base(cast)).text
    assert ProductTag.select().where(ProductTag.tag == into).count() == 2
    assert tag_acts() == ["tag.merged"]


def test_merging_needs_another_tag_of_the_organization(client: FlaskClient, cast: Cast, shop: Tag) -> None:
    factories.sign_in(client, cast.administrator)
    foreign = factories.tag(factories.organization("Brennholm"), "Foreign")
    address = f"{base(cast)}/{shop.id}/merge"
    assert "There is no other tag." in client.get(address).text
    assert client.get(f"{address}?into={'9' * 30}").status_code == 200
    factories.tag(cast.organization, "Store")
    for into in ("", "x", "9" * 30, str(shop.id), str(foreign.id)):
        answer = client.post(address, data={"into": into})
        assert answer.status_code == 422
        assert 'class="error"' in answer.text
    assert ProductTag.select().where(ProductTag.tag == shop).count() == 2


PAGES = ("{id}/edit", "{id}/merge", "{id}/delete")


@pytest.mark.parametrize("page", ["", "/add", *[f"/{page}" for page in PAGES]])
def test_a_stranger_finds_nothing(client: FlaskClient, cast: Cast, shop: Tag, page: str) -> None:
    factories.sign_in(client, cast.stranger)
    address = base(cast) + page.format(id=shop.id)
    assert client.get(address).status_code == 404
    if page:
        assert client.post(address, data={"name": "Store", "color": "plum", "into": "1"}).status_code == 404
    assert [tag.name for tag in Tag.select()] == ["Shop"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["collaborator", "external"])
def test_managing_takes_a_stronger_role(client: FlaskClient, cast: Cast, shop: Tag, page: str, person: str) -> None:
    factories.sign_in(client, getattr(cast, person))
    factories.grant(cast.members[Role.COLLABORATOR], category="domain")
    address = f"{base(cast)}/{page.format(id=shop.id)}"
    answer = client.get(address)
    assert answer.status_code == 403
    assert "Administrator" in answer.text
    assert client.post(address, data={"name": "Store", "color": "plum"}).status_code == 403
    assert [(tag.name, tag.color) for tag in Tag.select()] == [("Shop", "moss")]
    assert tag_acts() == []


def test_another_organizations_tag_is_not_found(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.administrator)
    foreign = factories.tag(factories.organization("Brennholm"), "Foreign")
    for page in PAGES:
        assert client.get(f"{base(cast)}/{page.format(id=foreign.id)}").status_code == 404
        assert client.post(f"{base(cast)}/{page.format(id=foreign.id)}").status_code == 404
    assert Tag.select().count() == 1


@pytest.mark.parametrize("query", ["after=%00", "before=a%00", "q=%00", "q=" + "x" * 60_000])
def test_an_address_that_nobody_made_for_us_still_shows_the_list(
    client: FlaskClient, cast: Cast, shop: Tag, query: str
) -> None:
    factories.sign_in(client, cast.administrator)
    assert client.get(f"{base(cast)}?{query}").status_code == 200


@pytest.mark.parametrize("person", ["collaborator", "external"])
def test_who_sees_some_products_adds_tags_on_these_alone(
    client: FlaskClient, cast: Cast, shop: Tag, person: str
) -> None:
    factories.sign_in(client, getattr(cast, person))
    assert client.get(f"{base(cast)}/add").status_code == 403
    for name in ("New", "sHOP"):
        answer = client.post(f"{base(cast)}/add", data={"name": name, "color": "plum"})
        assert answer.status_code == 403
        assert "Shop" not in answer.text
    assert [tag.name for tag in Tag.select()] == ["Shop"]

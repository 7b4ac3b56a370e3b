"""Tags in place over HTTP: the editor, its choices with and without script, and who may."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.journal import Entry
from models.permissions import Role
from models.products.products import Product
from models.products.tags import ProductTag, Tag
from tests import factories
from tests.conftest import Cast

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def product(cast: Cast) -> Product:
    """A product of the organization."""
    return factories.product(cast.organization, "feuilleton.example")


def base(cast: Cast, product: Product) -> str:
    return f"/o/{cast.organization.slug}/products/{product.id}/tags"


def tag_acts() -> list[str]:
    return [entry.act for entry in Entry.select().where(Entry.act.startswith("tag.")).order_by(Entry.id)]


def test_the_editor_lists_tags_and_narrows_them(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.representative)
    for name in ("Spring campaign", "Shop"):
        factories.tag(cast.organization, name)
    everything = client.get(base(cast, product), headers=FRAGMENT).text
    assert "<html" not in everything
    assert everything.index("Shop") < everything.index("Spring campaign")
    assert "Create" not in everything
    narrowed = client.get(base(cast, product) + "?q=spr", headers=FRAGMENT).text
    assert "Shop" not in narrowed
    assert 'data-tag="spr">' in narrowed
    exact = client.get(base(cast, product) + "?q=%20SHOP", headers=FRAGMENT).text
    assert "Create" not in exact


def test_an_organization_without_tags_is_told_how_to_begin(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.representative)
    page = client.get(base(cast, product), headers=FRAGMENT).text
    assert "No tag yet. Type a name to make the first." in page


def test_the_new_tag_is_offered_in_the_least_used_colour(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.representative)
    factories.tag(cast.organization, "Shop", color="brick")
    page = client.get(base(cast, product) + "?q=new", headers=FRAGMENT).text
    assert 'value="copper" aria-label="Copper" checked' in page


def test_a_choice_in_place_answers_with_the_cell(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.representative)
    tag = factories.tag(cast.organization, "<Shop>")
    answer = client.post(f"{base(cast, product)}/{tag.id}/set", headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.text.startswith(f'<div class="tags" id="tags-{product.id}">')
    assert "&lt;Shop&gt;" in answer.text
    answer = client.post(f"{base(cast, product)}/{tag.id}/unset", headers=FRAGMENT)
    assert "Shop" not in answer.text
    assert tag_acts() == ["tag.set", "tag.unset"]


def test_without_script_a_choice_leads_back_and_says_what_is_so(
    client: FlaskClient, cast: Cast, product: Product
) -> None:
    factories.sign_in(client, cast.representative)
    tag = factories.tag(cast.organization, "Shop")
    page = client.get(base(cast, product))
    assert "Tags of feuilleton.example</h1>" in page.text
    answer = client.post(f"{base(cast, product)}/{tag.id}/set")
    assert (answer.status_code, answer.location) == (303, base(cast, product))
    assert "feuilleton.example carries Shop now." in client.get(answer.location).text
    client.post(f"{base(cast, product)}/{tag.id}/unset")
    assert "feuilleton.example carries no tag now." in client.get(base(cast, product)).text


def test_a_new_name_makes_a_tag(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.representative)
    answer = client.post(f"{base(cast, product)}/create", data={"name": " New  one ", "color": "plum"})
    assert answer.status_code == 303
    tag = Tag.get()
    assert (tag.name, tag.color) == ("New one", "plum")
    assert tag_acts() == ["tag.created", "tag.set"]


@pytest.mark.parametrize(
    ("name", "color", "sentence"),
    [
        ("", "moss", "A tag needs a name."),
        ("x" * 33, "moss", "A tag has at most 32 characters, this one has 33."),
        ("Shop", "pink", "Choose one of the twelve colours."),
    ],
)
def test_bad_input_is_refused_beside_the_field(
    client: FlaskClient, cast: Cast, product: Product, name: str, color: str, sentence: str
) -> None:
    factories.sign_in(client, cast.representative)
    for headers in ({}, FRAGMENT):
        answer = client.post(f"{base(cast, product)}/create", data={"name": name, "color": color}, headers=headers)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert f'value="{name}"' in client.post(f"{base(cast, product)}/create", data={"name": name, "color": color}).text
    assert not Tag.select().exists()


def test_a_stranger_finds_nothing(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.stranger)
    tag = factories.tag(cast.organization, "Shop")
    assert client.get(base(cast, product)).status_code == 404
    for act in (f"{tag.id}/set", f"{tag.id}/unset", "create"):
        assert client.post(f"{base(cast, product)}/{act}", data={"name": "New"}).status_code == 404
    assert not ProductTag.select().exists()
    assert Tag.select().count() == 1


def test_an_external_user_tags_granted_products_only(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.external)
    other = factories.product(cast.organization, "other.example")
    factories.grant(cast.members[Role.EXTERNAL], product=product)
    factories.tag(cast.organization, "Hidden", other)
    assert client.get(base(cast, other)).status_code == 404
    assert client.post(f"{base(cast, other)}/create", data={"name": "New"}).status_code == 404
    assert "Hidden" not in client.get(base(cast, product)).text
    assert client.post(f"{base(cast, product)}/create", data={"name": "New"}).status_code == 303
    assert [link.product_id for link in ProductTag.select().where(ProductTag.product == product)] == [product.id]


def test_nothing_can_be_tagged_in_a_suspended_organization(client: FlaskClient, cast: Cast, product: Product) -> None:
    factories.sign_in(client, cast.representative)
    cast.organization.suspended_at = "2026-11-01T00:00:00.000000Z"
    cast.organization.save()
    assert client.post(f"{base(cast, product)}/create", data={"name": "New"}).status_code == 403
    assert not Tag.select().exists()


def test_a_person_who_is_signed_out_is_led_to_the_sign_in(client: FlaskClient, cast: Cast, product: Product) -> None:
    answer = client.get(base(cast, product), headers=FRAGMENT)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/login")


def test_the_editor_reads_no_further_than_a_name_can_be_meant(
    client: FlaskClient, cast: Cast, product: Product
) -> None:
    factories.sign_in(client, cast.representative)
    for query in ("%00", "x" * 60_000):
        assert client.get(f"{base(cast, product)}?q={query}", headers=FRAGMENT).status_code == 200

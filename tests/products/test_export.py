"""The list as a sheet: the products and columns that are shown, read back by the import, sent while it is read."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from models.permissions import Role
from models.products import listing
from models.products.importing.kinds import PRODUCTS
from models.products.products import Product
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def three(cast: Cast) -> list[Product]:
    return [factories.product(cast.organization, f"{name}.example") for name in ("alpha", "beta", "gamma")]


def url(cast: Cast, path: str = "/export") -> str:
    return f"/o/{cast.organization.slug}/products{path}"


def read(sheet: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))


def test_the_export_holds_what_is_shown_and_no_formula(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.product(cast.organization, "=cmd()", price_minor=1840, currency="CHF")
    factories.tag(cast.organization, "Shop", three[0])
    factories.sign_in(client, cast.representative)
    sheet = client.get(url(cast)).data
    assert sheet.startswith(b"\xef\xbb\xbfName,Category")
    assert b"'=cmd()" in sheet
    assert b"18.40,CHF" in sheet
    assert b"Shop" in sheet
    assert client.get(url(cast) + "?q=alpha").data.count(b"\r\n") == 2


def test_it_has_the_columns_that_the_person_chose(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.representative)
    usual = read(client.get(url(cast)).data)[0]
    assert usual == [
        "Name",
        "Category",
        "Expiry date",
        "Auto-renewal",
        "Price",
        "Currency",
        "Period (months)",
        "State",
        "Tags",
    ]
    client.post(url(cast, "/columns"), data={"column": ["plan", "identifier", "holder"]})
    header = read(client.get(url(cast)).data)[0]
    assert header == ["Name", "Category", "Plan", "Identifier", "Holder name"]


def test_the_import_knows_every_column(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.sign_in(client, cast.representative)
    client.post(
        url(cast, "/columns"), data={"column": ["plan", "identifier", "holder", "tags", "state", "renews", "price"]}
    )
    header = read(client.get(url(cast)).data)[0]
    assert sorted(PRODUCTS.guess(header).values()) == list(range(12)) == list(range(len(header)))


def test_chosen_rows_are_all_of_it_whatever_became_of_them(
    client: FlaskClient, cast: Cast, three: list[Product]
) -> None:
    factories.sign_in(client, cast.representative)
    Product.update(state="expired").where(Product.id == three[0].id).execute()
    data = {"chosen": [str(three[2].id), str(three[0].id), str(three[2].id)], "state": "active", "sort": "-name"}
    names = [line[0] for line in read(client.post(url(cast), data=data).data)]
    assert names == ["Name", "gamma.example", "alpha.example"]
    everything = client.post(url(cast), data={"all": "1", "state": "active"}).data
    assert [line[0] for line in read(everything)] == ["Name", "beta.example", "gamma.example"]


def test_it_reaches_no_further_than_the_person(client: FlaskClient, cast: Cast, three: list[Product]) -> None:
    factories.grant(cast.members[Role.EXTERNAL], product=three[0])
    factories.sign_in(client, cast.external)
    data = {"chosen": [str(product.id) for product in three]}
    assert [line[0] for line in read(client.post(url(cast), data=data).data)] == ["Name", "alpha.example"]
    assert [line[0] for line in read(client.get(url(cast)).data)] == ["Name", "alpha.example"]


def test_a_long_list_is_sent_while_it_is_read(
    client: FlaskClient, cast: Cast, three: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 2)
    factories.sign_in(client, cast.representative)
    assert [line[0] for line in read(client.get(url(cast) + "?sort=-name").data)[1:]] == [
        "gamma.example",
        "beta.example",
        "alpha.example",
    ]
    answer = client.get(url(cast), buffered=False)
    assert answer.is_streamed
    answer.close()

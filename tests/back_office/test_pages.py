"""Every page of the back office opens for an operator, is not there for others, and is empty with grace."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import outbox
from models.account import users
from models.permissions import OperatorRole
from tests import factories
from tests.conftest import Cast

PATHS = (
    "/back-office/",
    "/back-office/organizations",
    "/back-office/organizations/new",
    "/back-office/users",
    "/back-office/users?who=pending",
    "/back-office/products",
    "/back-office/categories",
    "/back-office/categories/new",
    "/back-office/categories/1",
    "/back-office/imports",
    "/back-office/imports/new",
    "/back-office/outbox",
    "/back-office/outbox?state=failed",
    "/back-office/outbox/files",
    "/back-office/jobs",
    "/back-office/settings",
    "/back-office/kit",
)


@pytest.mark.parametrize("path", PATHS)
def test_an_operator_opens_it(client: FlaskClient, cast: Cast, path: str) -> None:
    factories.product(cast.organization, "quillmark.example", identifier="DMN-1")
    outbox.post("test_mail", cast.operator.recipient)
    factories.sign_in(client, cast.operator)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<h1" in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_instance_has_every_page(client: FlaskClient, app: Flask, path: str) -> None:
    factories.sign_in(client, factories.user("Olga Tann", operator_roles=tuple(OperatorRole)))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_for_others_it_is_not_there(client: FlaskClient, cast: Cast, path: str) -> None:
    assert client.get(path).status_code == 303
    factories.sign_in(client, cast.representative)
    assert client.get(path).status_code == 404


def test_details_open(client: FlaskClient, cast: Cast) -> None:
    product = factories.product(cast.organization, "quillmark.example")
    outbox.post("test_mail", cast.operator.recipient)
    factories.sign_in(client, cast.operator)
    for path in (
        f"/back-office/organizations/{cast.organization.id}",
        f"/back-office/organizations/{cast.organization.id}?ask=suspend",
        f"/back-office/organizations/{cast.organization.id}?ask=view",
        f"/back-office/users/{cast.collaborator.id}",
        f"/back-office/users/{cast.collaborator.id}?ask=suspend",
        f"/back-office/products/{product.id}",
        f"/back-office/outbox/{outbox.Message.get().id}",
    ):
        assert client.get(path).status_code == 200, path
    for area in ("organizations", "users", "products", "categories", "outbox"):
        assert client.get(f"/back-office/{area}/99999").status_code == 404, area


@pytest.mark.parametrize(
    ("path", "found", "missing"),
    [
        ("/back-office/organizations?q=QUILL", "Quillmark Press", "Brennholm Verein"),
        ("/back-office/users?q=renk", "Tobias Renk", "Jonas Abegglen"),
        ("/back-office/users?who=operators", "Olga Tann", "Jonas Abegglen"),
        ("/back-office/products?q=quill dmn", "quillmark.example", "brennholm.example"),
        ("/back-office/products?q=no", "no.example", "quillmark.example"),
        ("/back-office/products?state=expired", "no.example", "quillmark.example"),
        ("/back-office/outbox?q=renk", "Tobias Renk", "Jonas Abegglen"),
    ],
)
def test_searches_and_filters(client: FlaskClient, cast: Cast, path: str, found: str, missing: str) -> None:
    factories.product(cast.organization, "quillmark.example", identifier="DMN-1")
    factories.product(cast.organization, "brennholm.example")
    factories.product(cast.organization, "no.example", state="expired")
    for person in (cast.stranger, cast.collaborator):
        outbox.post("test_mail", person.recipient)
    factories.sign_in(client, cast.operator)
    fragment = client.get(path, headers={"HX-Request": "true", "HX-Target": "div#list"}).text
    assert "<h1" not in fragment
    assert found in fragment
    assert missing not in fragment


def test_lists_turn_by_key_there_and_back(client: FlaskClient, cast: Cast) -> None:
    for number in range(120):
        factories.organization(f"Org {number:03}")
    factories.sign_in(client, cast.operator)
    first = client.get("/back-office/organizations").text
    assert "Brennholm" in first
    assert "50 of 122" in first
    second = client.get(link(first, "next")).text
    third = client.get(link(second, "next")).text
    assert ("Org 049" in second, "Quillmark" in third, 'rel="next"' in third) == (True, True, False)
    assert "Org 049" in client.get(link(third, "prev")).text
    assert client.get("/back-office/organizations?after=x&at=nothing").status_code == 200


@pytest.mark.parametrize("area", ["organizations", "users", "products", "outbox"])
@pytest.mark.parametrize(
    "query",
    [
        "after=%00&at=1",
        "after=1.AA",  # base64 of NUL
        "after=1.eA",
        "before=9999999999999999999999.MQ",
        "after=1.wrI",  # base64 of ²
        "q=%00",
        "q=%25_%5C'",
        "organization=99999999999999999999999",
        "organization=%C2%B2",
        "state=%00&who=%00",
    ],
)
def test_whatever_the_address_bar_holds_is_no_fault(client: FlaskClient, cast: Cast, area: str, query: str) -> None:
    factories.sign_in(client, cast.operator)
    assert client.get(f"/back-office/{area}?{query}").status_code == 200


@pytest.mark.parametrize("typed", ["jörg strauss", "JÖRG", "Strauß", "strauß"])
def test_people_are_found_whatever_the_case_of_their_letters(client: FlaskClient, cast: Cast, typed: str) -> None:
    person = users.insert(email="j@example.org", name="Jo", password_hash=None)
    person.change(cast.operator.actor(), name="Jörg Strauß")
    factories.sign_in(client, cast.operator)
    assert "Jörg Strauß" in client.get("/back-office/users", query_string={"q": typed}).text
    assert "Jörg Strauß" not in client.get("/back-office/users?q=jorg").text


@pytest.mark.parametrize("typed", ["östergöt", "Östergötland", "ÖSTER"])
def test_organizations_are_found_by_their_place(client: FlaskClient, cast: Cast, typed: str) -> None:
    cast.organization.change(cast.operator.actor(), version=1, city="Östergötland")
    factories.sign_in(client, cast.operator)
    page = client.get("/back-office/organizations", query_string={"q": typed}).text
    assert ("Quillmark Press" in page, "Brennholm" in page) == (True, False)


def link(page: str, rel: str) -> str:
    """Where the pager leads."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")

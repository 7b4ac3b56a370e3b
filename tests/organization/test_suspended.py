"""A suspended organization: every page says so and why, everything can be read, nothing is offered that is refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models import settings
from models.access import Access
from models.base import now
from models.organization import invitations, representatives
from models.organization.invitations import Invitation
from models.permissions import Role
from models.products.products import Product
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def product(client: FlaskClient, cast: Cast) -> Product:
    """A product of a suspended organization, whose legal representative is signed in."""
    settings.business().save(support_email="help@tannwald.example")
    found = factories.product(cast.organization, "feuilleton.example")
    cast.organization.suspend("Three invoices are open.", cast.operator.actor())
    factories.sign_in(client, cast.representative)
    return found


@pytest.mark.parametrize("page", ["", "products", "members", "tags", "journal", "settings", "roles"])
def test_every_page_says_so_and_whom_to_ask(client: FlaskClient, cast: Cast, product: Product, page: str) -> None:
    text = client.get(f"/o/{cast.organization.slug}/{page}").text
    assert f"{cast.organization.name} is suspended. It can be read, but not changed." in text
    assert "Three invoices are open." in text
    assert "mailto:help@tannwald.example" in text


def test_what_would_be_refused_is_not_offered(client: FlaskClient, cast: Cast, product: Product) -> None:
    home = f"/o/{cast.organization.slug}"
    assert "Invite a person" not in client.get(f"{home}/members").text
    assert "data-tag-edit" not in client.get(f"{home}/products").text
    assert "Add a tag" not in client.get(f"{home}/tags").text


def test_a_refused_act_says_that_it_can_be_read(client: FlaskClient, cast: Cast, product: Product) -> None:
    refused = client.post(f"/o/{cast.organization.slug}/members/invite", data={"email": "a@example.org"})
    assert refused.status_code == 403
    assert "This can be read, but not changed" in refused.text


def test_chosen_products_can_be_exported(client: FlaskClient, cast: Cast, product: Product) -> None:
    sheet = client.post(f"/o/{cast.organization.slug}/products/export", data={"chosen": str(product.id)})
    assert (sheet.status_code, "feuilleton.example" in sheet.text) == (200, True)
    assert client.post(f"/o/{cast.organization.slug}/products/columns", data={"column": "tags"}).status_code == 303


@pytest.fixture
def invited(cast: Cast, administrator: Access) -> Invitation:
    """Somebody who was invited, and whose invitation runs out soon."""
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    Invitation.update(expires_at=now() + timedelta(days=1)).where(Invitation.id == made.id).execute()
    return made


@pytest.mark.parametrize("role", [Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR])
def test_no_page_of_people_offers_an_act(
    client: FlaskClient, cast: Cast, invited: Invitation, product: Product, role: Role
) -> None:
    factories.sign_in(client, cast.members[role].user)
    home = f"/o/{cast.organization.slug}"
    paths = ["/", "/members", "/settings", *(f"/members/{member.id}" for member in cast.members.values())]
    pages = {path: client.get(f"{home}{path}").text.partition("<main")[2] for path in paths}
    offered = {name: re.findall(r'(?:action|href)="([^"]+)"', page) for name, page in pages.items()}
    acts = r"/(resend|cancel|appoint|invite|remove|role|access|edit|leave)$"
    assert {name: [url for url in urls if re.search(acts, url)] for name, urls in offered.items() if urls} == {
        name: [] for name in pages
    }
    assert "The invitation of <b>lena@example.org</b> runs out" in pages["/"]
    assert "Waiting for an answer" in pages["/members"]
    assert "E-mail for invoices" in pages["/settings"], "what could be read can be read still"


def test_who_was_asked_to_represent_it_reads_why_not_now(
    client: FlaskClient, cast: Cast, representative: Access
) -> None:
    representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    cast.organization.suspend("Three invoices are open.", cast.operator.actor())
    factories.sign_in(client, cast.administrator)
    page = client.get(f"/o/{cast.organization.slug}/appointment").text
    assert "Nobody can join it now." in page
    assert "/appointment/accept" not in page

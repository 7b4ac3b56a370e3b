"""The ledger: every mail on renewals with whom it went to, what it told and what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.base import today
from models.organization.organizations import Organization
from models.outbox import Message
from models.permissions import Role
from models.renewals import ledger, preferences
from tests import factories
from tests.conftest import Cast
from tests.renewals.conftest import in_days, swept

HERE = "/o/quillmark-press/billing/notifications"


@pytest.fixture
def representative(client: FlaskClient, cast: Cast) -> FlaskClient:
    factories.sign_in(client, cast.representative)
    return client


def test_it_says_what_went_to_whom(organization: Organization, representative: FlaskClient) -> None:
    in_days(organization, 7)
    in_days(organization, 30, "other.example")
    swept()
    page = representative.get(f"{HERE}/sent").text
    assert page.count("2 products") == 2
    assert "Mira Castellan" in page
    assert "Waiting" in page
    only = representative.get(f"{HERE}/sent?to=billing@quillmark.example").text
    assert only.count("2 products") == 1
    number = ledger.page(organization.id).rows[0].id
    one = representative.get(f"{HERE}/sent/{number}").text
    assert "quillmark.example" in one
    assert "30 days before the deadline" in one


def test_it_shows_what_became_of_each(organization: Organization, representative: FlaskClient) -> None:
    in_days(organization, 7)
    swept()
    Message.update(state="failed", answer="550 No such user here").where(
        Message.to_address == "billing@quillmark.example"
    ).execute()
    Message.delete().where(Message.to_address != "billing@quillmark.example").execute()
    states = {one.address: one.state for one in ledger.page(organization.id).rows}
    assert sorted(states.values()) == ["failed", "sent"]
    failed = next(one for one in ledger.page(organization.id).rows if one.state == "failed")
    assert "550 No such user here" in representative.get(f"{HERE}/sent/{failed.id}").text


def test_one_mail_for_each_product_is_named_by_it(
    organization: Organization, cast: Cast, representative: FlaskClient
) -> None:
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    preferences.change(by, version=0, digest=False, to_billing=False)
    for number in range(60):
        in_days(organization, 7, f"p{number}.example")
    swept()
    first = ledger.page(organization.id)
    assert [one.product for one in first.rows[:2]] == ["p59.example", "p58.example"]
    assert len(ledger.page(organization.id, edge=first.next).rows) == 10
    page = representative.get(f"{HERE}/sent").text
    assert "Next" in page
    assert "p0.example" not in page


def test_a_product_knows_what_was_told_of_it(organization: Organization, representative: FlaskClient) -> None:
    product = in_days(organization, 7)
    swept()
    swept(6)
    page = representative.get(f"/o/quillmark-press/products/{product.id}/reminders").text
    assert page.count("Mira Castellan, billing@quillmark.example") == 2


def test_mails_of_another_organization_are_not_there(
    organization: Organization, cast: Cast, representative: FlaskClient
) -> None:
    elsewhere = Organization.get(Organization.name == "Brennholm Verein")
    in_days(elsewhere, 7)
    swept()
    number = ledger.page(elsewhere.id).rows[0].id
    assert representative.get(f"{HERE}/sent/{number}").status_code == 404
    assert "Nothing was sent yet" in representative.get(f"{HERE}/sent").text


def test_the_preview_page_says_when_and_why(organization: Organization, representative: FlaskClient) -> None:
    assert "No mail goes out in the next 60 days" in representative.get(f"{HERE}/preview").text
    factories.product(organization, "soon.example", expires_on=today() + timedelta(days=20))
    page = representative.get(f"{HERE}/preview").text
    assert "soon.example expires in 7 days" in page
    assert "You chose 7 days before the deadline." in page
    assert "soon.example expires in 7 days" in representative.get(HERE).text

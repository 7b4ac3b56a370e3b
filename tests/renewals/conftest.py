"""What the tests of renewals share: an organization whose products come due, and what was told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.base import rows
from models.organization.organizations import Organization
from models.products.products import Product
from models.renewals import sweep
from tests import factories
from tests.conftest import Cast

DAY = date(2027, 3, 1)


@pytest.fixture
def organization(cast: Cast) -> Organization:
    """The cast's organization, which gets its invoices at an address of its own."""
    Organization.update(billing_email="billing@quillmark.example").where(
        Organization.id == cast.organization.id
    ).execute()
    return cast.organization.reload()


def in_days(organization: Organization, days: int, name: str = "quillmark.example", **values: object) -> Product:
    """A product that expires so many days after DAY."""
    return factories.product(organization, name, expires_on=DAY + timedelta(days=days), **values)


def swept(after: int = 0) -> sweep.Swept:
    """A sweep of everything, so many days after DAY."""
    return sweep.sweep_all(DAY + timedelta(days=after))


def told(address: str = "billing@quillmark.example") -> list[tuple[str, int, int]]:
    """What an address was told: product, lead time, and how many days after DAY."""
    found = rows(
        "SELECT p.name, n.lead, n.sent_on FROM renewal_notice n JOIN product p ON p.id = n.product_id "
        "WHERE n.address_key = ? ORDER BY n.sent_on, p.name",
        (address,),
    )
    return [(name, lead, (date.fromisoformat(str(on)) - DAY).days) for name, lead, on in found]

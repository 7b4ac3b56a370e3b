"""The notifications with the mails that go out next, for 100,000 products, against the page of these products."""

from __future__ import annotations

from datetime import UTC, datetime

from bench import world as worlds
from bench.measure import Browser, Row, cpu, row
from bench.world import World
from models import base
from models.account.users import User
from models.base import run
from models.permissions import Role
from models.renewals import sweep
from tests import factories

PRODUCTS = 100_000
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
"""Products of the world come due from November 2026 on."""


class _Then(base.Clock):
    """It is the day on which the organization was swept last."""

    def now(self) -> datetime:
        return NOW


def measure(world: World) -> Row:
    """CPU of one page against the other, on a day that was swept like those before it."""
    person = User.get(User.email_key == "mira@example.org")
    organization = factories.organization("Hundred", slug="hundred")
    factories.member(organization, person, Role.LEGAL_REPRESENTATIVE)
    worlds.products(organization.id, PRODUCTS)
    usual, base.clock = base.clock, _Then()
    try:
        sweep.keep(NOW)
        run("ANALYZE")
        browser = Browser(world.app, person)
        pages = {name: f"/o/hundred/{name}" for name in ("products", "billing/notifications")}
        found = cpu({name: lambda path=path: browser.get(path) for name, path in pages.items()}, times=5)  # type: ignore[misc]  # bound at once
    finally:
        base.clock = usual
    ratio = found["billing/notifications"] / found["products"]
    return row(world, "notifications with their preview, 100,000 products, against the products page", ratio, 2.0)

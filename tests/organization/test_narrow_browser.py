"""In a browser as narrow as a phone: names without a place to break widen no page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from models.access import Access
from models.account.users import User
from models.base import now, today
from models.links import Purpose
from models.organization import grants, invitations, representatives
from models.organization.invitations import Invitation
from models.organization.organizations import Organization
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.narrow import UNBROKEN, check
from tests.organization.conftest import Opener

PATHS = (
    "/",
    "/members",
    "/members?q=nobody",
    "/members/{collaborator}",
    "/members/{representative}",
    "/members/{collaborator}/role",
    "/members/{collaborator}/access",
    "/members/{collaborator}/remove",
    "/members/appoint?member={collaborator}",
    "/members/invite",
    "/members/invite/access?email={address}&role=collaborator",
    "/members/invite/access?email={address}&role=administrator",
    "/settings",
    "/settings/edit",
    "/settings/leave",
    "/roles",
    "/journal",
    "/journal?product_id={product}",
)


@pytest.fixture
def numbers(cast: Cast) -> dict[str, object]:
    """A world in which everything has such a name; what the paths name."""
    Organization.update(name=UNBROKEN, street=UNBROKEN, postcode="4" * 20, city=UNBROKEN[:80]).where(
        Organization.id == cast.organization.id
    ).execute()
    User.update(name=UNBROKEN).execute()
    product = factories.product(cast.organization, UNBROKEN, expires_on=today("UTC") + timedelta(days=3))
    for role in (Role.COLLABORATOR, Role.EXTERNAL):
        factories.grant(cast.members[role], product=product)
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    cast.organization.reload().change(by, version=1, city=UNBROKEN[1:81])
    grants.change(cast.members[Role.EXTERNAL], by, add=grants.Given(), drop=grants.Given(frozenset({product.id})))
    return {
        "collaborator": cast.members[Role.COLLABORATOR].id,
        "representative": cast.members[Role.LEGAL_REPRESENTATIVE].id,
        "product": product.id,
        "address": address(by),
    }


def address(by: Access) -> str:
    """A long address that can be invited; another one is invited already, and the administrator is asked."""
    made = invitations.invite(f"{UNBROKEN[:60]}@{'a' * 60}.example.org", Role.COLLABORATOR, by, categories=[1])
    Invitation.update(expires_at=now() + timedelta(days=1)).where(Invitation.id == made.id).execute()
    return f"{UNBROKEN[:59]}@{'a' * 60}.example.org"


def test_no_page_is_widened_by_a_name(narrow: Page, server: str, cast: Cast, numbers: dict[str, object]) -> None:
    factories.sign_in_browser(narrow.context, server, cast.representative)
    home = f"{server}/o/{cast.organization.slug}"
    urls = [home + path.format(**numbers) for path in PATHS] + [f"{server}/o", f"{server}/o/new"]
    check(narrow, urls)


def test_no_page_of_others_is_widened(narrow: Page, server: str, cast: Cast, numbers: dict[str, object]) -> None:
    representatives.appoint(
        cast.members[Role.ADMINISTRATOR], factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    )
    home = f"{server}/o/{cast.organization.slug}"
    factories.sign_in_browser(narrow.context, server, cast.administrator)
    check(narrow, [f"{home}/members", f"{home}/appointment", f"{home}/"])
    cast.organization.suspend(UNBROKEN, cast.operator.actor())
    factories.sign_in_browser(narrow.context, server, cast.external)
    check(narrow, [f"{home}/", f"{home}/settings", f"{home}/members"])


def test_no_emailed_link_is_widened(
    narrow: Page, server: str, cast: Cast, numbers: dict[str, object], link_of: Opener
) -> None:
    asked = representatives.appoint(
        cast.members[Role.ADMINISTRATOR], factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    )
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    made = invitations.invite("lena@example.org", Role.EXTERNAL, by, products=[int(str(numbers["product"]))])
    urls = [server + link_of(Purpose.INVITATION, made.id), server + link_of(Purpose.REPRESENTATIVE, asked.id)]
    check(narrow, urls)
    factories.sign_in_browser(narrow.context, server, cast.stranger)
    check(narrow, urls)
    invitations.cancel(made, by)
    check(narrow, urls)


EMPTY_PAIRS = """() => [...document.querySelectorAll("[data-l]")]
  .filter((cell) => !cell.textContent.trim() && !cell.querySelector("input, svg, select"))
  .map((cell) => [cell.dataset.l, getComputedStyle(cell).display])"""


def test_a_card_has_no_label_without_a_value(narrow: Page, server: str, cast: Cast, representative: Access) -> None:
    representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    seen = []
    for person, path in ((cast.operator, "back-office/users"), (cast.administrator, "o/quillmark-press/members")):
        factories.sign_in_browser(narrow.context, server, person)
        narrow.goto(f"{server}/{path}")
        seen.append(narrow.evaluate(EMPTY_PAIRS))
    assert all(pairs for pairs in seen), "both pages have empty cells"
    assert {display for pairs in seen for _label, display in pairs} == {"none"}
    assert narrow.get_by_text("waits until").is_visible()

"""The overview: what needs the reader, by role."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.organization.dashboard import heading
from models import base, outbox
from models.access import Access
from models.account.users import User
from models.base import now
from models.organization import invitations
from models.organization.invitations import Invitation
from models.organization.organizations import Organization
from models.permissions import Role
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import SignedIn, acts

HERE = "/o/quillmark-press/"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def complete(cast: Cast, clock: StandingClock) -> None:
    """An organization that lacks nothing."""
    Organization.update(street="Gerbergasse 12", postcode="4001", city="Basel", billing_email="a@example.org").execute()


def test_nothing_needs_you(cast: Cast, signed_in: SignedIn) -> None:
    factories.product(cast.organization, "calm.example", expires_on=TODAY + timedelta(days=9), auto_renew=True)
    client = signed_in(cast.representative)
    page = client.get(HERE).text
    assert "<h1>Nothing needs you</h1>" in page
    assert "1 product renews by itself." in page
    assert "Soonest first" not in page
    assert "calm.example" in client.get(ahead(page)).text


def test_products_by_hand_need_somebody_and_late_ones_first(cast: Cast, signed_in: SignedIn) -> None:
    for name, days in (("late.example", -3), ("soon.example", 2), ("far.example", 61)):
        factories.product(cast.organization, name, expires_on=TODAY + timedelta(days=days))
    factories.product(cast.organization, "gone.example", expires_on=TODAY + timedelta(days=1), state="cancelled")
    page = signed_in(cast.representative).get(HERE).text
    assert "<h1>Two things need you</h1>" in page
    assert "<b>late.example</b> expired on 19 Nov 2026 and was not renewed." in page
    assert "<b>soon.example</b> expires in 2 days and is not set to renew." in page
    assert page.index("late.example") < page.index("soon.example")
    assert "far.example" not in page
    assert "gone.example" not in page


def test_many_are_counted_and_not_all_shown(cast: Cast, signed_in: SignedIn) -> None:
    for number in range(14):
        factories.product(cast.organization, f"p{number:02}.example", expires_on=TODAY + timedelta(days=10 + number))
    page = signed_in(cast.representative).get(HERE).text
    assert "<h1>14 things need you</h1>" in page
    assert "9 more products have to be renewed by hand." in page
    assert page.count("is not set to renew.") == 5


def test_what_is_counted_is_what_the_link_shows(cast: Cast, signed_in: SignedIn) -> None:
    for number in range(10):
        factories.product(cast.organization, f"late{number}.example", expires_on=TODAY - timedelta(days=3 + number))
        factories.product(cast.organization, f"soon{number}.example", expires_on=TODAY + timedelta(days=number))
    for state in ("cancelled", "expired"):
        factories.product(cast.organization, f"{state}.example", expires_on=TODAY - timedelta(days=1), state=state)
        factories.product(cast.organization, f"{state}-soon.example", expires_on=TODAY, state=state)
    client = signed_in(cast.representative)
    page = client.get(HERE).text
    assert "<h1>20 things need you</h1>" in page
    for text, name in (
        ("5 more products expired.", "late"),
        ("5 more products have to be renewed by hand.", "soon"),
    ):
        href = re.search(rf'{text}.*?href="([^"]+)">See all 10<', page, re.DOTALL)
        assert href
        listed = client.get(html.unescape(href[1])).text
        assert [n for n in range(10) if f"{name}{n}.example" in listed] == list(range(10))
        assert "cancelled" not in listed.partition("<tbody")[2]
    listed = client.get(ahead(page)).text
    assert "soon0.example" in listed
    assert "cancelled-soon.example" not in listed


def ahead(page: str) -> str:
    """The address of the list that the timeline stands for."""
    found = re.search(r'href="([^"]+)">As a list<', page)
    assert found
    return html.unescape(found[1])


def test_one_product_more_is_one_product(cast: Cast, signed_in: SignedIn) -> None:
    for number in range(6):
        factories.product(cast.organization, f"late{number}.example", expires_on=TODAY - timedelta(days=3))
    assert "1 more product expired." in signed_in(cast.representative).get(HERE).text


def test_a_collaborator_sees_renewals_of_their_products_only(cast: Cast, signed_in: SignedIn) -> None:
    mine, _other = (
        factories.product(cast.organization, name, expires_on=TODAY + timedelta(days=5))
        for name in ("mine.example", "hidden.example")
    )
    factories.grant(cast.members[Role.EXTERNAL], product=mine)
    page = signed_in(cast.external).get(HERE).text
    assert "mine.example" in page
    assert "hidden.example" not in page
    assert "<h1>Nothing needs you</h1>" in page, "an external user can't renew"
    assert "Mira Castellan" not in page, "an external user sees nobody else"


def test_an_invitation_that_ends_soon_is_resent_from_here(
    cast: Cast, signed_in: SignedIn, administrator: Access, clock: StandingClock
) -> None:
    invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    client = signed_in(cast.administrator)
    assert "lena@example.org" not in client.get(HERE).text.partition("Soonest first")[2].partition("</section>")[0]
    clock.moment += timedelta(days=6)
    client = signed_in(cast.administrator)
    page = client.get(HERE).text
    assert "The invitation of <b>lena@example.org</b> runs out on 29 Nov 2026, 09:14." in page
    action = page.partition("/members/invitations/")[2].partition('"')[0]
    client.post(f"{HERE}members/invitations/{action}")
    assert acts() == ["invitation.sent", "invitation.resent"]
    assert "<h1>Nothing needs you</h1>" in client.get(HERE).text


def test_missing_details_are_asked_of_those_who_can_fill_them_in(cast: Cast, signed_in: SignedIn) -> None:
    Organization.update(street="", billing_email="").execute()
    page = signed_in(cast.administrator).get(HERE).text
    assert "Details are missing: <b>Street and number, E-mail for invoices</b>." in page
    assert "Details are missing" not in signed_in(cast.collaborator).get(HERE).text


def test_missing_details_name_what_renews_next(cast: Cast, signed_in: SignedIn) -> None:
    Organization.update(billing_email="").execute()
    for name, days in (("later.example", 20), ("Shop server 02", 9), ("far.example", 61)):
        factories.product(cast.organization, name, expires_on=TODAY + timedelta(days=days), auto_renew=True)
    factories.product(cast.organization, "hand.example", expires_on=TODAY + timedelta(days=1))
    page = signed_in(cast.administrator).get(HERE).text
    assert "Invoices need them. <b>Shop server 02</b> renews on 1 Dec 2026." in page


def failed(cast: Cast, address: str, state: str = "failed", days: int = 1) -> None:
    """A message of the organization to this address, so many days ago."""
    message = outbox.draft("invitation", outbox.Recipient(address, "Somebody"), organization=cast.organization.id)
    at = now() - timedelta(days=days)
    outbox.Message.create(**{**message, "state": state, "created_at": at, "next_at": at})


def test_an_address_that_bounces_is_said_to_who_can_mend_it(cast: Cast, signed_in: SignedIn) -> None:
    failed(cast, "A@example.org")
    failed(cast, cast.representative.email)
    failed(cast, cast.collaborator.email)
    page = signed_in(cast.administrator).get(HERE).text
    assert "<h1>Two things need you</h1>" in page, "a collaborator is told of nothing"
    assert "Mails to <b>A@example.org</b> do not arrive." in page
    assert f"Mails to <b>Mira Castellan</b> at <b>{cast.representative.email}</b> do not arrive." in page
    assert f'href="{HERE}settings/edit">Change<' in page
    assert "do not arrive" not in signed_in(cast.collaborator).get(HERE).text


@pytest.mark.parametrize(
    ("states", "bounces"),
    [
        ([("failed", 3), ("sent", 2)], False),
        ([("sent", 3), ("failed", 2)], True),
        ([("failed", 3), ("waiting", 2)], True),
        ([("failed", 31)], False),
        ([], False),
    ],
)
def test_only_the_latest_mails_of_a_month_count(
    cast: Cast, signed_in: SignedIn, states: list[tuple[str, int]], bounces: bool
) -> None:
    for state, days in states:
        failed(cast, "a@example.org", state, days)
    assert ("do not arrive" in signed_in(cast.administrator).get(HERE).text) is bounces


def test_mails_of_another_organization_say_nothing(cast: Cast, signed_in: SignedIn) -> None:
    failed(cast, "a@example.org")
    outbox.Message.update(organization_id=cast.organization.id + 1).execute()
    assert "do not arrive" not in signed_in(cast.administrator).get(HERE).text


def test_who_looks_on_sees_what_needs_a_legal_representative(
    cast: Cast, client: FlaskClient, administrator: Access
) -> None:
    Organization.update(street="").execute()
    User.update(verified_at=None).where(User.id == cast.operator.id).execute()
    for number in range(7):
        factories.product(cast.organization, f"late{number}.example", expires_on=TODAY - timedelta(days=3))
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    Invitation.update(expires_at=now() + timedelta(days=1)).where(Invitation.id == made.id).execute()
    factories.sign_in(client, cast.representative)
    theirs = client.get(HERE).text
    session = factories.sign_in(client, cast.operator)
    session.viewing_id = cast.organization.id
    session.save()
    page = client.get(HERE).text
    assert "<h1>Nine things need you</h1>" in theirs
    assert "<h1>Nine things are open here</h1>" in page
    for text in ("late0.example", "lena@example.org", "Details are missing"):
        assert text in theirs
        assert text in page
    main = page.partition('id="flashes"')[2].partition("</main>")[0]
    assert "<form" not in main, "nothing can be changed"
    assert "/settings/edit" not in main


def test_an_unverified_address_needs_its_holder(cast: Cast, signed_in: SignedIn) -> None:
    User.update(verified_at=None).where(User.id == cast.external.id).execute()
    page = signed_in(cast.external).get(HERE).text
    assert f"Your address <b>{cast.external.email}</b> is not verified yet." in page


def test_the_one_key_is_drawn_until_there_is_a_second(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.representative)
    assert "Only one person holds the key" in client.get(HERE).text
    assert "Appoint another" not in signed_in(cast.administrator).get(HERE).text
    second = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    assert "Only one person holds the key" not in client.get(HERE).text
    User.update(suspended_at=now()).where(User.id == second.user_id).execute()
    assert "Only one person holds the key" in client.get(HERE).text, "who can't sign in holds none"
    User.update(suspended_at=now()).where(User.id == cast.representative.id).execute()
    assert "No legal representative can sign in now." in signed_in(cast.administrator).get(HERE).text


def test_the_number_of_queries_does_not_grow(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client, counted = signed_in(cast.representative), list[str]()
    for number in range(12):
        factories.product(cast.organization, f"a{number}.example", expires_on=TODAY + timedelta(days=number))
    client.get(HERE)
    with monkeypatch.context() as patched:
        counted = count_queries(patched)
        client.get(HERE)
        few = len(counted)
    for number in range(30):
        factories.product(cast.organization, f"b{number}.example", expires_on=TODAY + timedelta(days=number))
        factories.member(cast.organization)
    with monkeypatch.context() as patched:
        counted = count_queries(patched)
        client.get(HERE)
    assert len(counted) == few


def count_queries(patched: pytest.MonkeyPatch) -> list[str]:
    """The list that every statement is added to."""
    found: list[str] = []
    original = base.db.obj.execute_sql  # type: ignore[attr-defined]  # the proxy's own attribute

    def noted(sql: str, *args: object, **kwargs: object) -> object:
        found.append(sql)
        return original(sql, *args, **kwargs)

    patched.setattr(base.db.obj, "execute_sql", noted)  # type: ignore[attr-defined]  # the proxy's own attribute
    return found


def test_the_heading_spells_up_to_twelve(app: Flask) -> None:
    with app.test_request_context():
        assert [heading(n) for n in (0, 1, 12, 13)] == [
            "Nothing needs you",
            "One thing needs you",
            "Twelve things need you",
            "13 things need you",
        ]

"""My organization: who sees and changes what; what can't be saved keeps what was typed."""

from __future__ import annotations

from typing import Any

import pytest

from models import journal
from models.base import moment
from models.errors import Refused
from models.journal import Entry
from models.organization import members
from models.organization.organizations import Organization
from models.permissions import Role
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import SignedIn, acts

HERE = "/o/quillmark-press/settings"


@pytest.fixture(autouse=True)
def complete(cast: Cast) -> None:
    """An organization with an address."""
    Organization.update(street="Gerbergasse 14", postcode="4001", city="Basel").execute()
    cast.organization = saved(cast)


def filled(organization: Organization, **changes: Any) -> dict[str, Any]:
    """The form as it comes from the page, with changes."""
    names = (
        "kind",
        "name",
        "country",
        "street",
        "postcode",
        "city",
        "vat_number",
        "language",
        "time_zone",
        "billing_email",
    )
    return {**{name: getattr(organization, name) for name in names}, "version": organization.version, **changes}


def saved(cast: Cast) -> Organization:
    """The organization as it is in the database."""
    return cast.organization.reload()


def test_details_are_changed_and_the_journal_says_from_what_to_what(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.administrator)
    form = filled(cast.organization, name=" Quillmark  Verlag ", street="Gerbergasse 12", time_zone="Europe/Zurich")
    done = client.post(f"{HERE}/edit", data=form, follow_redirects=True)
    assert "The details are saved." in done.text
    assert (saved(cast).name, saved(cast).name_key, saved(cast).street) == (
        "Quillmark Verlag",
        "quillmark verlag",
        "Gerbergasse 12",
    )
    changes = Entry.get(Entry.act == "organization.changed").details["changes"]
    assert changes["name"] == ["Quillmark Press", "Quillmark Verlag"]
    assert changes["time_zone"] == ["UTC", "Europe/Zurich"]
    history = client.get("/o/quillmark-press/journal?act=organization.changed").text
    assert "Quillmark Press → Quillmark Verlag" in history


def test_who_may_not_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    for person, status in ((cast.collaborator, 403), (cast.external, 403), (cast.stranger, 404)):
        assert signed_in(person).post(f"{HERE}/edit", data=filled(cast.organization, name="Mine")).status_code == status
    assert saved(cast).name == "Quillmark Press"
    assert acts() == []


def test_others_see_the_name_and_their_own_access(cast: Cast, signed_in: SignedIn) -> None:
    Organization.update(street="Gerbergasse 12").where(Organization.id == cast.organization.id).execute()
    factories.grant(cast.members[Role.EXTERNAL], product=factories.product(cast.organization, "one.example"))
    page = signed_in(cast.external).get(HERE).text
    assert "Quillmark Press" in page
    assert "one.example" in page
    assert "Gerbergasse" not in page
    assert "Gerbergasse" in signed_in(cast.administrator).get(HERE).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Fill this in."),
        ({"country": "XX"}, "Choose one of the list."),
        ({"street": " "}, "Fill this in."),
        ({"postcode": ""}, "Fill this in."),
        ({"billing_email": "nobody"}, "This is not written like an e-mail address."),
        ({"vat_number": "CHE-123.456.789", "agree": "y"}, "The last digit does not fit the others. Is one mistyped?"),
        ({"vat_number": "CHE-109.322.551"}, "A new number takes your agreement."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, signed_in: SignedIn, changes: dict[str, str], sentence: str
) -> None:
    form = filled(cast.organization, city="Typed Town", **changes)
    page = signed_in(cast.administrator).post(f"{HERE}/edit", data=form)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'role="alert"' in page.text
    assert "<title>Error:" in page.text
    assert 'value="Typed Town"' in page.text
    assert saved(cast).city == "Basel"


def test_a_new_number_is_agreed_to(cast: Cast, signed_in: SignedIn, clock: StandingClock) -> None:
    form = filled(cast.organization, vat_number="che109322551 mwst", agree="y")
    assert signed_in(cast.administrator).post(f"{HERE}/edit", data=form).status_code == 303
    assert saved(cast).vat_number == "CHE-109.322.551 MWST"
    assert (saved(cast).terms_version, moment(saved(cast).terms_at)) == ("1", clock.moment)
    assert saved(cast).terms_by == cast.administrator.id


def test_an_individual_has_no_number(cast: Cast, signed_in: SignedIn) -> None:
    form = filled(cast.organization, kind="individual", vat_number="CHE-109.322.551")
    assert signed_in(cast.administrator).post(f"{HERE}/edit", data=form).status_code == 303
    assert saved(cast).vat_number == ""


def test_two_at_once_do_not_overwrite_each_other(cast: Cast, signed_in: SignedIn) -> None:
    client, stale = signed_in(cast.administrator), filled(cast.organization, city="Bern")
    client.post(f"{HERE}/edit", data=filled(cast.organization, street="Gerbergasse 12", city="Basel"))
    page = client.post(f"{HERE}/edit", data=stale)
    assert page.status_code == 409
    assert "Somebody changed these details a moment ago." in page.text
    assert "Saved in the meantime" in page.text
    assert 'value="Bern"' in page.text
    assert "<dd>Basel</dd>" in page.text
    assert saved(cast).city == "Basel"
    again = client.post(f"{HERE}/edit", data={**stale, "version": saved(cast).version})
    assert again.status_code == 303
    assert saved(cast).city == "Bern"


@pytest.mark.parametrize(
    ("kind", "country", "label"), [("company", "CH", "UID"), ("company", "DE", "VAT number"), ("individual", "DE", "")]
)
def test_the_form_follows_type_and_country(
    cast: Cast, signed_in: SignedIn, kind: str, country: str, label: str
) -> None:
    for person, path in ((cast.external, "/o/tax-number"), (cast.administrator, f"{HERE}/edit/number")):
        part = signed_in(person).post(path, data={"kind": kind, "country": country})
        assert part.text.startswith('<div id="tax-number"')
        assert (f">{label} <" in part.text) if label else ("<input" not in part.text)
        assert 'name="agree"' not in part.text


def test_a_city_is_as_much_needed_as_at_sign_up(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.administrator).post(f"{HERE}/edit", data=filled(cast.organization, city=""))
    assert (page.status_code, saved(cast).city) == (422, "Basel")
    with pytest.raises(Refused, match=r"Fill this in\."):
        cast.organization.change(cast.administrator.actor(), version=1, city="")
    with pytest.raises(Refused, match=r"Fill this in\."):
        members.found(cast.stranger, journal.SYSTEM, terms_version="1", name="Mine", kind="company", country="CH")


@pytest.mark.parametrize(
    ("number", "asked"), [("", False), ("CHE-123.456.788", False), ("che123456788", False), ("CHE-109.322.551", True)]
)
def test_only_a_new_number_is_agreed_to(cast: Cast, signed_in: SignedIn, number: str, *, asked: bool) -> None:
    Organization.update(vat_number="CHE-123.456.788").execute()
    client, data = signed_in(cast.administrator), filled(cast.organization, vat_number=number)
    page = client.get(f"{HERE}/edit").text
    assert 'name="agree"' not in page
    assert "A new number takes your agreement to the general terms." in page
    assert ('name="agree"' in client.post(f"{HERE}/edit/number", data=data).text) == asked
    refused = client.post(f"{HERE}/edit", data={**data, "version": saved(cast).version})
    assert ("A new number takes your agreement.<" in refused.text) == asked
    assert ('name="agree"' in refused.text) == asked
    assert saved(cast).vat_number == ("CHE-123.456.788" if number else "")


def test_ones_own_access_names_categories_and_products(cast: Cast, signed_in: SignedIn) -> None:
    factories.grant(cast.members[Role.EXTERNAL], category="mail")
    factories.grant(cast.members[Role.EXTERNAL], product=factories.product(cast.organization, "one.example"))
    for client, path in ((signed_in(cast.external), HERE), (signed_in(cast.administrator), member_page(cast))):
        page = client.get(path).text
        assert "1 category, 1 product" in page
        assert "Mail service" in page
        assert "one.example" in page


def member_page(cast: Cast) -> str:
    """The external user's page."""
    return f"/o/quillmark-press/members/{cast.members[Role.EXTERNAL].id}"


def test_a_suspended_organization_is_not_changed(cast: Cast, signed_in: SignedIn) -> None:
    cast.organization.suspend("Unpaid", cast.operator.actor())
    client = signed_in(cast.representative)
    assert client.get(HERE).status_code == 200
    assert client.post(f"{HERE}/edit", data=filled(saved(cast), name="Mine")).status_code == 403
    assert saved(cast).name == "Quillmark Press"

"""One's organizations: the choice among them, and another one."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import SignedIn, acts

FORM = {
    "kind": "association",
    "name": "Freunde des Buchs",
    "country": "AT",
    "street": "Ring 1",
    "postcode": "1010",
    "city": "Wien",
    "language": "de",
    "time_zone": "Europe/Vienna",
    "agree": "y",
}


def test_another_organization_has_its_maker_as_legal_representative(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.external)
    assert "Set up another organization" in client.get("/o/new").text
    done = client.post("/o/new", data=FORM, follow_redirects=True)
    assert "Freunde des Buchs is set up. You are its legal representative." in done.text
    made = Organization.get(Organization.name == "Freunde des Buchs")
    assert (made.slug, made.language, made.terms_version, made.terms_by) == (
        "freunde-des-buchs",
        "de",
        "1",
        cast.external.id,
    )
    assert made.billing_email == cast.external.email
    assert Membership.get(Membership.organization == made).role == "legal_representative"
    assert acts() == ["organization.created", "member.joined"]


def test_what_is_missing_makes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    client, before = signed_in(cast.external), Organization.select().count()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "Fill this in."),
        ({"agree": ""}, "An organization takes your agreement to the terms."),
        ({"kind": "company", "vat_number": "ATU00000000"}, "is one mistyped"),
    ]
    for changes, sentence in wrong:
        page = client.post("/o/new", data={**FORM, **changes})
        assert page.status_code == 422
        assert sentence.lower() in page.text.lower()
        assert 'value="Wien"' in page.text
    assert Organization.select().count() == before


def test_one_person_sets_up_a_few_in_an_hour(cast: Cast, signed_in: SignedIn, limits: None) -> None:
    client = signed_in(cast.external)
    for _time in range(7):
        assert client.post("/o/new", data={**FORM, "name": ""}).status_code == 422, "what makes nothing costs nothing"
    answers = [client.post("/o/new", data=FORM).status_code for _time in range(6)]
    assert answers == [303] * 5 + [429]
    assert signed_in(cast.collaborator).post("/o/new", data=FORM).status_code == 303


def test_nobody_signed_in_is_led_to_the_sign_in(client: FlaskClient) -> None:
    for path in ("/o", "/o/new"):
        assert client.get(path).headers["Location"] == f"/login?next={path}"
    assert client.post("/o/new", data=FORM).status_code == 303
    assert not Organization.select().exists()


def test_one_chooses_among_ones_organizations(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.external)
    for number in range(8):
        factories.member(factories.organization(f"Haus {number}"), cast.external, Role.COLLABORATOR)
    page = client.get("/o").text
    assert 'name="q"' in page
    assert "Haus 7" in page
    assert "Brennholm" not in page.partition("<main")[2]
    found = client.get("/o?q=quillMARK", headers={"HX-Request": "true"}).text
    assert "Quillmark Press" in found
    assert "External user" in found
    assert "Haus 7" not in found

"""Sign-up: a user with an organization; by invitation only the user; and nothing is said about known addresses."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.ground.state import state
from models import links, settings
from models.account.sessions import Session
from models.account.users import User
from models.journal import Entry
from models.links import Link, Purpose
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.outbox import Message
from tests import factories
from tests.conftest import Cast

FILLED = {
    "kind": "company",
    "organization": "Quillmark Press AG",
    "country": "CH",
    "vat_number": "CHE-116.281.710",
    "street": "Rheinweg 4",
    "postcode": "4051",
    "city": "Basel",
    "name": "Mira Castellan",
    "email": "mira@quillmark.ch",
    "password": "larch planks over water",
    "language": "de",
    "terms": "y",
}


def invite(app: Flask, email: str = "jonas@example.org") -> tuple[Link, str]:
    """An open invitation and its path."""
    made = links.make(Purpose.INVITATION, email, subject=1)
    with app.app_context():
        return made, f"/links/{links.token(state().environment.secret_key, made.id, made.purpose)}"


def test_sign_up_makes_a_user_and_an_organization(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/signup", data=FILLED)
    assert answer.location == "/signup/sent"
    assert "mira@quillmark.ch" in client.get("/signup/sent").text
    user, organization = User.get(), Organization.get()
    assert (user.name, user.language, user.time_zone, user.verified_at) == (
        "Mira Castellan",
        "de",
        "Europe/Zurich",
        None,
    )
    assert (organization.name, organization.kind, organization.city) == ("Quillmark Press AG", "company", "Basel")
    assert organization.vat_number == "CHE-116.281.710"
    assert organization.billing_email == "mira@quillmark.ch"
    assert Membership.get().role == "legal_representative"
    assert not Session.select().exists(), "the address is proven first, or the password given"


def test_terms_are_kept_with_version_and_time(client: FlaskClient, app: Flask) -> None:
    settings.current().save(terms_version="2026-10")
    client.post("/signup", data=FILLED)
    user, organization = User.get(), Organization.get()
    assert (user.terms_version, organization.terms_version, organization.terms_by) == ("2026-10", "2026-10", user.id)
    assert user.terms_at
    assert organization.terms_at
    assert "2026-10" in client.get("/legal/terms").text


def test_sign_up_is_told_to_the_address_and_the_journal(client: FlaskClient, app: Flask) -> None:
    client.post("/signup", data=FILLED)
    message = Message.get()
    assert (message.name, message.to_address, message.language) == ("verify_address", "mira@quillmark.ch", "de")
    assert Link.get_by_id(message.link_id).purpose == Purpose.VERIFY_ADDRESS
    acts = {entry.act for entry in Entry.select()}
    assert acts == {"user.created", "organization.created", "member.joined"}


def test_known_address_gets_the_same_answer_and_a_mail(client: FlaskClient, app: Flask) -> None:
    holder = factories.user("Mira Castellan", email="Mira@quillmark.ch")
    answer = client.post("/signup", data=FILLED)
    assert answer.location == "/signup/sent"
    assert "A mail is on its way to <b>mira@quillmark.ch</b>" in client.get("/signup/sent").text
    assert User.select().count() == 1
    assert not Organization.select().exists()
    assert (Message.get().name, Message.get().user_id) == ("already_registered", holder.id)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Fill this in."),
        ("organization", "  ", "Fill this in."),
        ("street", "", "Fill this in."),
        ("city", "b" * 81, "At most 80 characters."),
        ("email", "mira at quillmark", "This is not written like an e-mail address."),
        ("password", "tooshort", "Take at least 10 characters."),
        ("password", "mira@quillmark.ch", "This is your own name or address."),
        ("country", "XX", "Choose one of the list."),
        ("kind", "guild", "Choose one of the list."),
        ("vat_number", "CHE-116.281.711", "The last digit does not fit the others."),
        ("vat_number", "DE123", "This is not written like a number of this country."),
        ("terms", "", "An account takes your agreement to the terms."),
    ],
)
def test_wrong_input_is_refused(client: FlaskClient, app: Flask, field: str, value: str, sentence: str) -> None:
    sent = {name: text for name, text in {**FILLED, field: value}.items() if name != "terms" or text}
    page = client.post("/signup", data=sent)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Rheinweg 4" in page.text or field == "street", "what was typed stays"
    assert FILLED["password"] not in page.text
    assert not User.select().exists()
    assert not Message.select().exists()


def test_wrong_number_is_refused_before_the_address_is_looked_up(client: FlaskClient, app: Flask) -> None:
    factories.user("Mira Castellan", email="mira@quillmark.ch")
    assert client.post("/signup", data={**FILLED, "vat_number": "CHE-116.281.711"}).status_code == 422
    assert not Message.select().exists()


@pytest.mark.parametrize(
    ("kind", "country", "asked"),
    [
        ("company", "CH", "UID"),
        ("association", "LI", "UID"),
        ("company", "AT", "VAT number"),
        ("public_body", "FR", "VAT number"),
        ("company", "US", None),
        ("individual", "CH", None),
        ("individual", "DE", None),
    ],
)
def test_form_follows_the_country(client: FlaskClient, app: Flask, kind: str, country: str, asked: str | None) -> None:
    sent = {"kind": kind, "country": country, "street": "Rheinweg 4"}
    part = client.post("/signup/fields", data=sent, headers={"HX-Request": "true"}).text
    whole = client.post("/signup/fields", data=sent).text
    for page in (part, whole):
        assert ("vat_number" in page) == bool(asked)
        assert asked is None or f">{asked}" in page
        assert ('name="organization"' in page) == (kind != "individual")
    assert "<html" not in part
    assert "Rheinweg 4" in whole, "what was typed stays"
    assert "field--bad" not in whole, "nobody is blamed for what they are about to type"


def test_individual_has_their_own_name_and_no_number(client: FlaskClient, app: Flask) -> None:
    client.post("/signup", data={**FILLED, "kind": "individual", "organization": "Ignored"})
    organization = Organization.get()
    assert (organization.name, organization.kind, organization.vat_number) == ("Mira Castellan", "individual", "")


def test_closed_sign_up_says_so(client: FlaskClient, app: Flask) -> None:
    settings.current().save(signup="invitation")
    page = client.get("/signup")
    assert "New accounts are made by invitation" in page.text
    assert "<form" not in page.text.split("</main>")[0].split("<main")[1]
    assert client.post("/signup", data=FILLED).status_code == 422
    assert not User.select().exists()
    assert 'href="/signup"' not in client.get("/").text + client.get("/login").text


def test_invitation_opens_a_closed_sign_up(client: FlaskClient, app: Flask) -> None:
    settings.current().save(signup="invitation")
    link, path = invite(app)
    page = client.get("/signup", query_string={"next": path}).text
    assert "jonas@example.org" in page
    assert 'name="organization"' not in page
    sent = {"name": "Jonas Abegglen", "password": "larch planks over water", "language": "fr", "terms": "y"}
    answer = client.post("/signup", data={**sent, "next": path, "email": "somebody.else@example.org"})
    assert answer.location == path
    made = User.get()
    assert (made.email, made.language) == ("jonas@example.org", "fr"), "the invited address, whatever is sent"
    assert made.verified_at is not None, "the link came by mail"
    assert Session.get().user_id == made.id
    assert not Organization.select().exists()
    assert not Message.select().exists()
    assert Link.get_by_id(link.id).state == "open", "answering it is the next page's act"


def test_invited_person_with_an_account_signs_in(client: FlaskClient, app: Flask) -> None:
    factories.user("Jonas Abegglen", email="jonas@example.org")
    _link, path = invite(app)
    sent = {"name": "Jonas", "password": "larch planks over water", "language": "en", "terms": "y", "next": path}
    answer = client.post("/signup", data=sent)
    assert answer.location.startswith("/login?next=/links/")
    assert "There is an account with this address already." in client.get(answer.location).text
    assert User.select().count() == 1


@pytest.mark.parametrize("field", ["name", "password", "terms"])
def test_invited_person_fills_in_what_is_asked(client: FlaskClient, app: Flask, field: str) -> None:
    _link, path = invite(app)
    sent = {"name": "Jonas", "password": "larch planks over water", "language": "en", "terms": "y", "next": path}
    del sent[field]
    page = client.post("/signup", data=sent)
    assert page.status_code == 422
    assert "jonas@example.org" in page.text
    assert not User.select().exists()


@pytest.mark.parametrize("state", ["used", "revoked", "tampered", "other purpose"])
def test_dead_invitation_opens_nothing(client: FlaskClient, app: Flask, state: str) -> None:
    settings.current().save(signup="invitation")
    link, path = invite(app)
    if state == "used":
        link.use()
    elif state == "revoked":
        links.revoke(Purpose.INVITATION, subject=1)
    elif state == "tampered":
        path = path[:-9] + ("A" if path[-9] != "A" else "B") + path[-8:]
    else:
        link.purpose = Purpose.VERIFY_ADDRESS.value
        link.save()
    assert "New accounts are made by invitation" in client.get("/signup", query_string={"next": path}).text
    sent = {"name": "Jonas", "password": "larch planks over water", "language": "en", "terms": "y", "next": path}
    assert client.post("/signup", data=sent).status_code == 422
    assert not User.select().exists()


def test_page_of_the_sent_mail_needs_a_sign_up(client: FlaskClient, app: Flask) -> None:
    assert client.get("/signup/sent").location == "/signup"


def test_who_is_signed_in_needs_no_sign_up(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    assert client.get("/signup").location == f"/o/{cast.organization.slug}/"

"""The pages of appointing and of answering."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.access import Access
from models.links import Purpose
from models.operators import users
from models.organization import answers, invitations, representatives, standing
from models.organization.members import Membership
from models.organization.representatives import Appointment
from models.permissions import Role
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import Opener, SignedIn, mails

HERE = "/o/quillmark-press"


def test_appointing_takes_the_password_each_time(cast: Cast, signed_in: SignedIn) -> None:
    client, data = signed_in(cast.representative), {"member": cast.members[Role.ADMINISTRATOR].id}
    for wrong in ({}, {"password": "wrong"}):
        refused = client.post(f"{HERE}/members/appoint", data={**data, **wrong})
        assert refused.status_code == 422
    assert "This is not your password." in refused.text
    assert not Appointment.select().exists()
    right = {**data, "password": factories.PASSWORD, "steps_down": "y"}
    done = client.post(f"{HERE}/members/appoint", data=right, follow_redirects=True)
    assert "Adrian Moll was asked by mail." in done.text
    assert "Mira Castellan steps down then" in done.text
    assert Appointment.get().steps_down


def test_who_may_not_appoint_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    data = {"member": cast.members[Role.COLLABORATOR].id, "password": factories.PASSWORD}
    for person, status in (
        (cast.administrator, 403),
        (cast.collaborator, 403),
        (cast.external, 403),
        (cast.stranger, 404),
    ):
        assert signed_in(person).post(f"{HERE}/members/appoint", data=data).status_code == status
    assert (mails(), Appointment.select().count()) == ([], 0)


def test_the_person_asked_finds_the_question_and_accepts(
    cast: Cast, signed_in: SignedIn, representative: Access
) -> None:
    representatives.appoint(cast.members[Role.EXTERNAL], representative)
    client = signed_in(cast.external)
    assert "asks you to become a legal representative" in client.get(f"{HERE}/").text
    page = client.get(f"{HERE}/appointment").text
    assert "Become a legal representative of Quillmark Press?" in page
    assert "Appoint or remove a legal representative" in page
    done = client.post(f"{HERE}/appointment/accept", follow_redirects=True)
    assert "You are a legal representative of Quillmark Press now." in done.text
    assert Membership.get_by_id(cast.members[Role.EXTERNAL].id).role == "legal_representative"


def test_nobody_else_finds_or_answers_the_question(cast: Cast, signed_in: SignedIn, representative: Access) -> None:
    representatives.appoint(cast.members[Role.EXTERNAL], representative)
    client = signed_in(cast.administrator)
    assert client.get(f"{HERE}/appointment").status_code == 404
    for answer in ("accept", "refuse"):
        assert client.post(f"{HERE}/appointment/{answer}").status_code == 404
    assert Appointment.get().state == "pending"


def test_the_link_asks_the_same(
    cast: Cast, signed_in: SignedIn, representative: Access, link_of: Opener, client: FlaskClient
) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    path = link_of(Purpose.REPRESENTATIVE, made.id)
    assert "Sign in to answer" in client.get(path).text
    assert "You are signed in as Tobias Renk" in signed_in(cast.stranger).get(path).text
    assert signed_in(cast.stranger).post(path, data={"answer": "accept"}).status_code == 404
    person = signed_in(cast.administrator)
    assert person.get(path).status_code == 200
    assert person.post(path).headers["Location"] == path, "no button is no yes"
    assert Appointment.get().state == "pending"
    assert person.post(path, data={"answer": "accept"}).status_code == 303
    assert Appointment.get().state == "accepted"
    over = person.post(path, data={"answer": "refuse"})
    assert over.status_code == 410
    assert "You became a legal representative of Quillmark Press." in over.text


@pytest.mark.parametrize(("change", "sentence"), [("expire", "can ask you again"), ("refuse", "You did not become")])
def test_a_dead_link_says_what_became_of_it(
    cast: Cast,
    signed_in: SignedIn,
    representative: Access,
    link_of: Opener,
    clock: StandingClock,
    change: str,
    sentence: str,
) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    path = link_of(Purpose.REPRESENTATIVE, made.id)
    if change == "refuse":
        answers.refuse_appointment(made, cast.administrator.actor())
    else:
        clock.moment += timedelta(days=8)
    answer = signed_in(cast.administrator).post(path, data={"answer": "accept"})
    assert answer.status_code == 410
    assert sentence in answer.text
    assert Membership.get_by_id(cast.members[Role.ADMINISTRATOR].id).role == "administrator"


def test_the_link_says_when_who_asked_can_not_act(
    cast: Cast, signed_in: SignedIn, representative: Access, link_of: Opener
) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    path, client = link_of(Purpose.REPRESENTATIVE, made.id), signed_in(cast.administrator)
    users.suspend(cast.representative, "Stolen phone", cast.operator.actor())
    sentence = "Mira Castellan can&#39;t appoint anybody at Quillmark Press now. Another legal representative can ask"
    for page in (client.get(path), client.get(f"{HERE}/appointment")):
        assert sentence in page.text
        assert ">Accept<" not in page.text
        assert ">Refuse<" in page.text
    for forced in (path, f"{HERE}/appointment/accept"):
        refused = client.post(forced, data={"answer": "accept"})
        assert refused.status_code == 409
        assert sentence in refused.text
    assert Membership.get_by_id(cast.members[Role.ADMINISTRATOR].id).role == "administrator"
    users.resume(cast.representative, cast.operator.actor())
    assert ">Accept<" in client.get(path).text


def test_the_link_says_who_can_not_ask_again(
    cast: Cast, signed_in: SignedIn, representative: Access, link_of: Opener
) -> None:
    second = factories.member(cast.organization, factories.user("Sofie Brandt"), Role.LEGAL_REPRESENTATIVE)
    by_second = factories.access_of(second)
    asked = representatives.appoint(cast.members[Role.ADMINISTRATOR], by_second)
    invited = invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, by_second)
    standing.remove(second, representative)
    for path in (link_of(Purpose.REPRESENTATIVE, asked.id), link_of(Purpose.INVITATION, invited.id)):
        page = signed_in(cast.administrator).get(path)
        assert page.status_code == 410
        assert "Sofie Brandt can&#39;t appoint anybody at Quillmark Press now." in page.text
        assert "Sofie Brandt can ask you again" not in page.text


def test_an_appointment_is_cancelled_in_the_list(cast: Cast, signed_in: SignedIn, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    path = f"{HERE}/members/appointments/{made.id}/cancel"
    assert signed_in(cast.administrator).post(path).status_code == 403
    assert signed_in(cast.representative).post(path).status_code == 303
    assert Appointment.get().state == "cancelled"


def test_alone_one_is_led_to_inviting(signed_in: SignedIn) -> None:
    organization = factories.organization("Leeres Haus")
    person = factories.member(organization, role=Role.LEGAL_REPRESENTATIVE).user
    page = signed_in(person).get("/o/leeres-haus/members/appoint").text
    assert "There is nobody to appoint yet" in page
    assert "role=legal_representative" in page

"""Appointing a legal representative: asked, accepted, refused, cancelled, run out; and stepping down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.access import Access
from models.errors import Conflict, Forbidden, NotFound, Refused
from models.journal import Entry
from models.links import Link
from models.operators import users
from models.organization import answers, invitations, representatives, standing
from models.organization.invitations import Invitation
from models.organization.members import Membership
from models.organization.representatives import Appointment
from models.permissions import Role
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import acts, mails


def role_of(member: Membership) -> str:
    """The role as it is in the database."""
    return str(Membership.get_by_id(member.id).role)


def test_nothing_changes_before_the_person_accepts(cast: Cast, representative: Access, clock: StandingClock) -> None:
    second = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    made = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    assert role_of(cast.members[Role.COLLABORATOR]) == "collaborator"
    assert representatives.count(cast.organization.id) == 2
    assert made.expires_at == clock.moment + timedelta(days=7)
    assert mails() == [
        ("representative_asked", cast.collaborator.email),
        ("representative_proposed", second.user.email),
    ]
    assert acts() == ["representative.asked"]


def test_every_legal_representative_is_told_of_a_new_one(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    answers.accept_appointment(made, cast.administrator.actor(), Link.get(Link.subject_id == made.id))
    assert role_of(cast.members[Role.ADMINISTRATOR]) == "legal_representative"
    assert set(mails("representative_appointed")) == {
        ("representative_appointed", cast.representative.email),
        ("representative_appointed", cast.administrator.email),
    }
    assert acts() == ["representative.asked", "representative.appointed"]


def test_promote_another_and_step_down_is_one_act(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    assert role_of(cast.members[Role.LEGAL_REPRESENTATIVE]) == "legal_representative"
    answers.accept_appointment(made, cast.administrator.actor())
    assert role_of(cast.members[Role.ADMINISTRATOR]) == "legal_representative"
    assert role_of(cast.members[Role.LEGAL_REPRESENTATIVE]) == "administrator"
    assert ("role_changed", cast.representative.email) in mails()
    stepped = Entry.get(Entry.act == "representative.stepped_down")
    assert (stepped.user_id, stepped.subject) == (cast.representative.id, "Mira Castellan")


def test_only_a_legal_representative_appoints(cast: Cast, administrator: Access) -> None:
    with pytest.raises(Forbidden) as fault:
        representatives.appoint(cast.members[Role.COLLABORATOR], administrator)
    assert fault.value.roles == ("legal_representative",)
    assert not Appointment.select().exists()


def test_nobody_is_asked_twice(cast: Cast, representative: Access, clock: StandingClock) -> None:
    member = cast.members[Role.COLLABORATOR]
    with pytest.raises(Refused, match="is a legal representative already"):
        representatives.appoint(cast.members[Role.LEGAL_REPRESENTATIVE], representative)
    first = representatives.appoint(member, representative)
    with pytest.raises(Refused, match="was asked already"):
        representatives.appoint(member, representative)
    clock.moment += timedelta(days=7, seconds=1)
    second = representatives.appoint(member, representative)
    assert [Appointment.get_by_id(a.id).state for a in (first, second)] == ["cancelled", "pending"]


def test_only_the_person_asked_answers(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    for answer in (answers.accept_appointment, answers.refuse_appointment):
        with pytest.raises(NotFound):
            answer(made, cast.stranger.actor())
    assert Appointment.get_by_id(made.id).state == "pending"


def test_refusing_leaves_everything_and_tells_who_asked(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    answers.refuse_appointment(made, cast.collaborator.actor())
    assert role_of(cast.members[Role.COLLABORATOR]) == "collaborator"
    assert mails("representative_refused") == [("representative_refused", cast.representative.email)]
    with pytest.raises(Conflict):
        answers.accept_appointment(made, cast.collaborator.actor())


def test_another_organizations_appointment_is_not_cancelled(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    stranger = factories.access_of(Membership.get(Membership.user == cast.stranger))
    with pytest.raises(NotFound):
        representatives.cancel(made, stranger)
    assert Appointment.get_by_id(made.id).state == "pending"


def test_what_ran_out_or_was_cancelled_is_not_accepted(
    cast: Cast, representative: Access, clock: StandingClock
) -> None:
    made = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    clock.moment += timedelta(days=7)
    with pytest.raises(Conflict):
        answers.accept_appointment(made, cast.collaborator.actor())
    representatives.cancel(made, representative)
    clock.moment -= timedelta(days=1)
    with pytest.raises(Conflict):
        answers.accept_appointment(made, cast.collaborator.actor())
    assert Link.get(Link.subject_id == made.id).state == "revoked"
    assert role_of(cast.members[Role.COLLABORATOR]) == "collaborator"
    assert acts() == ["representative.asked", "representative.cancelled"]


def test_who_was_removed_in_the_meantime_becomes_nothing(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    cast.members[Role.COLLABORATOR].delete_instance()
    with pytest.raises(Conflict):
        answers.accept_appointment(made, cast.collaborator.actor())
    assert Appointment.get_by_id(made.id).state == "pending"


@pytest.mark.parametrize("ways", ["demoted", "removed", "suspended"])
def test_nobody_becomes_one_on_the_word_of_somebody_who_can_not_act(
    cast: Cast, representative: Access, ways: str
) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    if ways == "demoted":
        Membership.update(role="external").where(Membership.user == cast.representative).execute()
    elif ways == "removed":
        cast.members[Role.LEGAL_REPRESENTATIVE].delete_instance()
    else:
        users.suspend(cast.representative, "Stolen phone", cast.operator.actor())
    with pytest.raises(Conflict, match="Mira Castellan can't appoint anybody at Quillmark Press now"):
        answers.accept_appointment(made, cast.administrator.actor())
    assert role_of(cast.members[Role.ADMINISTRATOR]) == "administrator"
    assert Appointment.get_by_id(made.id).state == "pending"


def test_who_steps_down_leaves_nobody_waiting(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    other = representatives.appoint(cast.members[Role.COLLABORATOR], representative)
    invited = invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, representative)
    answers.accept_appointment(made, cast.administrator.actor())
    assert Appointment.get_by_id(other.id).state == "cancelled"
    assert Invitation.get_by_id(invited.id).state == "cancelled"


def test_a_suspended_one_does_not_count(cast: Cast, representative: Access) -> None:
    second = factories.member(cast.organization, factories.user("Sofie Brandt"), Role.LEGAL_REPRESENTATIVE)
    users.suspend(second.user, "Stolen phone", cast.operator.actor())
    assert representatives.count(cast.organization.id) == 1
    with pytest.raises(Refused, match="Mira Castellan is the only legal representative"):
        standing.leave(representative)
    standing.remove(second, representative)
    assert role_of(cast.members[Role.LEGAL_REPRESENTATIVE]) == "legal_representative"

"""Inviting: who may, whom, with what, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import links
from models.access import Access
from models.account.users import User
from models.errors import Conflict, Forbidden, NotFound, Refused
from models.journal import Person
from models.links import Link, Purpose
from models.operators import users
from models.organization import allowance, answers, grants, invitations, members
from models.organization.invitations import Invitation
from models.organization.members import Membership
from models.outbox import Message
from models.permissions import Role
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import Opener, SignedIn, acts, mails


def link(invitation: Invitation) -> Link:
    """The newest link of an invitation."""
    found: Link = Link.select().where(Link.subject_id == invitation.id).order_by(Link.id.desc()).get()
    return found


def test_an_invitation_is_mailed_with_a_link_of_seven_days(
    cast: Cast, administrator: Access, clock: StandingClock
) -> None:
    product = factories.product(cast.organization)
    other = factories.product(factories.organization("Elsewhere"))
    made = invitations.invite(" Lena@Example.org ", Role.COLLABORATOR, administrator, products=[product.id, other.id])
    assert (made.email, made.email_key, made.state) == ("Lena@Example.org", "lena@example.org", "pending")
    assert made.grants == {"products": [product.id], "categories": []}
    message = Message.get()
    assert (message.name, message.to_address) == ("invitation", "Lena@Example.org")
    assert message.context["role"] == "Collaborator"
    assert link(made).expires_at == clock.moment + timedelta(days=7)
    assert acts() == ["invitation.sent"]


def test_an_address_with_an_account_is_written_to_in_its_language(administrator: Access) -> None:
    factories.user("Lena Hofstetter", email="lena@example.org", language="de")
    invitations.invite("LENA@example.org", Role.EXTERNAL, administrator)
    message = Message.get()
    assert (message.to_name, message.language) == ("Lena Hofstetter", "de")


def test_members_and_invited_addresses_are_not_invited_twice(cast: Cast, administrator: Access) -> None:
    with pytest.raises(Refused, match="Jonas Abegglen is a member of Quillmark Press already"):
        invitations.invite(cast.collaborator.email.upper(), Role.EXTERNAL, administrator)
    invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    with pytest.raises(Refused, match="invited already") as fault:
        invitations.invite("Lena@example.org", Role.ADMINISTRATOR, administrator)
    assert fault.value.field == "email"
    assert Invitation.select().count() == 1


def test_one_that_ran_out_gives_way_to_a_new_one(administrator: Access, clock: StandingClock) -> None:
    old = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    clock.moment += timedelta(days=8)
    factories.access_of(Membership.get_by_id(administrator.membership_id))
    new = invitations.invite("lena@example.org", Role.ADMINISTRATOR, administrator)
    assert [one.state for one in (Invitation.get_by_id(old.id), new)] == ["cancelled", "pending"]


def test_who_has_not_verified_their_address_invites_nobody(cast: Cast, administrator: Access) -> None:
    User.update(verified_at=None).where(User.id == cast.administrator.id).execute()
    with pytest.raises(Refused, match="Confirm your own e-mail address first") as fault:
        invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    assert fault.value.step == "verify"
    assert mails() == []


def test_an_administrator_can_not_invite_a_legal_representative(administrator: Access) -> None:
    with pytest.raises(Forbidden):
        invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, administrator)
    assert mails() == []


def test_at_most_a_hundred_are_open(administrator: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MOST_PENDING", 2)
    for number in range(2):
        invitations.invite(f"p{number}@example.org", Role.EXTERNAL, administrator)
    with pytest.raises(Refused, match="2 invitations are open"):
        invitations.invite("p3@example.org", Role.EXTERNAL, administrator)


def test_mails_of_a_day_are_counted_resent_ones_too(
    administrator: Access, representative: Access, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "MOST_A_DAY", 3)
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    for _time in range(2):
        clock.moment += timedelta(minutes=11)
        invitations.resend(made, administrator)
    clock.moment += timedelta(minutes=11)
    with pytest.raises(Refused, match="3 invitations were sent within a day"):
        invitations.resend(made, administrator)
    with pytest.raises(Refused, match="within a day"):
        invitations.invite("paul@example.org", Role.EXTERNAL, representative)
    clock.moment += timedelta(days=1)
    invitations.resend(made, administrator)
    assert len(mails("invitation")) == 4


def test_one_person_has_one_allowance_in_all_organizations(
    cast: Cast, administrator: Access, representative: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "MOST_A_DAY", 2)
    elsewhere = factories.access_of(
        factories.member(factories.organization("Elsewhere"), cast.administrator, Role.ADMINISTRATOR)
    )
    invitations.invite("lena@example.org", Role.EXTERNAL, elsewhere)
    invitations.invite("paul@example.org", Role.EXTERNAL, administrator)
    with pytest.raises(Refused, match="within a day"):
        invitations.invite("ruth@example.org", Role.EXTERNAL, administrator)
    invitations.invite("ruth@example.org", Role.EXTERNAL, representative)


def test_a_removed_administrator_invites_nobody_in_a_request_under_way(cast: Cast, administrator: Access) -> None:
    cast.members[Role.ADMINISTRATOR].delete_instance()
    with pytest.raises(Forbidden):
        invitations.invite("lena@example.org", Role.EXTERNAL, administrator)


def test_resending_kills_the_old_link_and_starts_seven_days_anew(administrator: Access, clock: StandingClock) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    first = link(made)
    with pytest.raises(Refused, match="less than ten minutes ago"):
        invitations.resend(made, administrator)
    clock.moment += timedelta(days=9)
    again = invitations.resend(made, administrator)
    assert again.expires_at == clock.moment + timedelta(days=7)
    assert Link.get_by_id(first.id).state == "revoked"
    assert link(made).state == "open"
    assert mails() == [("invitation", "lena@example.org")] * 2


def test_a_cancelled_invitation_opens_nothing(administrator: Access, signed_in: SignedIn, link_of: Opener) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    invitations.cancel(made, administrator)
    page = signed_in(lena).post(link_of(Purpose.INVITATION, made.id))
    assert page.status_code == 410
    assert "Adrian Moll can send another one" in page.text
    assert acts() == ["invitation.sent", "invitation.cancelled"]
    with pytest.raises(Conflict):
        invitations.cancel(made, administrator)


def test_accepting_makes_a_member_with_what_was_chosen(cast: Cast, administrator: Access) -> None:
    product = factories.product(cast.organization)
    made = invitations.invite(
        "lena@example.org", Role.COLLABORATOR, administrator, products=[product.id], categories=[2]
    )
    lena = factories.user("Lena Hofstetter", email="lena@example.org", verified_at=None)
    member = answers.accept(made, link(made), lena, lena.actor())
    assert member.role == "collaborator"
    assert grants.given(member) == grants.Given(frozenset({product.id}), frozenset({2}))
    assert User.get_by_id(lena.id).verified_at is not None
    assert Invitation.get_by_id(made.id).state == "accepted"
    assert mails("invitation_accepted") == [("invitation_accepted", cast.administrator.email)]
    assert acts() == ["invitation.sent", "user.verified", "member.joined"]


def test_only_the_person_invited_can_accept(cast: Cast, administrator: Access) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    with pytest.raises(Forbidden, match=r"for lena@example\.org"):
        answers.accept(made, link(made), cast.stranger, cast.stranger.actor())
    assert Invitation.get_by_id(made.id).state == "pending"


def test_it_is_refused_by_its_own_link_alone_and_once(cast: Cast, administrator: Access) -> None:
    made, other = (invitations.invite(f"{n}@example.org", Role.EXTERNAL, administrator) for n in ("lena", "paul"))
    by = Person(None, "lena@example.org")
    for wrong in (link(other), links.make(Purpose.REPRESENTATIVE, "lena@example.org", subject=made.id)):
        with pytest.raises(NotFound):
            answers.refuse(made, wrong, by)
    assert Invitation.get_by_id(made.id).state == "pending"
    own = Link.get(Link.subject_id == made.id, Link.purpose == Purpose.INVITATION)
    answers.refuse(made, own, by)
    with pytest.raises(Conflict):
        answers.refuse(made, own, by)
    assert len(mails("invitation_refused")) == 1


def test_an_invitation_is_accepted_once_and_in_time(administrator: Access, clock: StandingClock) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    clock.moment += timedelta(days=7)
    with pytest.raises(Conflict):
        answers.accept(made, link(made), lena, lena.actor())
    clock.moment -= timedelta(minutes=1)
    answers.accept(made, link(made), lena, lena.actor())
    with pytest.raises(Conflict):
        answers.accept(made, link(made), lena, lena.actor())
    assert Membership.select().where(Membership.user == lena).count() == 1


def test_nobody_joins_a_suspended_organization(cast: Cast, administrator: Access) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    cast.organization.suspend("Unpaid", lena.actor())
    with pytest.raises(Refused, match="is suspended"):
        answers.accept(Invitation.get_by_id(made.id), link(made), lena, lena.actor())


def test_refusing_tells_who_invited(cast: Cast, administrator: Access) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    answers.refuse(made, link(made), lena.actor())
    assert Invitation.get_by_id(made.id).state == "refused"
    assert link(made).state == "used"
    assert mails("invitation_refused") == [("invitation_refused", cast.administrator.email)]
    assert members.of_address(cast.organization.id, "lena@example.org") is None


def test_an_invited_legal_representative_is_one_after_accepting(cast: Cast, representative: Access) -> None:
    made = invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, representative)
    second = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    lena = factories.user("Lena", email="lena@example.org")
    answers.accept(made, link(made), lena, lena.actor())
    told = {address for _name, address in mails("representative_appointed")}
    assert told == {cast.representative.email, second.user.email, lena.email}


def test_a_link_for_another_purpose_or_made_up_opens_nothing(administrator: Access, signed_in: SignedIn) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    wrong = links.token("another key" * 5, link(made).id, "invite")
    client = signed_in(factories.user("Lena", email="lena@example.org"))
    assert client.get(f"/links/{wrong}").status_code == 404
    assert client.post(f"/links/represent.{wrong.partition('.')[2]}").status_code == 404
    assert Invitation.get_by_id(made.id).state == "pending"


def test_nobody_is_invited_as_legal_representative_on_the_word_of_somebody_who_can_not_act(
    cast: Cast, representative: Access
) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, representative)
    users.suspend(cast.representative, "Stolen phone", cast.operator.actor())
    with pytest.raises(Conflict, match="Mira Castellan can't appoint anybody at Quillmark Press now"):
        answers.accept(made, link(made), lena, lena.actor())
    assert members.of_address(cast.organization.id, "lena@example.org") is None
    assert link(made).state == "open"


def test_the_verbs_themselves_refuse_who_may_not_manage_members(cast: Cast, administrator: Access) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    collaborator = factories.access_of(cast.members[Role.COLLABORATOR])
    for act in (
        lambda: invitations.check("paul@example.org", collaborator),
        lambda: invitations.resend(made, collaborator),
        lambda: invitations.cancel(made, collaborator),
    ):
        with pytest.raises(Forbidden):
            act()
    assert acts() == ["invitation.sent"]


def test_another_organizations_invitation_is_neither_resent_nor_cancelled(cast: Cast, administrator: Access) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    stranger = factories.access_of(Membership.get(Membership.user == cast.stranger))
    for act in (invitations.resend, invitations.cancel):
        with pytest.raises(NotFound):
            act(made, stranger)
    assert Invitation.get_by_id(made.id).state == "pending"

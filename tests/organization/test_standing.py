"""Roles change, members are removed, members leave; the last legal representative stays."""

from __future__ import annotations

import pytest

from models import journal
from models.access import Access
from models.account.users import User
from models.errors import Forbidden, NotFound, Refused
from models.organization import handover, invitations, members, representatives, standing
from models.organization.invitations import Invitation
from models.organization.members import Membership
from models.organization.representatives import Appointment
from models.outbox import Message
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import acts, mails


def role_of(member: Membership) -> str:
    """The role as it is in the database."""
    return str(Membership.get_by_id(member.id).role)


@pytest.fixture
def second(cast: Cast) -> Membership:
    """Another legal representative."""
    return factories.member(cast.organization, factories.user("Sofie Brandt"), Role.LEGAL_REPRESENTATIVE)


def test_a_role_changes_and_the_member_is_told(cast: Cast, administrator: Access) -> None:
    member = cast.members[Role.COLLABORATOR]
    standing.change_role(member, Role.ADMINISTRATOR, administrator)
    assert role_of(member) == "administrator"
    message = Message.get()
    assert (message.name, message.to_address) == ("role_changed", cast.collaborator.email)
    assert (message.context["old"], message.context["new"]) == ("Collaborator", "Administrator")
    assert acts() == ["member.role_changed"]


def test_the_same_role_changes_nothing(cast: Cast, administrator: Access) -> None:
    standing.change_role(cast.members[Role.COLLABORATOR], Role.COLLABORATOR, administrator)
    assert acts() == []


def test_nobody_becomes_a_legal_representative_by_a_change_of_role(cast: Cast, representative: Access) -> None:
    with pytest.raises(Refused, match="is appointed") as fault:
        standing.change_role(cast.members[Role.ADMINISTRATOR], Role.LEGAL_REPRESENTATIVE, representative)
    assert fault.value.step == "appoint"


@pytest.mark.usefixtures("second")
def test_an_administrator_can_not_touch_a_legal_representative(cast: Cast, administrator: Access) -> None:
    member = cast.members[Role.LEGAL_REPRESENTATIVE]
    with pytest.raises(Forbidden) as fault:
        standing.change_role(member, Role.EXTERNAL, administrator)
    assert fault.value.roles == ("legal_representative",)
    with pytest.raises(Forbidden):
        standing.remove(member, administrator)
    assert role_of(member) == "legal_representative"
    assert acts() == []


def test_a_collaborator_removes_nobody(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        standing.remove(cast.members[Role.EXTERNAL], factories.access_of(cast.members[Role.COLLABORATOR]))


def test_the_last_legal_representative_can_not_go(cast: Cast, representative: Access) -> None:
    member, sentence = cast.members[Role.LEGAL_REPRESENTATIVE], "Mira Castellan is the only legal representative"
    for act in (
        lambda: standing.leave(representative),
        lambda: standing.remove(member, representative),
        lambda: standing.change_role(member, Role.ADMINISTRATOR, representative),
        lambda: standing.delete_user(cast.representative, journal.SYSTEM),
    ):
        with pytest.raises(Refused, match=sentence) as fault:
            act()
        assert fault.value.step == "appoint"
    assert role_of(member) == "legal_representative"
    assert (acts(), mails()) == ([], [])


def test_a_pending_appointment_or_invitation_does_not_count(cast: Cast, representative: Access) -> None:
    representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, representative)
    with pytest.raises(Refused, match="only legal representative"):
        standing.leave(representative)


def test_a_second_legal_representative_lets_the_first_go(
    cast: Cast, representative: Access, second: Membership
) -> None:
    standing.leave(representative)
    assert [u.name for u in members.in_role(cast.organization.id, Role.LEGAL_REPRESENTATIVE)] == ["Sofie Brandt"]
    assert set(mails("member_left")) == {
        ("member_left", second.user.email),
        ("member_left", cast.administrator.email),
    }
    assert acts() == ["member.left"]


def test_removing_a_legal_representative_tells_the_others(
    cast: Cast, representative: Access, second: Membership
) -> None:
    standing.remove(second, representative)
    assert mails() == [("member_removed", second.user.email), ("representative_removed", cast.representative.email)]


def test_demoting_a_legal_representative_ends_what_hangs_on_their_word(
    cast: Cast, representative: Access, second: Membership
) -> None:
    by_second = factories.access_of(second)
    representatives.appoint(cast.members[Role.COLLABORATOR], by_second)
    invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, by_second)
    invitations.invite("paul@example.org", Role.EXTERNAL, by_second)
    standing.change_role(second, Role.ADMINISTRATOR, representative)
    assert [a.state for a in Appointment.select()] == ["cancelled"]
    assert [i.state for i in Invitation.select().order_by(Invitation.id)] == ["cancelled", "pending"]


def test_a_removed_member_has_no_access_left(cast: Cast, administrator: Access) -> None:
    member = cast.members[Role.COLLABORATOR]
    factories.grant(member, category="server")
    standing.remove(member, administrator)
    assert not Membership.select().where(Membership.id == member.id).exists()
    assert mails() == [("member_removed", cast.collaborator.email)]
    assert acts() == ["member.removed"]
    with pytest.raises(NotFound):
        standing.remove(member, administrator)


def test_a_person_is_deleted_with_their_memberships(cast: Cast) -> None:
    standing.delete_user(cast.collaborator, journal.SYSTEM)
    assert User.get_or_none(User.id == cast.collaborator.id) is None
    assert acts() == ["member.left", "user.deleted"]


def test_what_is_left_behind_is_what_nobody_else_was_given(cast: Cast, administrator: Access) -> None:
    member = cast.members[Role.COLLABORATOR]
    shared, alone = (factories.product(cast.organization, name) for name in ("shared.example", "alone.example"))
    factories.product(cast.organization, "box", "server")
    factories.product(cast.organization, "nobody's", "drive")
    for product in (shared, alone):
        factories.grant(member, product=product)
    factories.grant(member, category="server")
    factories.grant(cast.members[Role.EXTERNAL], product=shared)
    left = handover.of(member)
    assert [name for _id, name in left.products] == ["alone.example", "box"]
    factories.grant(cast.members[Role.EXTERNAL], category="domain")
    assert [name for _id, name in handover.of(member).products] == ["box"]
    invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    of_administrator = handover.of(cast.members[Role.ADMINISTRATOR])
    assert [i.email for i in of_administrator.invitations] == ["lena@example.org"]
    assert of_administrator.products == []

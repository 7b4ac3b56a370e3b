"""Acts at the same moment, from threads with connections of their own, on whichever database the suite runs on."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

import pytest

from models import base, journal
from models.access import Access
from models.account.users import User
from models.errors import NotFound, Refused
from models.organization import allowance, answers, invitations, members, representatives, standing
from models.organization.invitations import Invitation
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.organization.test_invitations import link

ROUNDS = 5


def at_once(*acts: Callable[[], object]) -> list[Refused | None]:
    """Run the acts in threads that start together; what each was refused, or None where it was done."""
    start, answers_of = threading.Barrier(len(acts)), dict[int, Refused | None]()

    def run(place: int, act: Callable[[], object]) -> None:
        base.connect()
        try:
            start.wait(timeout=10)
            act()
            answers_of[place] = None
        except Refused as fault:
            answers_of[place] = fault
        finally:
            base.db.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [answers_of[place] for place in range(len(acts))]


class Meanwhile:
    """An act in a thread of its own: begun, given a second, and after that on its own until it is asked for its end."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.faults: list[Refused | None] = []
        self.thread = threading.Thread(target=lambda: self.faults.extend(at_once(act)))

    def begin(self) -> None:
        self.thread.start()
        self.thread.join(timeout=1)

    def end(self) -> Refused | None:
        """What it was refused, or None where it was done."""
        self.thread.join(timeout=60)
        return self.faults[0]


def ways(one: Membership, two: Membership) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Pairs of acts that would each leave one, and together none."""
    first, second = factories.access_of(one), factories.access_of(two)
    return {
        "removing each other": (lambda: standing.remove(two, first), lambda: standing.remove(one, second)),
        "both leaving": (lambda: standing.leave(first), lambda: standing.leave(second)),
        "demoting each other": (
            lambda: standing.change_role(two, Role.EXTERNAL, first),
            lambda: standing.change_role(one, Role.EXTERNAL, second),
        ),
        "removing and leaving": (lambda: standing.remove(one, second), lambda: standing.leave(second)),
        "deleting both": (
            lambda: standing.delete_user(one.user, second),
            lambda: standing.delete_user(two.user, first),
        ),
    }


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "name", ["removing each other", "both leaving", "demoting each other", "removing and leaving", "deleting both"]
)
def test_two_legal_representatives_can_not_leave_none(name: str) -> None:
    for number in range(ROUNDS):
        organization = factories.organization(f"House {number}")
        one, two = (factories.member(organization, role=Role.LEGAL_REPRESENTATIVE) for _ in range(2))
        faults = at_once(*ways(one, two)[name])
        assert representatives.count(organization.id) == 1
        assert [fault is None for fault in faults].count(True) == 1


def test_a_link_pressed_twice_makes_one_member(administrator: Access) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    lena = factories.user("Lena", email="lena@example.org")
    faults = at_once(*[lambda: answers.accept(made, link(made), lena, lena.actor())] * 3)
    assert [fault is None for fault in faults].count(True) == 1
    assert Membership.select().where(Membership.user == lena).count() == 1


def test_the_same_address_is_invited_once(administrator: Access, representative: Access) -> None:
    faults = at_once(
        lambda: invitations.invite("lena@example.org", Role.EXTERNAL, administrator),
        lambda: invitations.invite("lena@example.org", Role.ADMINISTRATOR, representative),
    )
    assert [fault is None for fault in faults].count(True) == 1
    assert Invitation.select().count() == 1


def test_accepting_and_cancelling_end_in_one_of_them(cast: Cast, representative: Access) -> None:
    made = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    at_once(
        lambda: answers.accept_appointment(made, cast.administrator.actor()),
        lambda: representatives.cancel(made, representative),
    )
    assert representatives.count(cast.organization.id) == 1


@pytest.mark.parametrize("answer", ["accept", "refuse"])
def test_answering_and_cancelling_an_invitation_end_in_one_of_them(administrator: Access, answer: str) -> None:
    for number in range(ROUNDS):
        email = f"lena{number}@example.org"
        made, lena = invitations.invite(email, Role.EXTERNAL, administrator), factories.user("Lena", email=email)
        said = {
            "accept": lambda made=made, lena=lena: answers.accept(made, link(made), lena, lena.actor()),
            "refuse": lambda made=made, lena=lena: answers.refuse(made, link(made), lena.actor()),
        }
        faults = at_once(said[answer], lambda made=made: invitations.cancel(made, administrator))
        assert [fault is None for fault in faults].count(True) == 1
        assert Invitation.get_by_id(made.id).state in (f"{answer}{'d' if answer == 'refuse' else 'ed'}", "cancelled")


def test_who_is_removed_while_inviting_leaves_nobody_waiting(
    cast: Cast, representative: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    removal = Meanwhile(lambda: standing.remove(second, representative))
    check = invitations.check

    def slow(email: str, by: Access) -> None:
        check(email, by)
        removal.begin()

    monkeypatch.setattr(invitations, "check", slow)
    invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, factories.access_of(second))
    assert removal.end() is None
    assert [one.state for one in Invitation.select()] == ["cancelled"]


def test_who_is_deleted_while_founding_leaves_no_organization_without_anybody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = cast.external
    details = {"name": "Freunde", "kind": "association", "country": "AT"}
    details |= {"street": "Ring 1", "postcode": "1010", "city": "Wien"}
    founding = Meanwhile(lambda: members.found(person, person.actor(), terms_version=None, **details))
    delete = User.delete_instance

    def slow(user: User) -> int:
        founding.begin()
        return int(delete(user))

    monkeypatch.setattr(User, "delete_instance", slow)
    standing.delete_user(person, journal.SYSTEM)
    assert isinstance(founding.end(), NotFound)
    assert not Organization.select().where(Organization.name == "Freunde").exists()


@pytest.mark.usefixtures("app")
def test_asking_and_deleting_a_person_do_not_wait_for_each_other() -> None:
    for number in range(ROUNDS):
        organization = factories.organization(f"House {number}")
        by = factories.access_of(factories.member(organization, role=Role.LEGAL_REPRESENTATIVE))
        member = factories.member(organization)
        invited = invitations.invite(f"lena{number}@example.org", Role.EXTERNAL, by)
        lena = factories.user("Lena", email=invited.email)
        at_once(
            lambda: representatives.appoint(member, by),  # noqa: B023  done before the next round
            lambda: standing.delete_user(member.user, journal.SYSTEM),  # noqa: B023
            lambda: answers.accept(invited, link(invited), lena, lena.actor()),  # noqa: B023
            lambda: standing.delete_user(lena, journal.SYSTEM),  # noqa: B023
        )
        assert not User.select().where(User.id.in_([member.user_id, lena.id])).exists()


def test_the_allowance_holds_for_invitations_at_the_same_moment(
    cast: Cast, administrator: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "MOST_A_DAY", 3)
    places = [factories.organization(f"House {number}") for number in range(3)]
    others = [factories.member(place, cast.administrator, Role.ADMINISTRATOR) for place in places]
    accesses = [administrator, *map(factories.access_of, others)]
    faults = at_once(*[functools.partial(invitations.invite, "lena@example.org", Role.EXTERNAL, by) for by in accesses])
    assert [fault is None for fault in faults].count(True) == 3

"""Acts at the same moment, from threads with connections of their own, on whichever database the suite runs on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from models import base
from models.access import Access
from models.errors import Refused
from models.organization import answers, invitations, representatives, standing
from models.organization.invitations import Invitation
from models.organization.members import Membership
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


def pair(name: str) -> tuple[Membership, Membership, Access, Access]:
    """An organization with two legal representatives, and their accesses."""
    organization = factories.organization(name)
    one, two = (factories.member(organization, role=Role.LEGAL_REPRESENTATIVE) for _ in range(2))
    return one, two, factories.access_of(one), factories.access_of(two)


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
        lambda: representatives.accept(made, cast.administrator.actor()),
        lambda: representatives.cancel(made, representative),
    )
    assert representatives.count(cast.organization.id) == 1

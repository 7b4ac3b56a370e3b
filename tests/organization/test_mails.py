"""What the mails of this area say, rendered as they are delivered."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest

from jobs import letters
from models import outbox, settings
from models.access import Access
from models.base import now
from models.organization import answers, invitations, representatives, standing
from models.organization.invitations import Invitation
from models.permissions import Role
from models.settings import Environment
from tests import factories
from tests.conftest import Cast
from tests.organization.test_invitations import link

Letters = Callable[[], dict[str, letters.Letter]]


@pytest.fixture
def written(environment: Environment) -> Letters:
    """Renders everything that waits in the outbox; by name, the last of each."""

    def render() -> dict[str, letters.Letter]:
        sender = letters.Sender.of(environment, settings.Business(provider_name="Tannwald"))
        return {m.name: letters.write(m, sender) for m in outbox.claim("test", 100)}

    return render


@pytest.fixture
def everything(cast: Cast, representative: Access, administrator: Access) -> Invitation:
    """One of every act that somebody is told of."""
    lena, paul = (factories.user(n.title(), email=f"{n}@example.org") for n in ("lena", "paul"))
    second = factories.member(cast.organization, factories.user("Sofie <Brandt>"), Role.LEGAL_REPRESENTATIVE)
    kept = invitations.invite("new@example.org", Role.COLLABORATOR, administrator)
    refused, accepted = (invitations.invite(p.email, Role.EXTERNAL, administrator) for p in (lena, paul))
    answers.refuse(refused, link(refused), lena.actor())
    answers.accept(accepted, link(accepted), paul, paul.actor())
    answers.refuse_appointment(
        representatives.appoint(cast.members[Role.EXTERNAL], representative), cast.external.actor()
    )
    asked = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    standing.change_role(cast.members[Role.COLLABORATOR], Role.EXTERNAL, representative)
    standing.leave(factories.access_of(cast.members[Role.EXTERNAL]))
    standing.remove(second, representative)
    answers.accept_appointment(asked, cast.administrator.actor())
    return kept


@pytest.fixture
def received(environment: Environment) -> Callable[[], dict[str, list[str]]]:
    """Renders everything that waits in the outbox: subject and text of what each address gets."""

    def render() -> dict[str, list[str]]:
        sender, found = letters.Sender.of(environment, settings.Business(provider_name="Tannwald")), {}
        for message in outbox.claim("test", 100):
            letter = letters.write(message, sender)
            found.setdefault(message.to_address, []).append(f"{letter.subject}\n{letter.text}\n{letter.html}")
        return found

    return render


Received = Callable[[], dict[str, list[str]]]


def test_who_steps_down_reads_who_accepted_and_the_new_one_is_spoken_to(
    cast: Cast, representative: Access, received: Received
) -> None:
    third = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE).user
    asked = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    received()
    answers.accept_appointment(asked, cast.administrator.actor())
    found = received()
    [down], [new], [other] = (found[person.email] for person in (cast.representative, cast.administrator, third))
    assert (
        "Adrian Moll accepted to become a legal representative of Quillmark Press. With that you stepped down" in down
    )
    assert "Mira Castellan changed your role" not in down
    assert new.startswith("You are a legal representative of Quillmark Press now")
    assert "You accepted the appointment by Mira Castellan" in new
    assert "Adrian Moll is" not in new
    assert "Adrian Moll accepted the appointment by Mira Castellan" in other
    assert "Mira Castellan stepped down and is an administrator now." in other


def test_who_asked_and_stays_is_spoken_to(cast: Cast, representative: Access, received: Received) -> None:
    asked = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative)
    invited = invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, representative)
    lena = factories.user("Lena", email="lena@example.org")
    received()
    answers.accept_appointment(asked, cast.administrator.actor())
    answers.accept(invited, link(invited), lena, lena.actor())
    found = received()
    first, second = found[cast.representative.email]
    assert "You asked Adrian Moll, who accepted" in first
    assert "You asked Lena, who accepted" in second
    assert found[lena.email][0].startswith("You are a legal representative of Quillmark Press now")


def test_who_takes_the_role_from_another_or_from_themselves(
    cast: Cast, representative: Access, received: Received
) -> None:
    second, third = (factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE) for _one in range(2))
    standing.remove(second, representative)
    found = received()
    assert f"You removed {second.user.name} from Quillmark Press." in found[cast.representative.email][0]
    assert f"Mira Castellan removed {second.user.name} from" in found[third.user.email][0]
    standing.change_role(cast.members[Role.LEGAL_REPRESENTATIVE], Role.ADMINISTRATOR, representative)
    found = received()
    assert cast.representative.email not in found
    assert "Mira Castellan gave up the role of legal representative" in found[third.user.email][0]


@pytest.mark.usefixtures("everything")
def test_every_mail_says_what_happened_and_why_it_came(written: Letters) -> None:
    found = written()
    assert sorted(found) == [
        "invitation",
        "invitation_accepted",
        "invitation_refused",
        "member_left",
        "member_removed",
        "representative_appointed",
        "representative_asked",
        "representative_proposed",
        "representative_refused",
        "representative_removed",
        "role_changed",
    ]
    for letter in found.values():
        assert "You get this because" in letter.text
        assert "You get this because" in letter.html
        assert "<Brandt>" not in letter.html
        assert not re.search(r"%\(|None|Undefined", letter.text + letter.html)


@pytest.mark.usefixtures("everything")
def test_the_subject_is_the_answer(written: Letters) -> None:
    subjects = {name: letter.subject for name, letter in written().items()}
    assert subjects["invitation_accepted"] == "Paul joined Quillmark Press"
    assert subjects["invitation_refused"] == "lena@example.org does not join Quillmark Press"
    assert subjects["member_removed"] == "Your access to Quillmark Press ended"
    assert subjects["representative_asked"] == "Become a legal representative of Quillmark Press?"
    assert subjects["representative_appointed"] == "You are a legal representative of Quillmark Press now"
    assert subjects["role_changed"] == "Your role in Quillmark Press is Administrator now"


def test_the_invitation_carries_its_link(administrator: Access, written: Letters, environment: Environment) -> None:
    made = invitations.invite("new@example.org", Role.COLLABORATOR, administrator)
    letter = written()["invitation"]
    path = re.search(r"http://localhost(/links/invite\.\d+\.[\w-]+)", letter.text)
    assert path
    assert path[0] in letter.html
    assert "Your role: Collaborator" in letter.text
    assert f"{link(made).id}." in path[1]
    assert dataclasses.asdict(letter)["subject"] == "Join Quillmark Press"
    assert made.expires_at > now()

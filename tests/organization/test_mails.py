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
    for person, answer in ((lena, answers.refuse), (paul, lambda i, u, by: answers.accept(i, link(i), u, by))):
        answer(invitations.invite(person.email, Role.EXTERNAL, administrator), person, person.actor())
    answers.refuse_appointment(
        representatives.appoint(cast.members[Role.EXTERNAL], representative), cast.external.actor()
    )
    asked = representatives.appoint(cast.members[Role.ADMINISTRATOR], representative, steps_down=True)
    standing.change_role(cast.members[Role.COLLABORATOR], Role.EXTERNAL, representative)
    standing.leave(factories.access_of(cast.members[Role.EXTERNAL]))
    standing.remove(second, representative)
    answers.accept_appointment(asked, cast.administrator.actor())
    return kept


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
    assert subjects["representative_appointed"] == "Adrian Moll is a legal representative of Quillmark Press now"
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

"""Acts that take the password: wrong guesses at it are limited, for all of these acts together."""

from __future__ import annotations

import pytest

from models.organization.invitations import Invitation
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import SignedIn, acts

HERE = "/o/quillmark-press"


@pytest.fixture(autouse=True)
def limited(limits: None) -> None:
    """Guesses are counted as in real life."""


def ways(cast: Cast) -> list[tuple[str, dict[str, object]]]:
    """Every act that takes the password, as a legal representative beside another one does it."""
    second = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    return [
        (f"{HERE}/members/appoint", {"member": cast.members[Role.EXTERNAL].id}),
        (f"{HERE}/members/invite/send", {"email": "lena@example.org", "role": "legal_representative"}),
        (f"{HERE}/members/{second.id}/role", {"role": "external"}),
        (f"{HERE}/members/{second.id}/remove", {}),
        (f"{HERE}/settings/leave", {}),
    ]


def test_guesses_are_counted_over_all_acts(cast: Cast, signed_in: SignedIn) -> None:
    client, acting = signed_in(cast.representative), ways(cast)
    for _round in range(2):
        for path, data in acting:
            assert client.post(path, data={**data, "password": "guess"}).status_code == 422
    for path, data in acting:
        assert client.post(path, data={**data, "password": factories.PASSWORD}).status_code == 429
    other = signed_in(cast.representative)
    assert other.post(acting[4][0], data={"password": "guess"}).status_code == 429, "a new session starts no new count"
    assert acts() == []


def test_acts_without_the_password_go_on(cast: Cast, signed_in: SignedIn) -> None:
    client, (path, data) = signed_in(cast.representative), ways(cast)[0]
    for _time in range(11):
        client.post(path, data={**data, "password": "guess"})
    member = cast.members[Role.EXTERNAL].id
    assert client.post(f"{HERE}/members/{member}/role", data={"role": "collaborator"}).status_code == 303
    sent = client.post(f"{HERE}/members/invite/send", data={"email": "lena@example.org", "role": "external"})
    assert sent.status_code == 303


def test_the_right_password_does_not_count(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.representative)
    for number in range(12):
        data = {"email": f"p{number}@example.org", "role": "legal_representative", "password": factories.PASSWORD}
        assert client.post(f"{HERE}/members/invite/send", data=data).status_code == 303
    assert Invitation.select().count() == 12


def test_guesses_at_forms_of_the_account_count_as_well(cast: Cast, signed_in: SignedIn) -> None:
    client, (path, data) = signed_in(cast.representative), ways(cast)[0]
    for _time in range(5):
        client.post("/account/security/password", data={"current": "guess", "password": "a good long sentence"})
        client.post("/account/profile/address", data={"current": "guess", "email": "new@example.org"})
    assert client.post(path, data={**data, "password": factories.PASSWORD}).status_code == 429

"""Users by operators: suspended, signed out, verified, welcomed; the last security operator stays."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from jobs import letters
from models import outbox, settings
from models.account.sessions import Session
from models.account.users import User
from models.base import connect, db, now
from models.journal import Entry
from models.links import Link
from models.operators import messages, users
from models.permissions import OperatorRole, Role
from tests import factories
from tests.conftest import Cast, StandingClock

SECURITY = OperatorRole.SECURITY


def acts(name: str) -> list[Entry]:
    return list(Entry.select().where(Entry.act == name))


def fresh(user: User) -> User:
    found: User = User.get_by_id(user.id)
    return found


def test_suspending_signs_out_at_once(client: FlaskClient, cast: Cast) -> None:
    other = client.application.test_client()
    factories.sign_in(other, cast.collaborator)
    factories.sign_in(client, cast.operator)
    path = f"/back-office/users/{cast.collaborator.id}/suspend"
    assert client.post(path, data={"reason": ""}).status_code == 422
    assert client.post(path, data={"reason": "Left the firm"}).status_code == 303
    assert not Session.select().where(Session.user == cast.collaborator).exists()
    assert other.get("/account/profile").status_code == 303
    [entry] = acts("user.suspended")
    assert (entry.organization_id, entry.details["reason"]) == (cast.organization.id, "Left the firm")
    assert client.post(f"/back-office/users/{cast.collaborator.id}/resume").status_code == 303
    assert fresh(cast.collaborator).suspended_at is None


def test_nobody_suspends_themselves_or_the_last_for_security(client: FlaskClient, cast: Cast) -> None:
    helper = factories.user("Sam Support", operator_roles=(OperatorRole.SUPPORT,))
    factories.sign_in(client, helper)
    for person in (helper, cast.operator):
        answer = client.post(f"/back-office/users/{person.id}/suspend", data={"reason": "Why not"})
        assert answer.status_code == 422
        assert fresh(person).suspended_at is None


def test_sessions_end(client: FlaskClient, cast: Cast) -> None:
    second = factories.organization("Brennholm Nord")
    factories.member(second, cast.collaborator)
    factories.sign_in(client.application.test_client(), cast.collaborator)
    factories.sign_in(client, cast.operator)
    assert client.post(f"/back-office/users/{cast.collaborator.id}/sessions/end").status_code == 303
    assert not Session.select().where(Session.user == cast.collaborator).exists()
    entries = acts("session.others_ended")
    assert {entry.organization_id for entry in entries} == {cast.organization.id, second.id}
    assert {(entry.subject, entry.behalf, entry.details["count"]) for entry in entries} == {
        ("Jonas Abegglen", "the provider", 1)
    }


def test_verification_is_sent_again_where_it_is_needed(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    path = f"/back-office/users/{cast.collaborator.id}/verification"
    client.post(path)
    assert outbox.Message.select().count() == 0
    User.update(verified_at=None).where(User.id == cast.collaborator.id).execute()
    assert client.post(path).status_code == 303
    assert [m.name for m in outbox.Message.select()] == ["verify_address"]


def test_roles_take_the_security_role_and_ones_own_password(client: FlaskClient, cast: Cast) -> None:
    path = f"/back-office/users/{cast.stranger.id}/roles"
    good = {"roles": ["support"], "password": factories.PASSWORD}
    factories.sign_in(client, factories.user("Sam Support", operator_roles=(OperatorRole.SUPPORT,)))
    assert client.post(path, data=good).status_code == 403
    factories.sign_in(client, cast.operator)
    wrong = client.post(path, data=good | {"password": "not this one"})
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True)
    assert fresh(cast.stranger).operator_roles == []
    assert client.post(path, data=good).status_code == 303
    assert fresh(cast.stranger).operator_roles == ["support"]
    [entry] = acts("operator.roles_changed")
    assert entry.details == {"changes": {"operator_roles": ["", "support"]}}


def test_the_last_security_operator_stays(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    path = f"/back-office/users/{cast.operator.id}/roles"
    answer = client.post(path, data={"roles": ["support"], "password": factories.PASSWORD})
    assert answer.status_code == 422
    assert "This is the last operator with the security role." in answer.text
    suspended = factories.user("Sue Spended", operator_roles=(SECURITY,), suspended_at=now())
    assert client.post(path, data={"password": factories.PASSWORD}).status_code == 422
    User.update(suspended_at=None).where(User.id == suspended.id).execute()
    assert client.post(path, data={"password": factories.PASSWORD}).status_code == 303
    assert fresh(cast.operator).operator_roles == []
    assert client.get("/back-office/").status_code == 404


@pytest.mark.parametrize("roles", [["security"], ["billing", "security"], []])
def test_looking_on_ends_with_the_role_that_allows_it(client: FlaskClient, cast: Cast, roles: list[str]) -> None:
    helper = factories.user("Sam Support", operator_roles=tuple(OperatorRole))
    other = client.application.test_client()
    factories.sign_in(other, helper)
    other.post(f"/back-office/organizations/{cast.organization.id}/view", data={"reason": "Asked for help"})
    page = f"/o/{cast.organization.slug}/products"
    assert other.get(page).status_code == 200
    users.set_roles(helper, [OperatorRole(role) for role in roles], cast.operator.actor())
    assert other.get(page).status_code == 404
    [entry] = acts("viewing.stopped")
    assert (entry.organization_id, entry.actor) == (cast.organization.id, "Sam Support")


def test_looking_on_lasts_while_the_role_does(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    client.post(f"/back-office/organizations/{cast.organization.id}/view", data={"reason": "Asked for help"})
    users.set_roles(cast.operator, [OperatorRole.SUPPORT, SECURITY], cast.operator.actor())
    assert client.get(f"/o/{cast.organization.slug}/products").status_code == 200


def test_looking_on_ends_with_the_sessions(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    client.post(f"/back-office/organizations/{cast.organization.id}/view", data={"reason": "Asked for help"})
    users.end_sessions(cast.operator, cast.operator.actor())
    assert [entry.organization_id for entry in acts("viewing.stopped")] == [cast.organization.id]


def never_signed_in(cast: Cast, name: str) -> User:
    """A member that an import made."""
    waiting = factories.user(name, language="en")
    User.update(password_hash=None, verified_at=None).where(User.id == waiting.id).execute()
    factories.member(cast.organization, waiting, Role.COLLABORATOR)
    return fresh(waiting)


def test_imported_people_are_welcomed_once_a_week(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    waiting = never_signed_in(cast, "Nora Vest")
    factories.sign_in(client, cast.operator)
    assert "never signed in" in client.get("/back-office/users?who=pending").text
    assert client.post(f"/back-office/organizations/{cast.organization.id}/welcome").status_code == 303
    [message] = outbox.Message.select()
    assert (message.name, message.to_address) == ("welcome", waiting.email)
    letter = letters.write(
        messages.as_claimed(message), letters.Sender(settings.current(), "http://localhost", "k" * 32)
    )
    assert "Quillmark Press" in letter.text
    assert "http://localhost/links/" in letter.text
    life = Link.get_by_id(message.link_id).expires_at - now()
    assert 6 <= life.days <= 7
    assert users.count_pending() == 0
    client.post("/back-office/users/welcome")
    assert outbox.Message.select().count() == 1
    clock.moment += timedelta(minutes=2)
    client.post(f"/back-office/users/{waiting.id}/sign-in-mail")
    assert outbox.Message.select().count() == 2
    assert len(acts("user.welcomed")) == 2


def test_a_second_click_sends_no_second_mail(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    waiting = never_signed_in(cast, "Nora Vest")
    factories.sign_in(client, cast.operator)
    for _ in range(2):
        assert client.post(f"/back-office/users/{waiting.id}/sign-in-mail").status_code == 303
    [message] = outbox.Message.select()
    assert Link.get_by_id(message.link_id).state == "open"


def test_two_tabs_send_each_person_one_mail(client: FlaskClient, cast: Cast) -> None:
    people = [never_signed_in(cast, f"Person {number}") for number in range(40)]
    ready, by = threading.Barrier(3), cast.operator.actor()

    def send() -> None:
        connect()
        ready.wait(10)
        users.send_sign_in_mails(by, cast.organization.id)
        db.close()

    tabs = [threading.Thread(target=send) for _ in range(3)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(60)
    assert sorted(message.to_address for message in outbox.Message.select()) == sorted(one.email for one in people)
    assert len(acts("user.welcomed")) == len(people)


def test_who_has_a_password_is_not_welcomed(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    refused = client.post(f"/back-office/users/{cast.collaborator.id}/sign-in-mail")
    assert (refused.status_code, "This person has a password" in refused.text) == (422, True)
    assert outbox.Message.select().count() == 0

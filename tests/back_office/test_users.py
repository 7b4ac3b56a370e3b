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


def test_guesses_at_an_operators_password_are_limited(client: FlaskClient, cast: Cast, limits: None) -> None:
    path = f"/back-office/users/{cast.stranger.id}/roles"
    factories.sign_in(client, cast.operator)
    for _time in range(10):
        assert client.post(path, data={"roles": ["support"], "password": "guess"}).status_code == 422
    assert client.post(path, data={"roles": ["support"], "password": factories.PASSWORD}).status_code == 429
    assert fresh(cast.stranger).operator_roles == []


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
    welcome = f"/back-office/organizations/{cast.organization.id}/welcome"
    assert client.post(welcome, data={"count": "1"}).status_code == 303
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
    client.post("/back-office/users/welcome", data={"count": "1"})
    assert outbox.Message.select().count() == 1
    clock.moment += timedelta(minutes=2)
    client.post(f"/back-office/users/{waiting.id}/sign-in-mail")
    assert outbox.Message.select().count() == 2
    assert len(acts("user.welcomed")) == 2


@pytest.mark.parametrize("page", ["users?who=pending&ask=mails", "organizations/{}?ask=mails"])
def test_sign_in_mails_are_asked_for_before_they_go(client: FlaskClient, cast: Cast, page: str) -> None:
    for name in ("Nora Vest", "Ada Lind", "Olaf Berg", "Per Xander", "Rosa Meyer", "Sven Hult", "Tove Ek"):
        never_signed_in(cast, name)
    factories.sign_in(client, cast.operator)
    asked = client.get(f"/back-office/{page}".format(cast.organization.id)).text
    assert "Send 7 people a sign-in mail?" in asked
    assert "To: Ada Lind, Nora Vest, Olaf Berg, Per Xander, Rosa Meyer and 2 more." in asked
    assert "Send 7 mails</button>" in asked
    assert outbox.Message.select().count() == 0


def test_nobody_to_be_sent_a_mail_is_a_sentence_without_a_button(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    for page in ("users?who=pending&ask=mails", f"organizations/{cast.organization.id}?ask=mails"):
        asked = client.get(f"/back-office/{page}").text
        assert "Nobody needs a sign-in mail" in asked, page
        assert "/welcome" not in asked, page


def test_what_was_confirmed_is_sent_once_and_no_more(client: FlaskClient, cast: Cast) -> None:
    never_signed_in(cast, "Nora Vest")
    factories.sign_in(client, cast.operator)
    never_signed_in(cast, "Ada Lind")
    for data in ({"count": "1"}, {}):
        answer = client.post("/back-office/users/welcome", data=data)
        assert (answer.status_code, "Look at the number again" in answer.text) == (409, True)
    assert outbox.Message.select().count() == 0
    pages = [client.post("/back-office/users/welcome", data={"count": "2"}, follow_redirects=True) for _ in range(2)]
    assert "Sign-in mails are on their way: 2." in pages[0].text
    assert "Nobody needs a sign-in mail any more. Nothing was sent." in pages[1].text
    assert outbox.Message.select().count() == len(acts("user.welcomed")) == 2


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
        users.send_sign_in_mails(by, cast.organization.id, at_most=len(people))
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

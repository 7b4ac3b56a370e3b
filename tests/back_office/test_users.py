"""Users by operators: suspended, signed out, verified, welcomed; the last security operator stays."""

from __future__ import annotations

from flask.testing import FlaskClient

from jobs import letters
from models import outbox, settings
from models.account.sessions import Session
from models.account.users import User
from models.base import now
from models.journal import Entry
from models.links import Link
from models.operators import messages, users
from models.permissions import OperatorRole, Role
from tests import factories
from tests.conftest import Cast

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
    factories.sign_in(client.application.test_client(), cast.collaborator)
    factories.sign_in(client, cast.operator)
    assert client.post(f"/back-office/users/{cast.collaborator.id}/sessions/end").status_code == 303
    assert not Session.select().where(Session.user == cast.collaborator).exists()


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


def test_imported_people_are_welcomed_once_a_week(client: FlaskClient, cast: Cast) -> None:
    waiting = factories.user("Nora Vest", language="en")
    User.update(password_hash=None, verified_at=None).where(User.id == waiting.id).execute()
    factories.member(cast.organization, waiting, Role.COLLABORATOR)
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
    assert users.pending() == []
    client.post("/back-office/users/welcome")
    assert outbox.Message.select().count() == 1
    client.post(f"/back-office/users/{waiting.id}/sign-in-mail")
    assert outbox.Message.select().count() == 2
    assert len(acts("user.welcomed")) == 2


def test_who_has_a_password_is_not_welcomed(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    client.post(f"/back-office/users/{cast.collaborator.id}/sign-in-mail")
    assert outbox.Message.select().count() == 0

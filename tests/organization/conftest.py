"""What tests of people stand on: accesses of the cast, signed-in clients, links of mails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import links
from models.access import Access
from models.account.users import User
from models.journal import Entry
from models.links import Purpose
from models.outbox import Message
from models.permissions import Role
from models.settings import Environment
from tests import factories
from tests.conftest import Cast

SignedIn = Callable[[User], FlaskClient]
Opener = Callable[[Purpose, int], str]


@pytest.fixture
def representative(cast: Cast) -> Access:
    """Mira, as a request of hers would act."""
    return factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])


@pytest.fixture
def administrator(cast: Cast) -> Access:
    """Adrian, as a request of his would act."""
    return factories.access_of(cast.members[Role.ADMINISTRATOR])


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """Makes a signed_in in which the person is signed in."""

    def made(person: User) -> FlaskClient:
        client = app.test_client()
        factories.sign_in(client, person)
        return client

    return made


@pytest.fixture
def link_of(environment: Environment) -> Opener:
    """The path of the newest link of a purpose about a thing, as its mail would have it."""

    def path(purpose: Purpose, subject: int) -> str:
        found = (
            links.Link.select()
            .where(links.Link.purpose == purpose.value, links.Link.subject_id == subject)
            .order_by(links.Link.id.desc())
            .first()
        )
        return "/links/" + links.token(environment.secret_key, found.id, purpose.value)

    return path


def mails(name: str | None = None) -> list[tuple[str, str]]:
    """Name and address of every message, or of those of one name, oldest first."""
    found = Message.select().order_by(Message.id)
    return [(m.name, m.to_address) for m in found if name in (None, m.name)]


def acts() -> list[str]:
    """Every act in the journal but sign-ins, oldest first."""
    return [e.act for e in Entry.select().order_by(Entry.id) if e.act != "user.signed_in"]

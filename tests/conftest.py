"""What every test stands on: a migrated database per worker, an application, the fixed cast."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server
from werkzeug.wsgi import ClosingIterator

from app import create_app
from blueprints.ground.limits import limiter
from models import base, schema, settings
from models.account.users import User
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import OperatorRole, Role
from models.settings import Environment, read_environment
from models.wake import on_wake
from tests import factories

pytest_plugins = ["tests.services", "tests.narrow"]

KEPT_TABLES = ("category", "schema_migration")
SEARCH_TABLES = ("product_search", "help_search")


def on_postgresql() -> bool:
    """Whether this run of the suite is the one on PostgreSQL."""
    return os.environ.get("INTENDANT_TEST_DATABASE", "sqlite") == "postgresql"


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Environment:
    """Settings of a small instance in a folder of its own."""
    variables = {
        "INTENDANT_DATA": str(tmp_path_factory.mktemp("var")),
        "INTENDANT_SECRET_KEY": "secret-key-of-the-tests-" * 2,
        "INTENDANT_FILE_KEY": "file-key-of-the-tests-" * 2,
        "INTENDANT_BASE_URL": "http://localhost",
        "INTENDANT_LOG": "warning",
    }
    if on_postgresql():
        variables["INTENDANT_DATABASE_URL"] = request.getfixturevalue("postgres_server")
    return read_environment(variables)


@pytest.fixture(scope="session")
def session_app(environment: Environment) -> Flask:
    """The application, made once per worker, on a migrated database."""
    app = create_app(environment, TESTING=True, WTF_CSRF_ENABLED=False)
    base.connect()
    schema.migrate()
    return app


@pytest.fixture
def app(session_app: Flask) -> Iterator[Flask]:
    """The application on an empty database that belongs to a provider called Tannwald."""
    base.connect()
    empty()
    settings.Business().save(ready=True, provider_name="Tannwald", public_address="http://localhost")
    settings.forget()
    limiter.enabled = False
    yield session_app
    on_wake(None)


def empty() -> None:
    """Delete every row but the shipped categories."""
    tables = [t for t in base.db.get_tables() if t not in KEPT_TABLES and not t.startswith(SEARCH_TABLES)]
    with base.write():
        if not base.is_postgresql():
            base.run("PRAGMA defer_foreign_keys = ON")
        for table in tables:
            base.run(f"DELETE FROM {table}")
        base.run("DELETE FROM category WHERE id > 8")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, nobody signed in."""
    return app.test_client()


class StandingClock(base.Clock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """It is 22 November 2026, 09:14 UTC, until the test says otherwise (`clock.moment = …`)."""
    standing = StandingClock()
    monkeypatch.setattr(base, "clock", standing)
    return standing


@dataclass
class Cast:
    """An organization with a person in every role, a stranger with their own, and an operator."""

    organization: Organization
    representative: User
    administrator: User
    collaborator: User
    external: User
    stranger: User
    operator: User
    members: dict[Role, Membership] = dataclasses.field(default_factory=dict)


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The fixed cast."""
    organization = factories.organization("Quillmark Press")
    people = {
        Role.LEGAL_REPRESENTATIVE: factories.user("Mira Castellan"),
        Role.ADMINISTRATOR: factories.user("Adrian Moll"),
        Role.COLLABORATOR: factories.user("Jonas Abegglen"),
        Role.EXTERNAL: factories.user("Ines Ostrander"),
    }
    members = {role: factories.member(organization, person, role) for role, person in people.items()}
    stranger = factories.user("Tobias Renk")
    factories.member(factories.organization("Brennholm Verein"), stranger, Role.LEGAL_REPRESENTATIVE)
    operator = factories.user("Olga Tann", operator_roles=tuple(OperatorRole))
    return Cast(organization, *people.values(), stranger, operator, members)


@pytest.fixture
def data_folder(environment: Environment) -> Path:
    """The data folder of the instance under test."""
    return environment.data


@pytest.fixture
def limits(app: Flask) -> Iterator[None]:
    """Limits on guessing as in real life; tests that don't ask for them run without."""
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()


@pytest.fixture(scope="session")
def live_server(session_app: Flask) -> Iterator[str]:
    """The application on a free port, in a thread; browsers of all tests share it."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """A thread of this server ends with the tests, and must not leave its connection behind."""
        body = ClosingIterator(session_app(environ, start_response), base.db.close)
        with contextlib.closing(body):
            return list(body)

    serving = create_server(application, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.effective_port}"
    serving.close()
    serving.task_dispatcher.shutdown(timeout=5)


@pytest.fixture
def server(app: Flask, live_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a live server on an empty database, with forms guarded as in real life."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return live_server

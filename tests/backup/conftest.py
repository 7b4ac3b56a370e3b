"""Where backups are restored to: new databases of both kinds, on a machine with keys of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from models import base, settings
from models.settings import Environment
from tests.services import find_postgres, missing


@contextmanager
def other_database(url: str) -> Iterator[None]:
    """Work on another database for a while."""
    before = base.db.obj  # type: ignore[attr-defined]  the proxy's own attribute
    base.open_database(url)
    base.connect()
    try:
        yield
    finally:
        base.db.close()
        base.db.initialize(before)  # type: ignore[attr-defined]  the proxy's own method
        settings.forget()


Fresh = Callable[[str], str]


@pytest.fixture
def fresh(tmp_path: Path, slot: Any) -> Iterator[Fresh]:
    """The URL of a new, empty database of a kind; PostgreSQL's is dropped afterwards."""
    server = find_postgres() or ""
    name = f"intendant_restore_{slot.number}"

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        if not server:
            missing("PostgreSQL (INTENDANT_TEST_POSTGRES names one)")
        _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        return f"{server.rpartition('/')[0]}/{name}" if "?" not in server else server.replace("/postgres?", f"/{name}?")

    yield make
    if server:
        _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def target(environment: Environment, tmp_path: Path) -> Environment:
    """The settings of a new machine, whose keys were made at its first start."""
    for name in ("secret.key", "file.key"):
        (tmp_path / name).write_text("made at the first start" * 2)
    return dataclasses.replace(
        environment, data=tmp_path, secret_key="made at the first start" * 2, file_key="made at the first start" * 2
    )

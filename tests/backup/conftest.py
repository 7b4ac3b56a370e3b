"""What is backed up, and where it is restored to: new databases of both kinds, on a machine with keys of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask

from models import base, journal, links, outbox, runs, settings, uploads, work
from models.account import sessions
from models.backup.tables import Table, tables
from models.base import row, rows, run, write
from models.outbox import Recipient
from models.permissions import OperatorRole, Role
from models.settings import Environment
from tests import factories
from tests.services import find_postgres, missing

LONG_TIME_AGO = datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


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


@pytest.fixture
def filled(app: Flask) -> None:
    """At least one row in every table, with everything that is hard to carry over."""
    person = factories.user("Zoë “Q” O'Hara", operator_roles=tuple(OperatorRole), product_columns=["name", "tags"])
    house = factories.organization("Ünï ‘Çode’ 株式会社\\n")
    member = factories.member(house, person, Role.LEGAL_REPRESENTATIVE)
    product = factories.product(house, "exämple.org", expires_on=date(2027, 2, 28), price_minor=10**12, currency="CHF")
    factories.tag(house, "Tag", product)
    factories.grant(member, product=product)
    sessions.open_session(person, keep=True, address="::1", device="A device", device_key=None)
    link = links.make(links.Purpose.VERIFY_ADDRESS, person.email, user=person.id, subject=person.id)
    outbox.post("test_mail", Recipient("a@example.org", "A"), link=link.id, context={"n": 1, "t": "ü\u2028\n", "e": []})
    work.add("x", {"deep": [{"a": None, "b": 1.5}]}, user=person.id)
    work.beat("w", "worker")
    runs.note("a.job")
    uploads.keep("bytes.bin", bytes(range(256)) * 40, user=person.id)
    settings.Business().save(ready=True, backups_kept=3, support_email="", provider_name="7")
    journal.record("user.changed", by=person.actor("::1"), about=("user", 1, "Zoë"), changes={"name": [None, "Zoë"]})
    for table in tables():
        if not row(f"SELECT 1 FROM {table.name} LIMIT 1"):
            _fill(table)


NUMBERS = frozenset({"attempts", "refusals", "id", "line", "leads", "version", "lead", "kinds", "products", "id_sum"})


def _fill(table: Table) -> None:
    """One row of whatever fits, for tables that no factory knows (yet)."""
    checks = {
        "invitation": {"role": "external", "state": "pending"},
        "appointment": {"state": "pending"},
        "imports": {"kind": "products", "state": "ready"},
        "vat_standing": {"state": "waiting", "outcome": "unavailable"},
        "vat_check": {"outcome": "valid"},
        "renewal_refusal": {"kind": "reminder"},
        "renewal_notice": {"kind": "reminder"},
        "renewal_part": {"kind": "reminder"},
        "renewal_snooze": {"until": "2001-02-03"},
    }
    kinds: dict[str, Any] = {"json": "{}", "boolean": True, "moment": LONG_TIME_AGO, "day": "2001-02-03", "bytes": b"x"}
    referred = {key.column: key.dest_table for key in base.db.get_foreign_keys(table.name)}
    values = {}
    for column in table.columns:
        plain = 1 if column.name in NUMBERS or column.name.endswith("_id") else "text"
        values[column.name] = checks.get(table.name, {}).get(column.name) or kinds.get(column.kind, plain)
        if column.name == "day" or column.name.endswith("_on"):
            values[column.name] = kinds["day"]
        if column.name.endswith(("_at", "_by", "total")):
            values[column.name] = 1 if column.name.endswith(("_by", "total")) else base.stamp(LONG_TIME_AGO)
    for column_name, other in referred.items():
        values[column_name] = rows(f"SELECT min(id) FROM {other}")[0][0]
    with write():
        marks = base.marks(list(values))
        run(f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({marks})", list(values.values()))

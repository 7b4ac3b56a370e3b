"""A backup holds every row, and reads back into either kind of database; nothing that is there is ever lost."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import base, journal, links, outbox, runs, schema, settings, uploads, work
from models.account import sessions
from models.backup import reading, writing
from models.backup.tables import HISTORY, Table, outward, select, tables
from models.base import is_postgresql, row, rows, run, write
from models.errors import Refused
from models.outbox import Recipient
from models.permissions import OperatorRole, Role
from models.settings import Environment
from tests import factories
from tests.backup.conftest import Fresh, other_database
from tests.conftest import on_postgresql

LONG_TIME_AGO = datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


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


def _fill(table: Table) -> None:
    """One row of whatever fits, for tables that no factory knows (yet)."""
    checks = {
        "invitation": {"role": "external", "state": "pending"},
        "appointment": {"state": "pending"},
        "imports": {"kind": "products", "state": "ready"},
    }
    kinds: dict[str, Any] = {"json": "{}", "boolean": True, "moment": LONG_TIME_AGO, "day": "2001-02-03", "bytes": b"x"}
    referred = {key.column: key.dest_table for key in base.db.get_foreign_keys(table.name)}
    values = {}
    for column in table.columns:
        plain = 1 if column.name in ("id", "line") or column.name.endswith("_id") else "text"
        values[column.name] = checks.get(table.name, {}).get(column.name) or kinds.get(column.kind, plain)
        if column.name.endswith(("_at", "_by", "total")):
            values[column.name] = 1 if column.name.endswith(("_by", "total")) else base.stamp(LONG_TIME_AGO)
    for column_name, other in referred.items():
        values[column_name] = rows(f"SELECT min(id) FROM {other}")[0][0]
    with write():
        marks = base.marks(list(values))
        run(f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def content() -> dict[str, list[Any]]:
    """Every row of every table as a backup has it, JSON by its meaning."""
    found = {}
    for table in tables():
        convert, jsons = outward(table), [n for n, column in enumerate(table.columns) if column.kind == "json"]
        made = [convert(one) for one in rows(select(table))]
        for one in made:
            for place in jsons:
                one[place] = one[place] and json.loads(one[place])
        found[table.name] = sorted((dict(zip(table.names, one, strict=True)) for one in made), key=repr)
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_row_comes_back(
    filled: None, environment: Environment, target: Environment, fresh: Fresh, tmp_path: Path, kind: str
) -> None:
    made = writing.write(environment, tmp_path / "all.zip")
    before = content()
    del before["scheduled_run"]
    assert all(before.values()), "every table has a row to compare"
    with other_database(fresh(kind)):
        done = reading.restore(target, tmp_path / "all.zip")
        after = content()
        del after["scheduled_run"]
        assert (done.rows, done.warnings) == (made.rows, ())
        assert after == before
        assert is_postgresql() == (kind == "postgresql")
        _check_alive()


def _check_alive() -> None:
    """The restored instance works: keys are counted on, search finds, the setting is read."""
    link = links.make(links.Purpose.VERIFY_ADDRESS, "b@example.org", subject=1)
    assert link.id > reading.SPARE_LINKS, "a link mailed after the backup never opens another's"
    factories.product(factories.organization("Another"), "second.example")
    finding = "search ILIKE '%xämp%'" if is_postgresql() else "id IN (SELECT rowid FROM product_search('xämp'))"
    assert rows(f"SELECT name FROM product WHERE {finding}") == [("exämple.org",)]
    assert settings.business().backups_kept == 3
    assert schema.pending() == []


def test_the_keys_come_along(filled: None, environment: Environment, target: Environment, fresh: Fresh) -> None:
    file = target.data / "all.zip"
    writing.write(environment, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with other_database(fresh("sqlite")):
        reading.restore(target, file)
    assert (target.data / "secret.key").read_text() == environment.secret_key
    assert stat.S_IMODE((target.data / "file.key").stat().st_mode) == 0o600


def test_keys_of_the_environment_stay_and_are_compared(
    filled: None, environment: Environment, target: Environment, fresh: Fresh
) -> None:
    writing.write(environment, target.data / "all.zip")
    with other_database(fresh("sqlite")):
        done = reading.restore(dataclasses.replace(target, file_key="from the environment"), target.data / "all.zip")
    assert [warning.split(" ", 1)[0] for warning in done.warnings] == ["INTENDANT_FILE_KEY"]


def test_only_an_empty_instance_is_filled(filled: None, environment: Environment, tmp_path: Path) -> None:
    writing.write(environment, tmp_path / "all.zip")
    before = content()
    with pytest.raises(Refused, match="empty one"):
        reading.restore(environment, tmp_path / "all.zip")
    assert content() == before


def test_a_file_is_never_overwritten(app: Flask, environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(Refused, match="never overwrites"):
        writing.write(environment, tmp_path / "mine")
    with pytest.raises(Refused, match="can't be written"):
        writing.write(environment, tmp_path / "no" / "folder")
    assert (tmp_path / "mine").read_text() == "precious"


def _changed(file: Path, **changes: object) -> Path:
    """The same backup with another manifest."""
    altered = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, json.dumps(json.loads(text) | changes) if name == writing.MANIFEST else text)
    return altered


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "newer version"),
        ({"migrations": ["0001_ground", "9999_of_tomorrow"]}, "9999_of_tomorrow"),
        ({"rows": {"users": 7}}, "instead of 7"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    filled: None, environment: Environment, target: Environment, fresh: Fresh, changes: dict[str, Any], words: str
) -> None:
    writing.write(environment, target.data / "all.zip")
    altered = _changed(target.data / "all.zip", **changes)
    with other_database(fresh("sqlite")):
        with pytest.raises(Refused, match=words):
            reading.restore(target, altered)
        assert not (HISTORY in base.db.get_tables() and row("SELECT 1 FROM users"))


def _without(file: Path, missing: str) -> Path:
    """The same backup without one of its parts."""
    altered = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            if name != missing:
                new.writestr(name, old.read(name))
    return altered


def _spoilt(file: Path, name: str) -> Path:
    """The same backup, a part of which can't be unpacked any more."""
    with zipfile.ZipFile(file) as archive:
        begins = archive.getinfo(name).header_offset + 30 + len(name)
    content = bytearray(file.read_bytes())
    begins += int.from_bytes(content[begins - len(name) - 2 : begins - len(name)], "little")
    content[begins : begins + 4] = b"\xff" * 4
    file.write_bytes(content)
    return file


def _taken_twice(file: Path) -> Path:
    """The same backup with two people of one address, which no database takes."""
    altered = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "tables/users.jsonl":
                columns, line = text.decode().splitlines()
                text = f"{columns}\n{line}\n{line}\n".encode()
            new.writestr(name, text)
    return altered


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: _without(file, "keys/file.key"), "not a whole backup"),
        (lambda file: _spoilt(file, "tables/users.jsonl"), "not a whole backup"),
        (_taken_twice, "The database does not take"),
    ],
    ids=["no key", "spoilt", "twice"],
)
def test_of_a_damaged_backup_nothing_is_kept(
    filled: None,
    environment: Environment,
    target: Environment,
    fresh: Fresh,
    damage: Callable[[Path], Path],
    words: str,
    kind: str,
) -> None:
    file = target.data / "all.zip"
    writing.write(environment, file)
    damaged = damage(file)
    with other_database(fresh(kind)):
        with pytest.raises(Refused, match=words) as told:
            reading.restore(target, damaged)
        assert "\n" not in str(told.value)
        assert rows("SELECT 1 FROM users") == rows("SELECT 1 FROM organization") == []
    assert (target.data / "secret.key").read_text() == target.secret_key


def test_nothing_is_kept_where_the_keys_can_not_be(
    filled: None, environment: Environment, target: Environment, fresh: Fresh
) -> None:
    writing.write(environment, target.data / "all.zip")
    (target.data / ".secret.key").mkdir()
    with other_database(fresh("sqlite")):
        with pytest.raises(Refused, match=r"secret\.key can't be written"):
            reading.restore(target, target.data / "all.zip")
        assert rows("SELECT 1 FROM users") == []


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL never took a NUL")
def test_what_postgresql_can_not_hold_stays_behind(
    filled: None, environment: Environment, target: Environment, fresh: Fresh
) -> None:
    """SQLite kept every sign that was ever sent to it."""
    run("UPDATE users SET name = 'Zo' || char(0) || 'ë'")
    context = {"na\0me": ["Zo\0ë", {"deep": "\0"}], "path": "C:\\u0000", "n": 1}
    run("UPDATE outbox SET context = ?", (json.dumps(context),))
    run("UPDATE work SET arguments = '{\"raw\": \"a' || char(0) || 'b\"}'")
    writing.write(environment, target.data / "all.zip")
    with other_database(fresh("postgresql")):
        reading.restore(target, target.data / "all.zip")
        assert rows("SELECT name FROM users") == [("Zoë",)]
        [message], [piece] = outbox.Message.select(), work.Work.select()
        assert message.context == {"name": ["Zoë", {"deep": ""}], "path": "C:\\u0000", "n": 1}
        assert piece.arguments == {"raw": "ab"}


def test_memory_does_not_grow_with_the_uploads(app: Flask, environment: Environment, tmp_path: Path) -> None:
    for number in range(20):
        uploads.keep(f"{number}.bin", os.urandom(1_000_000), user=None)
    tracemalloc.start()
    writing.write(environment, tmp_path / "all.zip")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 15_000_000


@pytest.mark.parametrize("text", ["", "not a zip"])
def test_other_files_are_no_backups(app: Flask, environment: Environment, tmp_path: Path, text: str) -> None:
    (tmp_path / "other").write_text(text)
    with pytest.raises(Refused, match="not a whole backup"):
        reading.restore(environment, tmp_path / "other")


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    app: Flask, environment: Environment, target: Environment, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows go into the schema they were written in; newer migrations follow and change them."""
    third = schema.applied()[2]
    with other_database(f"sqlite:///{target.data / 'older.sqlite3'}"):
        schema.migrate(third)
        run("INSERT INTO scheduled_run (job, result, failed) VALUES ('a.job', 'OSError: full', 1)")
        monkeypatch.setattr(runs, "note", lambda job: None)
        made = writing.write(environment, target.data / "older.zip")
    with other_database(fresh("postgresql" if on_postgresql() else "sqlite")):
        assert reading.restore(target, made.file).rows == made.rows
        assert schema.pending() == []
        assert runs.last_runs()["a.job"].fault == "OSError: full"


def test_a_backup_is_one_moment_while_others_write(
    filled: None, environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written after the first table was read is in no table of the backup."""
    seen: list[str] = []
    table_of = writing._table

    def slowly(archive: zipfile.ZipFile, table: Table) -> int:
        if not seen:
            _write_elsewhere()
        seen.append(table.name)
        return table_of(archive, table)

    monkeypatch.setattr(writing, "_table", slowly)
    made = writing.write(environment, tmp_path / "all.zip")
    with zipfile.ZipFile(made.file) as archive:
        assert b"written meanwhile" not in archive.read("tables/setting.jsonl")
    assert row("SELECT 1 FROM setting WHERE name = 'written meanwhile'")


def _write_elsewhere() -> None:
    database = base.db.obj  # type: ignore[attr-defined]  the proxy's own attribute
    twin = type(database)(database.database, **({} if is_postgresql() else {"timeout": 1}))
    twin.execute_sql("INSERT INTO setting (name, value) VALUES ('written meanwhile', '1')")
    twin.close()

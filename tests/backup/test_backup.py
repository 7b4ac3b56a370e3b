"""A backup holds every row, and reads back into either kind of database; nothing that is there is ever lost."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import base, links, outbox, runs, schema, settings, uploads, work
from models.backup import reading, writing
from models.backup.tables import Table, outward, select, tables
from models.base import is_postgresql, row, rows, run
from models.errors import Refused
from models.settings import Environment
from tests import factories
from tests.backup.conftest import Fresh, other_database
from tests.conftest import on_postgresql


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

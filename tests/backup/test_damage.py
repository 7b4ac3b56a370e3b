"""A backup that does not fit, or was damaged, is refused in one sentence, and nothing of it is kept."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import base
from models.backup import reading, writing
from models.backup.tables import HISTORY
from models.base import row, rows
from models.errors import Refused
from models.settings import Environment
from tests.backup.conftest import Fresh, other_database


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


@pytest.mark.parametrize("text", ["", "not a zip"])
def test_other_files_are_no_backups(app: Flask, environment: Environment, tmp_path: Path, text: str) -> None:
    (tmp_path / "other").write_text(text)
    with pytest.raises(Refused, match="not a whole backup"):
        reading.restore(environment, tmp_path / "other")

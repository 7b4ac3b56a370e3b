"""Reads a backup back into an empty instance, all of it or nothing."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from peewee import PeeweeException

from models import schema, settings
from models.backup.tables import HISTORY, Table, inward, set_last_id, tables
from models.backup.writing import FORMAT, KEYS, MANIFEST
from models.base import db, is_postgresql, locked, row, run
from models.errors import N_, Refused
from models.settings import Environment

MOST_ROWS = 500
MOST_CHARACTERS = 4_000_000

FAULTS = (OSError, zipfile.BadZipFile, zlib.error, LookupError, TypeError, ValueError)
"""What a file raises that is no backup, or was damaged."""

DATABASE_FAULTS = (PeeweeException, psycopg.Error, sqlite3.Error)

SPARE_LINKS = 1_000_000
"""Links that were mailed after the backup are unknown to it; their ids are skipped, or an old mail would open a new
person's link."""


@dataclass(frozen=True)
class Restored:
    """What was read; `warnings` are sentences for whoever restores."""

    rows: int
    made_at: str
    warnings: tuple[str, ...]


def restore(environment: Environment, file: Path) -> Restored:
    """Fill an empty instance from a backup. Raises Refused, with nothing changed, where that can't be."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            _check_empty()
            _schema_as_then(manifest["migrations"])
            warnings = _load(archive, manifest, environment)
    except FAULTS as fault:
        raise Refused(N_("%(file)s is not a whole backup: %(why)s."), file=str(file), why=str(fault)) from fault
    except DATABASE_FAULTS as fault:
        why = str(fault).strip().partition("\n")[0]
        raise Refused(N_("The database does not take %(file)s: %(why)s."), file=str(file), why=why) from fault
    schema.migrate()
    settings.forget()
    return Restored(sum(manifest["rows"].values()), manifest["made_at"], tuple(warnings))


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise Refused(N_("%(file)s was written by a newer version: restore it with that one."), file=str(file))
    return manifest


def _check_empty() -> None:
    """Nobody's data may be lost by a restore: there must be no person and no organization."""
    if schema.is_empty():
        return
    for table in ("users", "organization"):
        if table in db.get_tables() and row(f"SELECT 1 FROM {table} LIMIT 1"):
            raise Refused(
                N_("This instance holds people or organizations. A backup is only restored into an empty one.")
            )


def _schema_as_then(migrations: list[str]) -> None:
    """Bring the schema to where the backup's was; what is newer is applied after the rows are in."""
    known = {*schema.applied(), *schema.pending()}
    if unknown := [name for name in migrations if name not in known]:
        raise Refused(
            N_("The backup has the schema of a newer version (%(name)s): restore it with that one."), name=unknown[-1]
        )
    if extra := [name for name in schema.applied() if name not in migrations]:
        raise Refused(
            N_("The database is newer than the backup (%(name)s): restore into a database without tables."),
            name=extra[-1],
        )
    schema.migrate(migrations[-1])


def _load(archive: zipfile.ZipFile, manifest: dict[str, Any], environment: Environment) -> list[str]:
    """Rows and keys; the rows are safe only once the keys are in their place. Returns the warnings."""
    with locked("restore"):
        keys = {name: archive.read(name).decode() for name in KEYS}
        found = tables()
        if missing := set(manifest["rows"]) - {table.name for table in found}:
            raise ValueError(f"there is no table {sorted(missing)[0]}")
        _empty(found)
        for table in found:
            count = _fill(archive, table) if table.name in manifest["rows"] else 0
            if count != manifest["rows"].get(table.name, 0):
                raise ValueError(f"{table.name} has {count} rows instead of {manifest['rows'][table.name]}")
        for table in found:
            if table.has_id:
                spare = SPARE_LINKS if table.name == "links" else 0
                set_last_id(table, manifest["last_ids"].get(table.name, 0) + spare)
        return _keep_keys(environment, keys)


def _empty(found: list[Table]) -> None:
    """Delete what migrations put in; the backup has its own."""
    if is_postgresql():
        run(f"TRUNCATE {', '.join(table.name for table in found if table.name != HISTORY)}")
        return
    for table in reversed(found):
        run(f"DELETE FROM {table.name}")


def _fill(archive: zipfile.ZipFile, table: Table) -> int:
    """Insert a table's rows in steps; columns are found by name, so their order may differ."""
    with archive.open(f"tables/{table.name}.jsonl") as raw, io.TextIOWrapper(raw, encoding="utf-8") as lines:
        names = json.loads(next(lines, ""))
        kinds = {column.name: column for column in table.columns}
        convert, count = inward([kinds[name] for name in names]), 0
        mark = "%s" if is_postgresql() else "?"
        sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
        cursor = db.cursor()
        for some in _steps(lines):
            cursor.executemany(sql, [convert(json.loads(line)) for line in some])
            count += len(some)
    return count


def _steps(lines: Iterator[str]) -> Iterator[list[str]]:
    """The lines by the hundreds, or fewer where they are long, so that memory stays flat."""
    some: list[str] = []
    size = 0
    for line in lines:
        some.append(line)
        size += len(line)
        if len(some) >= MOST_ROWS or size >= MOST_CHARACTERS:
            yield some
            some, size = [], 0
    if some:
        yield some


def _keep_keys(environment: Environment, keys: dict[str, str]) -> list[str]:
    """Put the keys where the next start finds them, unless the environment gives its own."""
    warnings = []
    for name, attribute in KEYS.items():
        wanted, has = keys[name], getattr(environment, attribute)
        file = environment.data / Path(name).name
        if wanted == has:
            continue
        if file.exists() and file.read_text().strip() == has:
            _replace(file, wanted)
        else:
            variable = f"INTENDANT_{attribute.upper()}"
            warnings.append(f"{variable} differs from the backup's: links, and what was encrypted with it, are lost.")
    return warnings


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
        draft.replace(file)
    except OSError as fault:
        raise Refused(N_("%(file)s can't be written: %(why)s."), file=str(file), why=str(fault.strerror)) from fault

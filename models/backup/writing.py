"""Writes a backup: one snapshot of every table, and the keys, into a file that only its owner can read."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import runs, schema
from models.backup.tables import Table, last_id, outward, select, tables
from models.base import db, is_postgresql, now, row, run, stamp
from models.errors import N_, Refused
from models.settings import Environment

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = {"keys/secret.key": "secret_key", "keys/file.key": "file_key"}
STEP = 1000
NOTE = "backup.made"


@dataclass(frozen=True)
class Made:
    """A backup that was written."""

    file: Path
    rows: int
    bytes: int

    def __str__(self) -> str:
        return f"{self.file.name}: {self.rows:,} rows, {self.bytes / 1_000_000:,.1f} MB"


def write(environment: Environment, file: Path) -> Made:
    """Write everything into a new file (mode 0600). Raises Refused if it can't be made."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(N_("%(file)s exists already; a backup never overwrites a file."), file=str(file)) from None
    except OSError as fault:
        raise Refused(N_("%(file)s can't be written: %(why)s."), file=str(file), why=str(fault.strerror)) from None
    try:
        with os.fdopen(handle, "wb") as out:
            counts = _write(environment, out)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    made = Made(file, sum(counts.values()), file.stat().st_size)
    runs.note(NOTE)
    return made


def _write(environment: Environment, out: io.BufferedWriter) -> dict[str, int]:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive, snapshot():
        found = tables()
        counts = {table.name: _table(archive, table) for table in found}
        for name, attribute in KEYS.items():
            archive.writestr(name, getattr(environment, attribute))
        manifest = {
            "format": FORMAT,
            "made_at": stamp(now()),
            "migrations": schema.applied(),
            "rows": counts,
            "last_ids": {table.name: last_id(table) for table in found if table.has_id},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


@contextmanager
def snapshot() -> Iterator[None]:
    """One state of all tables, whoever writes meanwhile; nobody waits for it."""
    with db.atomic() if is_postgresql() else db.atomic("DEFERRED"):
        if is_postgresql():
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row("SELECT count(*) FROM setting")
        yield


def _table(archive: zipfile.ZipFile, table: Table) -> int:
    """One file of JSON lines: the names of the columns, then each row as a list. Returns the number of rows."""
    convert, count = outward(table), 0
    with (
        archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as out,
    ):
        out.write(json.dumps(table.names) + "\n")
        for some in _rows(table):
            out.writelines(json.dumps(convert(one), ensure_ascii=False) + "\n" for one in some)
            count += len(some)
    return count


def _rows(table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """A table's rows, a thousand at a time, those that hold files one by one, so that memory stays flat.

    On PostgreSQL that takes a cursor of the server's.
    """
    step = 1 if table.holds_files else STEP
    cursor = db.connection().cursor(name="backup") if is_postgresql() else db.cursor()
    try:
        cursor.execute(select(table))
        while some := cursor.fetchmany(step):
            yield some
    finally:
        cursor.close()

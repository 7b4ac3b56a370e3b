"""The daily backup: one file a day in the data folder, of which the newest few are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from models import runs
from models.backup.writing import NOTE, write
from models.base import moment, now, row
from models.settings import Environment, current

OLD = timedelta(days=2)


def folder(environment: Environment) -> Path:
    """Where daily backups are kept."""
    return environment.data / "backups"


def make(environment: Environment, *, kept: int) -> Path:
    """Write today's backup and drop the oldest; returns its file. Run again, it replaces today's.

    The oldest are those written first, whatever day they name.
    """
    place = folder(environment)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = place / f"intendant-{now():%Y-%m-%d}.zip"
    draft = place / f".{file.name}"
    draft.unlink(missing_ok=True)
    write(environment, draft)
    draft.replace(file)
    older = sorted(set(place.glob("intendant-????-??-??.zip")) - {file}, key=_written, reverse=True)
    for old in older[max(0, kept - 1) :]:
        old.unlink(missing_ok=True)
    return file


def _written(file: Path) -> tuple[float, str]:
    return file.stat().st_mtime, file.name


def last_backup() -> datetime | None:
    """When the last backup was made, by the schedule or by hand."""
    found = runs.last_runs().get(NOTE)
    return found.finished_at if found else None


def is_overdue() -> bool:
    """Whether operators must be told: the last backup, or the beginning where there is none, is two days old."""
    if not current().ready:
        return False
    last = last_backup()
    if last is None:
        first = row("SELECT min(created_at) FROM users")
        last = moment(first[0]) if first else None
    return last is not None and now() - last > OLD

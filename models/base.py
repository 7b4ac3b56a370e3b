"""The database: one connection per thread, write transactions taken at once, times in UTC."""

from __future__ import annotations

import functools
import re
import select
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import peewee
from peewee import Database, DatabaseProxy, PostgresqlDatabase, SqliteDatabase

db: Database = DatabaseProxy()  # type: ignore[assignment]  # it stands for the database chosen at start

LONG_WAIT_MS = 30_000

P = ParamSpec("P")
R = TypeVar("R")


class Clock:
    """The one source of the present moment, so that a test can say what time it is."""

    def now(self) -> datetime:
        return datetime.now(UTC)


clock = Clock()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return clock.now()


def today(time_zone: str = "UTC") -> date:
    """The present calendar day in a time zone (an IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def stamp(moment: datetime) -> str:
    """A moment as both databases read it and SQLite orders it: fixed width, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def moment(value: str | datetime | None) -> datetime | None:
    """The reverse of `stamp`, for values read by raw SQL from either database."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value.astimezone(UTC)


def day(value: str | date | None) -> date | None:
    """A date read by raw SQL from either database."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class UTCField(peewee.Field):
    """A moment. Aware in Python, `stamp` text on SQLite, TIMESTAMPTZ on PostgreSQL."""

    field_type = "DATETIME"

    def db_value(self, value: datetime | str | None) -> str | None:
        return stamp(value) if isinstance(value, datetime) else value

    def python_value(self, value: str | datetime | None) -> datetime | None:
        return moment(value)


class DateField(peewee.Field):
    """A calendar day without a time zone."""

    field_type = "DATE"

    def db_value(self, value: date | str | None) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | date | None) -> date | None:
        return day(value)


class Model(peewee.Model):
    """Base of every table; attributes that a row lacks are an error, not a query."""

    class Meta:
        database = db
        legacy_table_names = False


def open_database(url: str) -> Database:
    """Choose the database for this process. `url` is `sqlite:///FILE` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        database: Database = SqliteDatabase(
            url.removeprefix("sqlite:///"),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "normal",
                "foreign_keys": 1,
                "cache_size": -16_000,
                "busy_timeout": LONG_WAIT_MS,
                "temp_store": "memory",
                # Small acts write the same pages again and again: the log is copied back every 16 MB, not every 4.
                "wal_autocheckpoint": 4000,
            },
            autoconnect=False,
        )
    else:
        database = PostgresqlDatabase(
            url,
            prefer_psycopg3=True,
            autoconnect=False,
            # A plan made for no search in particular was measured at ten times the cost of one made for the words.
            options="-c timezone=UTC -c lock_timeout=30s -c plan_cache_mode=force_custom_plan",
            connect_timeout=5,
            application_name="intendant",
        )
    db.initialize(database)  # type: ignore[attr-defined]  # the proxy's own method
    return database


def is_postgresql() -> bool:
    """Whether the chosen database is PostgreSQL; asked only where the two must differ."""
    return isinstance(db.obj, PostgresqlDatabase)  # type: ignore[attr-defined]  # the proxy's own attribute


def connect() -> None:
    """Make sure that this thread has a working connection; one is kept per thread."""
    if db.is_closed():
        db.connect()
    elif is_postgresql() and not db.transaction_depth() and not _is_usable():
        db.close()
        db.connect()


def _is_usable() -> bool:
    """Whether the server still holds this connection: the first word that it sends on an idle one is its farewell."""
    if not db.is_connection_usable():
        return False
    waiting = select.poll()
    waiting.register(db.connection().pgconn.socket, select.POLLIN)
    return not waiting.poll(0)


def write() -> AbstractContextManager[Any]:
    """A write transaction, or a savepoint inside one.

    On SQLite the lock is taken at the start: a transaction that reads first and writes
    later is refused by SQLite whenever somebody else wrote in between.
    """
    if db.transaction_depth() == 0 and not is_postgresql():
        return db.atomic("IMMEDIATE")
    return db.atomic()


def writing(act: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a verb: all that it does is one write transaction."""

    @functools.wraps(act)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with write():
            return act(*args, **kwargs)

    return inside


def after_commit(act: Callable[[], None]) -> None:
    """Run `act` once what is being written is safe; at once outside a transaction."""
    if db.transaction_depth():
        db.after_commit(act)
    else:
        act()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock of this name over the transaction, against every other process.

    SQLite has one writer anyway; PostgreSQL gets an advisory lock.
    """
    with write():
        if is_postgresql():
            db.execute_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))
        yield


@functools.lru_cache(maxsize=512)
def _for_postgresql(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def like(text: str) -> str:
    """A LIKE pattern (with ESCAPE '\\') for texts that contain this one."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def run(sql: str, params: Sequence[object] = ()) -> Any:
    """Run SQL written with `?` placeholders on either database; returns the cursor."""
    return db.execute_sql(_for_postgresql(sql) if is_postgresql() else sql, params)


def rows(sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query as plain tuples."""
    return list(run(sql, params).fetchall())


def row(sql: str, params: Sequence[object] = ()) -> tuple[Any, ...] | None:
    """The first row of a query, or None."""
    found: tuple[Any, ...] | None = run(sql, params).fetchone()
    return found


def marks(values: Sequence[object]) -> str:
    """`?, ?, ?` for an IN list of these values; of none, one that nothing is in."""
    return ", ".join("?" * len(values)) or "NULL"


_SPACES = re.compile(r"\s+")


def tidy(text: str) -> str:
    """Typed text as it is kept: composed Unicode, no control characters, single spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # The same, twenty times as fast: imports call this a hundred thousand times.
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(c if c.isprintable() or c.isspace() else "" for c in composed)
    return _SPACES.sub(" ", visible).strip()


def fold(text: str) -> str:
    """A key under which texts that differ only by case, width or spacing are the same."""
    return unicodedata.normalize("NFKC", tidy(text)).casefold()

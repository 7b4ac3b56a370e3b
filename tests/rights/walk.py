"""The walk: each route once with each method, everything that it does undone, what came of it in one letter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from models import settings
from models.base import db, is_postgresql, rows, run, write
from tests.rights.world import World, arguments

OPEN, SIGN_IN, NOTHING, FORBIDDEN, BROKEN = "o", "s", "-", "x", "!"
UNCOUNTED = ("schema_migration", "product_search", "help_search", "sqlite_")


@dataclass(frozen=True)
class Route:
    """One method of one rule; `key` is its row in the table."""

    method: str
    rule: Rule

    @property
    def key(self) -> str:
        return f"{self.method} {self.rule.endpoint}"


def routes(app: Flask) -> list[Route]:
    """Every route of the application, in the order of the table."""
    methods = ((method, rule) for rule in app.url_map.iter_rules() for method in rule.methods or ())
    found = [Route(method, rule) for method, rule in methods if method not in ("HEAD", "OPTIONS")]
    return sorted(found, key=lambda route: (route.rule.endpoint, route.method))


def address(app: Flask, world: World, rule: Rule) -> str:
    """The URL of a rule with the world's things."""
    with app.test_request_context():
        return app.url_for(rule.endpoint, **arguments(world, rule))


@dataclass(frozen=True)
class Answer:
    """What a request was answered, and whether it wrote anything."""

    status: int
    location: str
    wrote: bool

    @property
    def letter(self) -> str:
        """Who got through is `o`, also where the form was refused (422): that is beyond the door."""
        if self.status in (302, 303) and self._leads_to_the_sign_in:
            return SIGN_IN
        known = {404: NOTHING, 403: FORBIDDEN, 400: BROKEN, 405: BROKEN}
        return known.get(self.status, BROKEN if self.status >= 500 else OPEN)

    @property
    def _leads_to_the_sign_in(self) -> bool:
        return self.location.startswith("/login?next=") or (self.location == "/login" and not self.wrote)


def ask(app: Flask, cookie: str, method: str, url: str) -> Answer:
    """Send an empty request from a person's browser, and undo what it did."""
    client = app.test_client(use_cookies=False)
    with undone():
        before = count()
        response: TestResponse = client.open(url, method=method, headers={"Cookie": cookie} if cookie else {})
        response.get_data()
        return Answer(response.status_code, response.headers.get("Location", ""), count() != before)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction around a request, taken back after it; what others commit meanwhile is not seen in it."""
    with write() as transaction:
        if is_postgresql():
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.rollback()
    settings.forget()


def count() -> dict[str, int]:
    """How many rows each table has: changes whenever an act is recorded."""
    tables = sorted(table for table in db.get_tables() if not table.startswith(UNCOUNTED))
    # Workers of PostgreSQL may answer the parts in any order.
    return dict(rows(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)))

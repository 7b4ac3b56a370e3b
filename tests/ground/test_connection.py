"""The connection of a thread: a server that went away in the meantime is nothing that a visitor sees."""

from __future__ import annotations

import psycopg
import pytest
from flask.testing import FlaskClient

from models import base
from models.settings import Environment
from tests.conftest import on_postgresql
from tests.processes import wait_until


@pytest.mark.skipif(not on_postgresql(), reason="SQLite has no server that could go away")
def test_the_next_visitor_after_a_restart_gets_the_page(client: FlaskClient, environment: Environment) -> None:
    assert client.get("/login").status_code == 200
    found = base.row("SELECT pg_backend_pid()")
    assert found
    with psycopg.connect(environment.database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", found)
        wait_until(lambda: not other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", found).fetchone())
    assert client.get("/login").status_code == 200
    assert base.row("SELECT pg_backend_pid()") != found


def test_a_thread_keeps_its_connection(client: FlaskClient) -> None:
    before = base.db.connection()
    assert client.get("/login").status_code == 200
    assert base.db.connection() is before

"""What still answers, and how, while the database or Redis is away."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from models.settings import Environment
from tests import factories
from tests.processes import Process, variables
from tests.services import free_port

VISIT = """
import sys
from app import create_app

client = create_app(WTF_CSRF_ENABLED=False).test_client()
for path in sys.argv[1:]:
    answer = client.get(path)
    print(path, answer.status_code, "/".join(answer.text.splitlines()[:3]))
"""

GUESS = """
import sys
from app import create_app

client = create_app(WTF_CSRF_ENABLED=False).test_client()
form = {"email": sys.argv[1], "password": "guess"}
print("answers", [client.post("/login", data=form).status_code for _ in range(11)])
"""


def run(script: str, environment: dict[str, str], *arguments: str) -> Process:
    process = Process(["-c", script, *arguments], environment)
    assert process.ends() == 0, process.output
    return process


def test_without_a_database_the_process_is_healthy_and_unready(
    app: Flask, environment: Environment, tmp_path: Path
) -> None:
    away = variables(environment, tmp_path, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    said = run(VISIT, away, "/healthz", "/readyz", "/metrics", "/login")
    assert "/healthz 200 ok" in said.lines
    assert "/readyz 503 unready/database: unreachable" in said.lines
    assert "/metrics 503 unready/database: unreachable" in said.lines
    assert said.says("/login 503")


@pytest.fixture
def without_redis(app: Flask, environment: Environment, tmp_path: Path) -> dict[str, str]:
    """Redis is configured, and nobody listens there."""
    return variables(environment, tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")


def test_without_redis_the_instance_is_degraded(without_redis: dict[str, str]) -> None:
    said = run(VISIT, without_redis, "/healthz", "/readyz", "/login")
    assert "/healthz 200 ok" in said.lines
    assert said.says("/readyz 200").startswith("/readyz 200 degraded/database: ok/")
    assert said.says("/login 200")


@pytest.mark.parametrize("scheme", ["redis", "unix"])
def test_without_redis_guesses_are_limited_all_the_same(
    without_redis: dict[str, str], tmp_path: Path, scheme: str
) -> None:
    person = factories.user("Mira Castellan")
    if scheme == "unix":
        without_redis["INTENDANT_REDIS_URL"] = f"unix://{tmp_path}/nobody.sock"
    said = run(GUESS, without_redis, person.email)
    assert said.says("answers") == f"answers {[422] * 10 + [429]}"

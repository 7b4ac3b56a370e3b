"""The server process: it says where it is, ends in order, needs little, and never starts on what can't work."""

from __future__ import annotations

import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from blueprints.ground import commands
from blueprints.ground.stop import Stop
from jobs.smtp import check_mail_url
from models import outbox
from models.base import row, run
from models.errors import WrongSetting
from models.outbox import Recipient
from models.settings import Environment
from tests.processes import Process, flask, plain, variables, wait_until
from tests.services import SmtpSink

MOST_MEMORY = 150 * 1024


@pytest.fixture
def settings(app: Flask, environment: Environment, tmp_path: Path, smtp_sink: SmtpSink) -> dict[str, str]:
    return variables(environment, tmp_path, MAIL_URL=smtp_sink.url)


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        text: str = answer.read().decode()
    return text


def address_of(server: Process) -> str:
    return server.says("Intendant listens on").rpartition(" ")[2]


def test_it_serves_sends_mail_and_stops(settings: dict[str, str], smtp_sink: SmtpSink) -> None:
    outbox.post("test_mail", Recipient("a@example.org", "A"))
    with flask(["serve"], settings) as server:
        address = address_of(server)
        assert server.says("setup code: ").count("-") == 2
        assert get(f"{address}/healthz") == "ok\n"
        wait_until(lambda: smtp_sink.to("a@example.org"))
        wait_until(lambda: row("SELECT 1 FROM heartbeat WHERE kind = 'embedded'"))
        _check_thrift(server.pid)
        server.send(signal.SIGTERM)
        assert server.ends() == 0
        assert "Traceback" not in server.output
    assert row("SELECT 1 FROM heartbeat") is None
    assert row("SELECT state FROM outbox") == ("sent",)


def _check_thrift(pid: int) -> None:
    """Memory of one process, where the system says."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return
    memory = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    assert int(memory.split()[1]) < MOST_MEMORY


def test_several_processes_share_the_mail(settings: dict[str, str], smtp_sink: SmtpSink) -> None:
    outbox.post_many([outbox.draft("test_mail", Recipient(f"u{n}@example.org", "U")) for n in range(30)])
    with flask(["serve"], settings | {"INTENDANT_WORKERS": "2"}) as server:
        address = address_of(server)
        wait_until(lambda: len(smtp_sink.messages) == 30)
        wait_until(lambda: len(_workers()) == 2)
        assert get(f"{address}/healthz") == "ok\n"
        server.send(signal.SIGTERM)
        assert server.ends() == 0
        assert "Traceback" not in server.output
    assert len({received.recipients[0] for received in smtp_sink.messages}) == 30
    assert _workers() == set()


def _workers() -> set[str]:
    return {str(found[0]) for found in run("SELECT worker FROM heartbeat").fetchall()}


SLOW_APP = """
import sys, time
from blueprints.ground.server import Waitress, bind

def slow(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "8000000")])
    print("begun", flush=True)
    time.sleep(1)
    yield b"a" * 4000000
    yield b"b" * 4000000

listener = bind("127.0.0.1", 0)
print("port", listener.getsockname()[1], flush=True)
Waitress(slow, listener).run()
print("ended", flush=True)
"""


@contextmanager
def slow_server() -> Iterator[tuple[Process, int]]:
    server = Process(["-c", SLOW_APP], plain())
    try:
        yield server, int(server.says("port ").split()[1])
    finally:
        server.kill()


def test_sigterm_lets_a_request_finish_and_takes_no_new_one() -> None:
    answers: list[str] = []
    with slow_server() as (server, port):
        thread = threading.Thread(target=lambda: answers.append(get(f"http://127.0.0.1:{port}/")))
        thread.start()
        server.says("begun")
        server.send(signal.SIGTERM)
        wait_until(lambda: _refuses(port))
        thread.join(60)
        assert server.ends() == 0
        assert server.lines[-1] == "ended"
    assert [len(answer) for answer in answers] == [8_000_000]


def _refuses(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def test_what_cannot_work_ends_with_one_sentence(settings: dict[str, str]) -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    port = str(taken.getsockname()[1])
    wrong = [
        ("INTENDANT_PORT must be a number", "serve", {"PORT": "eight"}),
        (f"Port {port} on 127.0.0.1 can't be used", "serve", {"PORT": port}),
        ("The database can't be reached", "serve", {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}),
        ("A worker needs INTENDANT_REDIS_URL", "worker", {}),
    ]
    with taken, ExitStack() as stack:
        begun = [
            (words, stack.enter_context(flask([name], settings | {f"INTENDANT_{k}": v for k, v in changes.items()})))
            for words, name, changes in wrong
        ]
        for words, process in begun:
            assert (process.ends(), len(process.lines)) == (1, 1), process.output
            assert words in process.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATA", "/dev/null/var", "can't be written"),
        ("MAIL_URL", "gopher://x", "must begin with one of"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("REDIS_URL", "redis://x", "INTENDANT_SECRET_KEY and INTENDANT_FILE_KEY"),
    ],
)
def test_a_wrong_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("INTENDANT_DATA", str(tmp_path))
    monkeypatch.setenv(f"INTENDANT_{name}", value)
    with pytest.raises(Stop, match=words):
        create_app()


def test_a_schema_of_tomorrow_is_left_alone(app: Flask) -> None:
    run("INSERT INTO schema_migration (name, applied) VALUES ('9999_tomorrow', '2030-01-01')")
    try:
        with pytest.raises(Stop, match="newer version"):
            commands.prepare()
    finally:
        run("DELETE FROM schema_migration WHERE name = '9999_tomorrow'")


@pytest.mark.parametrize("url", ["smtp://", "smtp://:25", "smtps://host:port", "smtp://host:0"])
def test_a_mail_address_without_a_server_is_refused(url: str) -> None:
    with pytest.raises(WrongSetting, match="must name a host"):
        check_mail_url(url)

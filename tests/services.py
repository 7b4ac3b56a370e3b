"""The servers that tests need: PostgreSQL, Redis, an SMTP sink, Chromium; and no network beside them.

Loaded by `tests/conftest.py` as a plugin. What a machine lacks is skipped loudly; with CI=true
it is a failure. Whatever is made here is taken away again, also after a run that was killed.
"""

from __future__ import annotations

import asyncio
import email
import fcntl
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any, NoReturn
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MISSING = "MISSING: "
SLOTS = range(1, 16)

Address = tuple[str, int] | tuple[str, int, int, int] | str | bytes


def missing(what: str) -> NoReturn:
    """Skip this test, or fail it where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING + what, pytrace=False)
    pytest.skip(MISSING + what)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once more, at the end and in capitals, what was not tested."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    counts = Counter(reason.partition(MISSING)[2] for reason in reasons if MISSING in reason)
    for what, tests in counts.most_common():
        terminalreporter.write_sep("!", f"{tests} TESTS NOT RUN, {MISSING}{what}", red=True, bold=True)


# A place of one's own beside other runs.


@dataclass
class Slot:
    """A number from 1 to 15 that no other test process of this machine has; held by a file lock."""

    number: int
    lock: IO[str]


def take_slot() -> Slot:
    """Take the first free number. The lock ends with the process, however it ends."""
    folder = Path(tempfile.gettempdir()) / f"intendant-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in SLOTS:
        lock = (folder / f"slot-{number}").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return Slot(number, lock)
    pytest.exit(f"{len(SLOTS)} test processes run already on this machine.")


@pytest.fixture(scope="session")
def slot() -> Iterator[Slot]:
    """This test process's number, which keeps its database and its Redis apart from others'."""
    taken = take_slot()
    yield taken
    taken.lock.close()


def free_port() -> int:
    """A TCP port on the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for_port(port: int, seconds: float = 10) -> None:
    """Wait until somebody listens on a port of the loopback."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


# PostgreSQL.


def postgres_candidates() -> list[str]:
    """Where a PostgreSQL may be found whose user may create databases, as URLs of its own database."""
    named = os.environ.get("INTENDANT_TEST_POSTGRES")
    if named:
        return [named]
    places = ("127.0.0.1:5432/postgres", "/postgres?host=/var/run/postgresql", "/postgres?host=/tmp")
    return [f"postgresql://{user}@{place}" for place in places for user in ("postgres", "root")]


def find_postgres() -> str | None:
    """The URL of a PostgreSQL that answers, or None."""
    for url in postgres_candidates():
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError:
            continue
        return url
    return None


def _administer(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server(slot: Slot) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that is this test process's own."""
    server = find_postgres()
    if server is None:
        missing("PostgreSQL (INTENDANT_TEST_POSTGRES names one)")
    name = f"intendant_test_{slot.number}"
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    _administer(
        server,
        drop,
        f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0",
        f"ALTER DATABASE {name} SET synchronous_commit = off",
    )
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    _administer(server, drop)


# Redis.


def find_redis() -> str | None:
    """The URL of a Redis that answers, without a database number, or None."""
    url = os.environ.get("INTENDANT_TEST_REDIS", "redis://127.0.0.1:6379").rstrip("/")
    try:
        with redis.Redis.from_url(url, socket_timeout=3) as client:
            client.ping()
    except redis.RedisError:
        return None
    return url


@pytest.fixture
def redis_url(slot: Slot) -> Iterator[str]:
    """The URL of an empty Redis database that is this test process's own."""
    server = find_redis()
    if server is None:
        missing("Redis (INTENDANT_TEST_REDIS names one)")
    url = f"{server}/{slot.number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@dataclass
class RedisServer:
    """A Redis of one test's own, which it may stop, freeze and start again."""

    program: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL)
        wait_for_port(self.port)

    def freeze(self) -> None:
        """Leave connections open and answer nothing, as a machine does that hangs."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None, "this Redis is not running"
        self.process.send_signal(number)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis for tests in which it fails."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        missing("redis-server (the program, for tests that stop it)")
    server = RedisServer(program, tmp_path)
    server.start()
    yield server
    server.stop()


# SMTP.


@dataclass(frozen=True)
class Received:
    """A message as it arrived: the envelope and the parsed content."""

    sender: str
    recipients: list[str]
    message: EmailMessage


class _SinkController(Controller):
    """Lets the system choose the port, which aiosmtpd's own controller then wouldn't know."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it unannotated


class SmtpSink:
    """An SMTP server that keeps what it gets, and misbehaves as told.

    `refuse` maps a recipient ("*" for everyone) to the answer that it gets, "550 5.1.1 No such mailbox".
    `hang` leaves a finished message without an answer as long as it is true; `hanging` counts those messages.
    `drop` takes a finished message and closes the connection without an answer.
    """

    def __init__(self) -> None:
        self.messages: list[Received] = []
        self.refuse: dict[str, str] = {}
        self.hang = False
        self.hanging = 0
        self.drop = False
        self.connections = 0
        self.port = 0
        self._controller: _SinkController | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen; after `stop`, on the same port as before."""
        self._controller = _SinkController(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        self.hang = False
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, recipient: str) -> list[EmailMessage]:
        """The messages that arrived for an address."""
        return [received.message for received in self.messages if recipient in received.recipients]

    # What aiosmtpd calls.

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.refuse.get(address) or self.refuse.get("*")
        if answer is None:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        if answer.startswith("421"):
            asyncio.get_running_loop().call_later(0.02, _hang_up, server)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.hanging += self.hang
        while self.hang:  # noqa: ASYNC110  the test that flips it lives in another thread
            await asyncio.sleep(0.02)
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), message))
        if self.drop:
            _hang_up(server)
        return "250 Taken"


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A running SMTP server that keeps every message it gets."""
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()


# Chromium.

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of the system's Chromium, or None."""
    named = os.environ.get("INTENDANT_TEST_CHROMIUM")
    names = [named] if named else ["/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(pytestconfig: pytest.Config) -> dict[str, Any]:
    """pytest-playwright starts the system's Chromium; it downloads none."""
    path = find_chromium()
    if path is None:
        missing("Chromium (INTENDANT_TEST_CHROMIUM names one)")
    return {
        "executable_path": path,
        "args": CHROMIUM_FLAGS,
        "headless": not pytestconfig.getoption("--headed"),
        "slow_mo": pytestconfig.getoption("--slowmo") or 0,
    }


# No network.


class NetworkUsed(BaseException):
    """A test reached for a host that is not this machine; no `except Exception` can hide it."""


NETWORK_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
_attempts: list[str] = []


def _allowed_hosts() -> set[str]:
    named = (os.environ.get(name, "") for name in ("INTENDANT_TEST_POSTGRES", "INTENDANT_TEST_REDIS"))
    return {"", "localhost", socket.gethostname(), *(urlsplit(url).hostname or "" for url in named)}


def is_this_machine(address: Address | None, allowed: set[str]) -> bool:
    """Whether an address as a socket takes it (a pair, a path, a name) stays on this machine."""
    host = address[0] if isinstance(address, tuple) else address
    if host is None or (not isinstance(address, tuple) and "/" in str(host)):
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        ip = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name in allowed
    return ip.is_loopback or ip.is_unspecified


def pytest_configure() -> None:
    """Watch the interpreter's own audit events, which no library can go around."""
    allowed = _allowed_hosts()

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event in NETWORK_EVENTS and not is_this_machine(args[NETWORK_EVENTS[event]], allowed):
            _attempts.append(f"{event} {args[NETWORK_EVENTS[event]]!r}")
            raise NetworkUsed(_attempts[-1])

    sys.addaudithook(watch)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fail a test that reached for the network, also where a thread swallowed the refusal."""
    _attempts.clear()
    yield
    assert not _attempts, f"reached for the network: {_attempts}"


FINDERS = {"postgresql": find_postgres, "redis": find_redis, "chromium": find_chromium}


def main(names: list[str]) -> int:
    """Say for a shell which of the named services are not there; 1 if any is missing."""
    absent = [name for name in names if FINDERS[name]() is None]
    for name in absent:
        print(f"!!! NOT TESTED, {MISSING}{name} !!!", file=sys.stderr)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""VIES as tests have it: a server on this machine that answers, refuses, dawdles or hangs up, as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Way = Callable[["Handler"], None]


class Vies:
    """The server; `way` says what it does with the next questions, `asked` holds what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.way: Way = valid()
        self.by_country: dict[str, Way] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.vies = self  # type: ignore[attr-defined]  # the handler finds its way by it
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/rest-api"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class Handler(BaseHTTPRequestHandler):
    """One question."""

    def do_POST(self) -> None:
        vies: Vies = self.server.vies  # type: ignore[attr-defined]
        self.question: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vies.paths.append(self.path)
        vies.asked.append(self.question)
        vies.by_country.get(self.question["countryCode"], vies.way)(self)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def reply(self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def answer(status: int = 200, **values: Any) -> Way:
    """An answer that repeats the question, with these values."""

    def act(handler: Handler) -> None:
        repeated = {name: handler.question[name] for name in ("countryCode", "vatNumber")}
        handler.reply(json.dumps({**repeated, "requestDate": "2026-11-22T09:14:00.000Z", **values}).encode(), status)

    return act


def valid(name: str = "Tannhof GmbH", address: str = "Waldweg 3\n10115 Berlin") -> Way:
    return answer(valid=True, name=name, address=address, requestIdentifier="WAPIAAAAX1")


def invalid(**values: Any) -> Way:
    return answer(valid=False, name="---", address="---", **values)


def wrapped(code: str, status: int = 200) -> Way:
    """An error as the service wraps it."""
    return whole(json.dumps({"actionSucceed": False, "errorWrappers": [{"error": code}]}).encode(), status)


def whole(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Way:
    return lambda handler: handler.reply(body, status, kind, **headers)


def slowly(seconds: float, then: Way) -> Way:
    def act(handler: Handler) -> None:
        time.sleep(seconds)
        then(handler)

    return act


def drip(handler: Handler) -> None:
    """A byte every now and then: no pause is long, and it never ends."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        """The other end had enough."""


def hang_up(handler: Handler) -> None:
    handler.close_connection = True

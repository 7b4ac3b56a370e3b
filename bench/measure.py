"""How things are measured: CPU of this process per call, in many short interleaved rounds, medians: what else the
machine does falls on few of them, and on each call alike."""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.world import World
from models.account import sessions
from models.account.users import User

ROUNDS = 45

Call = Callable[[], object]
Row = dict[str, Any]


def cpu(calls: dict[str, Call], *, times: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Median CPU seconds of one call of each, over rounds in which they take turns."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(20):
            call()
    for _ in range(rounds):
        for name, call in calls.items():
            gc.collect()
            began = time.process_time()
            for _ in range(times):
                call()
            found[name].append((time.process_time() - began) / times)
    return {name: statistics.median(values) for name, values in found.items()}


def row(world: World, name: str, ratio: float, limit: float, *, at_least: bool = False) -> Row:
    """One line of the table; `at_least` where more is better."""
    holds = ratio >= limit if at_least else ratio <= limit
    return {"name": name, "database": world.database_name, "ratio": round(ratio, 3), "limit": limit, "holds": holds}


class Browser:
    """Calls the application as a server does, with a signed-in person's cookies, without a network."""

    def __init__(self, app: Any, person: User | None = None) -> None:
        self.app = app
        self.cookie = ""
        if person is not None:
            opened = sessions.open_session(
                person, keep=True, address="127.0.0.1", device="Benchmark", device_key="benchmark"
            )
            self.cookie = f"intendant={opened.key}"

    def get(self, path: str) -> bytes:
        """The page's bytes; anything but 200 ends the benchmark."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> bytes:
        """Send a form as htmx does; anything but 200 ends the benchmark."""
        body = urlencode(fields).encode()
        return self._ask(
            "POST",
            path,
            HTTP_HX_REQUEST="true",
            CONTENT_TYPE="application/x-www-form-urlencoded",
            CONTENT_LENGTH=str(len(body)),
            **{"wsgi.input": io.BytesIO(body)},
        )

    def _ask(self, method: str, path: str, **more: object) -> bytes:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT_LANGUAGE": "en",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": None,
            "wsgi.errors": None,
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **more,
        }
        status: list[str] = []
        headers: list[tuple[str, str]] = []

        def start(line: str, given: list[tuple[str, str]], _fault: object = None) -> None:
            status.append(line)
            headers.extend(given)

        parts = self.app(environ, start)
        body = b"".join(parts)
        self._keep(headers)
        if not status[0].startswith("200"):
            raise SystemExit(f"{path}: {status[0]}")
        return body

    def _keep(self, headers: list[tuple[str, str]]) -> None:
        """Keep the cookies that an answer sets, as a browser does."""
        for name, value in headers:
            if name == "Set-Cookie":
                pair = value.partition(";")[0]
                kept = [one for one in self.cookie.split("; ") if one and one.split("=")[0] != pair.split("=")[0]]
                self.cookie = "; ".join([*kept, pair])

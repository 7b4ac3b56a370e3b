"""Small writes: a tag set in place and a preference saved, against a bare view that updates one row."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlencode

from flask import Flask, Response

from app import create_app
from bench.measure import Browser, Row, cpu, row
from bench.world import World
from blueprints.ground.guard import signed_in
from blueprints.ground.session import person
from models import base
from models.account.users import User
from models.base import rows, run, write
from tests.services import free_port

TIMES = 10
CLIENTS, EACH = 8, 150
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def with_floor(world: World) -> Flask:
    """The same application with one more view, which updates one row and does nothing else."""
    base.db.close()
    app = create_app(world.app.extensions["intendant"].environment, RATELIMIT_ENABLED=False)
    base.connect()

    @app.post("/one-row")
    @signed_in
    def update() -> Response:
        with write():
            run("UPDATE users SET phone = ? WHERE id = ?", (str(time.time_ns()), person().user_id))
        return Response("saved")

    return app


def measure(world: World) -> list[Row]:
    """CPU against the floor, and the slowest of eight people who tag at once."""
    browser = Browser(with_floor(world), _person())
    token = _token(browser.get("/o/small/products").decode())
    places, themes = _places(), itertools.cycle(("light", "dark"))
    found = cpu(
        {
            "tag": lambda: browser.post(f"/o/small/products/{next(places)}/set", csrf_token=token),
            "preference": lambda: browser.post("/account/preferences/theme", csrf_token=token, theme=next(themes)),
            "floor": lambda: browser.post("/one-row", csrf_token=token),
        },
        times=TIMES,
    )
    result = [
        row(world, "tag set in place, CPU against a bare update", found["tag"] / found["floor"], 1.5),
        row(world, "preference saved, CPU against a bare update", found["preference"] / found["floor"], 1.5),
    ]
    return [*result, *_together(world, browser, places)]


def _person() -> User:
    found: User = User.get(User.email_key == "mira@example.org")
    return found


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise SystemExit("The page holds no form.")
    return found[1]


def _places() -> Iterator[str]:
    """Products of the small organization with tags that they don't carry yet: each call sets something."""
    free = rows(
        "SELECT p.id, t.id FROM product p JOIN organization o ON o.id = p.organization_id AND o.slug = 'small' "
        "JOIN tag t ON t.organization_id = o.id LEFT JOIN product_tag x ON x.product_id = p.id AND x.tag_id = t.id "
        "WHERE x.tag_id IS NULL ORDER BY t.id DESC, p.id"
    )
    return (f"{product}/tags/{tag}" for product, tag in free)


def _together(world: World, browser: Browser, places: Iterator[str]) -> list[Row]:
    """Eight clients against a server process of its own: how slow the slowest are, and whether any fails."""
    with _server(world) as port:
        work = [[f"/o/small/products/{next(places)}/set" for _ in range(EACH)] for _ in range(CLIENTS)]
        took: list[float] = []
        failed: list[int] = []
        clients = [threading.Thread(target=_client, args=(port, browser, paths, took, failed)) for paths in work]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    slowest = statistics.quantiles(took, n=100)[98]
    return [
        row(world, "tag set by 8 clients, p99 against the median", slowest / statistics.median(took), 15),
        row(world, "tag set by 8 clients, errors", len(failed) + CLIENTS * EACH - len(took), 0),
    ]


def _client(port: int, browser: Browser, paths: list[str], took: list[float], failed: list[int]) -> None:
    """One person over one connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", "/o/small/products", headers={"Cookie": browser.cookie})
        body = urlencode({"csrf_token": _token(connection.getresponse().read().decode())})
        headers = {
            "Cookie": browser.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
        }
        for path in paths:
            began = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                failed.append(answer.status)


@contextmanager
def _server(world: World) -> Iterator[int]:
    """The application as `make run` starts it, on a free port."""
    port = free_port()
    variables = {
        **os.environ,
        "INTENDANT_DATA": str(world.data),
        "INTENDANT_DATABASE_URL": world.database_url,
        "INTENDANT_PORT": str(port),
        "INTENDANT_LOG": "error",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "listens on" in line:
                break
        try:
            yield port
        finally:
            process.terminate()

"""The server: waitress in one process, or granian in several; mail, work and schedule beside it without Redis.

With `INTENDANT_WORKERS` above 1 every process runs the embedded threads: leases and slots in the database keep them
apart, and each is woken by what its own pages write.
"""

from __future__ import annotations

import importlib.util
import signal
import socket
import time
from multiprocessing.util import Finalize
from types import FrameType
from typing import Any

import click
from flask import Flask
from waitress import wasyncore
from waitress.server import create_server
from werkzeug.utils import import_string

from blueprints.ground.state import State
from blueprints.ground.stop import Stop
from jobs import embedded
from models.account import setup
from models.base import db
from models.settings import Environment
from models.wake import on_wake

THREADS = 4
GRACE_SECONDS = 20.0


def run(app: Flask, environment: Environment) -> None:
    """Serve until SIGTERM; requests and the mail under way are finished first. Raises Stop where the port is taken."""
    several = environment.workers > 1 and importlib.util.find_spec("granian") is not None
    if environment.workers > 1 and not several:
        click.echo("INTENDANT_WORKERS needs the package granian; serving with one process.", err=True)
    listener = bind(environment.host, environment.port)
    if several:
        _serve_many(environment, listener)
    else:
        _serve_one(app, environment, listener)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Stop with the reason where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as fault:
        listener.close()
        raise Stop(
            f"Port {port} on {host} can't be used ({fault.strerror}). Set INTENDANT_PORT or INTENDANT_HOST."
        ) from None
    return listener


def announce(environment: Environment, port: int) -> None:
    """Say where it is, and how to begin."""
    host = f"[{environment.host}]" if ":" in environment.host else environment.host
    click.echo(f"Intendant listens on {environment.base_url or f'http://{host}:{port}'}")
    if not setup.is_done():
        click.echo(f"setup code: {setup.code(environment.secret_key)}")
        click.echo("Open the address and enter the code to set up the first operator.")


def start_background(environment: Environment) -> embedded.Background | None:
    """The embedded threads, or with Redis only the bell that wakes the workers."""
    if environment.redis_url is None:
        return embedded.start(environment)
    on_wake(import_string("jobs.redis_bell:Bell")(environment.redis_url).wake)
    return None


def _serve_one(app: Flask, environment: Environment, listener: socket.socket) -> None:
    server = Waitress(app, listener)
    background = start_background(environment)
    announce(environment, listener.getsockname()[1])
    db.close()
    try:
        server.run()
    finally:
        if background:
            background.stop()


class Waitress:
    """Waitress with an end of its own: it stops accepting, but answers what has begun."""

    def __init__(self, app: Flask, listener: socket.socket) -> None:
        self.sockets: dict[int, Any] = {}
        self.stopping = False
        self.server = create_server(
            app,
            map=self.sockets,
            sockets=[listener],
            threads=THREADS,
            ident="",
            clear_untrusted_proxy_headers=False,
            channel_timeout=60,
        )

    def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while not self.stopping:
            self._turn(30.0)
        self.server.del_channel(self.sockets)
        self.server.socket.close()
        until = time.monotonic() + GRACE_SECONDS
        self._turn(0.1)
        while self._is_busy() and time.monotonic() < until:
            self._turn(0.1)
        self.server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self.sockets, ignore_all=True)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Nothing is raised out of a handler: it could hit a half-sent answer."""
        self.stopping = True
        self.server.pull_trigger()

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, map=self.sockets, use_poll=True, count=1)

    def _is_busy(self) -> bool:
        return any(one.requests or one.total_outbufs_len for one in self.server.active_channels.values())


def _serve_many(environment: Environment, listener: socket.socket) -> None:
    """Granian's processes bind for themselves; ours only found out that the port is free."""
    port = listener.getsockname()[1]
    listener.close()
    announce(environment, port)
    db.close()
    granian = import_string("granian.server:Server")(
        "app:create_app",
        address=environment.host,
        port=port,
        interface="wsgi",
        workers=environment.workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=int(GRACE_SECONDS + embedded.STOP_SECONDS),
        log_level="warning",
    )
    granian.serve(target_loader=in_worker, wrap_loader=False)


def in_worker() -> Flask:
    """What each of granian's processes loads: the application, with its threads, which end with the process."""
    app: Flask = import_string("app:create_app")()
    state: State = app.extensions["intendant"]
    background = start_background(state.environment)
    if background:
        Finalize(None, background.stop, exitpriority=100)
    return app

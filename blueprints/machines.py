"""For machines: is it alive, is it ready, how much does it do. They get an answer without a database as well."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator

from flask import Blueprint, Response, request
from peewee import PeeweeException
from redis import Redis, RedisError

from blueprints.ground.begin import connects_itself
from blueprints.ground.guard import public
from blueprints.ground.session import remote_address
from blueprints.ground.state import state
from models import machines
from models.base import connect
from models.errors import NotFound
from models.machines import Numbers
from models.outbox import LATE

blueprint = Blueprint("machines", __name__)

_started = time.time()


@blueprint.get("/healthz")
@public
@connects_itself
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
@connects_itself
def readyz() -> Response:
    """Database, outbox and Redis: 200 `ready` or `degraded`, 503 where no page could work."""
    try:
        waiting = machines.check()
    except PeeweeException:
        return _unready()
    late, redis_ok = waiting > LATE.total_seconds(), redis_answers()
    lines = ["database: ok", f"outbox: {'late' if late else 'ok'}, oldest due {waiting} s"]
    if redis_ok is not None:
        lines.append(f"redis: {'ok' if redis_ok else 'unreachable'}")
    return _text("degraded" if late or redis_ok is False else "ready", *lines)


def _unready() -> Response:
    answer = _text("unready", "database: unreachable")
    answer.status_code = 503
    return answer


def _text(*lines: str) -> Response:
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


def redis_answers() -> bool | None:
    """Whether Redis answers; None where none is configured."""
    url = state().environment.redis_url
    if url is None:
        return None
    client = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


@blueprint.get("/metrics")
@public
@connects_itself
def metrics() -> Response:
    """Prometheus text, for the networks of INTENDANT_METRICS_NETWORKS only; others find nothing."""
    if not _may_measure():
        connect()  # The page that says so has the provider's name.
        raise NotFound
    try:
        found = machines.numbers()
    except PeeweeException:
        return _unready()
    answer = _text(*_lines(found))
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8"
    return answer


def _lines(found: Numbers) -> Iterator[str]:
    """Each number as a gauge, with its kind before it."""
    gauges: dict[str, dict[str, float]] = {
        "uptime_seconds": {"": time.time() - _started},
        "outbox_messages": {f'{{state="{name}"}}': count for name, count in found.outbox.counts.items()},
        "outbox_oldest_due_seconds": {"": found.outbox.oldest_due_seconds},
        "work": {f'{{state="{name}"}}': count for name, count in found.work.items()},
        "workers_alive": {"": found.workers_alive},
        "sessions": {"": found.sessions},
    }
    if found.last_backup:
        gauges["last_backup_timestamp_seconds"] = {"": found.last_backup.timestamp()}
    for name, values in gauges.items():
        yield f"# TYPE intendant_{name} gauge"
        for labels, value in values.items():
            yield f"intendant_{name}{labels} {value:.0f}"


def _may_measure() -> bool:
    try:
        address = ipaddress.ip_address(remote_address())
    except ValueError:
        return False
    forwarded = "X-Forwarded-For" in request.headers and state().environment.trusted_proxies == 0
    return not forwarded and any(address in network for network in state().environment.metrics_networks)

"""For machines: is it alive, is it ready, how much does it do."""

from __future__ import annotations

import ipaddress
import time

from flask import Blueprint, Response, request
from peewee import PeeweeException
from redis import Redis, RedisError

from blueprints.ground.guard import public
from blueprints.ground.session import remote_address
from blueprints.ground.state import state
from models import outbox, work
from models.backup import daily
from models.base import connect, row, rows
from models.errors import NotFound

blueprint = Blueprint("machines", __name__)

STALE_SECONDS = 15 * 60
_started = time.time()


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Database, outbox and Redis: 200 `ready` or `degraded`, 503 where no page could work."""
    try:
        connect()
        row("SELECT 1")
        waiting = outbox.oldest_waiting_seconds()
    except PeeweeException:
        return Response("unready\ndatabase: unreachable\n", 503, mimetype="text/plain")
    lines = ["database: ok", f"outbox: {'late' if waiting > STALE_SECONDS else 'ok'}, oldest due {waiting} s"]
    redis_ok = redis_answers()
    if redis_ok is not None:
        lines.append(f"redis: {'ok' if redis_ok else 'unreachable'}")
    degraded = waiting > STALE_SECONDS or redis_ok is False
    return Response("\n".join(["degraded" if degraded else "ready", *lines]) + "\n", mimetype="text/plain")


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
def metrics() -> Response:
    """Prometheus text, for the networks of INTENDANT_METRICS_NETWORKS only; others find nothing."""
    if not _may_measure():
        raise NotFound
    lines = ["# TYPE intendant_uptime_seconds gauge", f"intendant_uptime_seconds {time.time() - _started:.0f}"]
    lines.append("# TYPE intendant_outbox_messages gauge")
    lines += [f'intendant_outbox_messages{{state="{s}"}} {n}' for s, n in _count("outbox")]
    lines.append("# TYPE intendant_outbox_oldest_due_seconds gauge")
    lines.append(f"intendant_outbox_oldest_due_seconds {outbox.oldest_waiting_seconds()}")
    lines.append("# TYPE intendant_work gauge")
    lines += [f'intendant_work{{state="{s}"}} {n}' for s, n in _count("work")]
    lines.append("# TYPE intendant_workers_alive gauge")
    lines.append(f"intendant_workers_alive {sum(sign.is_alive for sign in work.heartbeats())}")
    if last := daily.last_backup():
        lines.append("# TYPE intendant_last_backup_timestamp_seconds gauge")
        lines.append(f"intendant_last_backup_timestamp_seconds {last.timestamp():.0f}")
    lines.append("# TYPE intendant_sessions gauge")
    lines.append(f"intendant_sessions {rows('SELECT count(*) FROM session')[0][0]}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_measure() -> bool:
    try:
        address = ipaddress.ip_address(remote_address())
    except ValueError:
        return False
    forwarded = "X-Forwarded-For" in request.headers and state().environment.trusted_proxies == 0
    return not forwarded and any(address in network for network in state().environment.metrics_networks)


def _count(table: str) -> list[tuple[str, int]]:
    return [(r[0], r[1]) for r in rows(f"SELECT state, count(*) FROM {table} GROUP BY state ORDER BY state")]

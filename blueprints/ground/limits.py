"""Limits on guessing: in memory when embedded, in Redis when configured, in memory again while Redis is down."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

from blueprints.ground.session import person, remote_address
from blueprints.ground.state import state
from models.base import fold

limiter = Limiter(key_func=remote_address, headers_enabled=False)


def start(app: Flask) -> None:
    """Choose where attempts are counted."""
    redis_url = state_of(app)
    app.config.setdefault("RATELIMIT_STORAGE_URI", redis_url or "memory://")
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", bool(redis_url))
    app.config.setdefault("RATELIMIT_STRATEGY", "moving-window")
    limiter.init_app(app)


def state_of(app: Flask) -> str | None:
    """The Redis address that the application was started with."""
    with app.app_context():
        return state().environment.redis_url


def typed_address() -> str:
    """The e-mail address that a form was sent with: guesses at one person are counted wherever they come from."""
    return "address:" + fold(request.form.get("email", ""))[:254]


def network() -> str:
    """The network of a request: the address, or the /64 of an IPv6 address."""
    address = remote_address()
    return "network:" + (":".join(address.split(":")[:4]) if ":" in address else address)


def signed_in_person() -> str:
    """The person behind the session: guesses at their password are counted wherever they come from."""
    return f"user:{person().user_id}"

"""Limits on guessing: in memory when embedded, in Redis when configured, in memory again while Redis is down.

A limit counts what its view says that it counts, so that nobody is kept out for mistyping a form.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits import parse

from blueprints.ground.session import person, remote_address
from blueprints.ground.state import state
from models.base import fold

View = TypeVar("View", bound=Callable[..., object])

REDIS_SECONDS = 0.5
MOST_ADDRESS = 320
SIGN_INS = "10 per 15 minutes"


def start(app: Flask) -> None:
    """Choose where attempts are counted."""
    redis_url = _redis_url(app)
    app.config.setdefault("RATELIMIT_STORAGE_URI", redis_url or "memory://")
    if redis_url:
        patience = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
        app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", patience)
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", bool(redis_url))
    app.config.setdefault("RATELIMIT_SWALLOW_ERRORS", True)
    app.config.setdefault("RATELIMIT_STRATEGY", "moving-window")
    limiter.init_app(app)


def _redis_url(app: Flask) -> str | None:
    """The Redis that the application was started with, as the counting library calls it."""
    with app.app_context():
        url = state().environment.redis_url
    return f"redis+{url}" if url and url.startswith("unix:") else url


def network() -> str:
    """The network of a request: the address, or the /64 of an IPv6 address, which one customer has."""
    address = remote_address()
    try:
        found = ipaddress.ip_network((address, 64 if ":" in address else 32), strict=False)
    except ValueError:
        return f"network:{address}"
    return f"network:{found.network_address}"


limiter = Limiter(key_func=network, headers_enabled=False)


def limit(rate: str, key: Callable[[], str]) -> Callable[[View], View]:
    """Decorator of a view: at most so many of what it counts (`count`) by one key; beyond that it is not reached."""
    return limiter.limit(rate, key_func=key, deduct_when=_is_counted)  # type: ignore[return-value]  # takes blueprints too


def count() -> None:
    """Count this request against the limits of its view."""
    g.counted = True


def _is_counted(_response: Response) -> bool:
    return bool(g.get("counted"))


def address_key(email: str) -> str:
    """What is done with one e-mail address is counted wherever it comes from."""
    return "address:" + fold(email[:MOST_ADDRESS])


def typed_address() -> str:
    """The e-mail address that a form was sent with."""
    return address_key(request.form.get("email", ""))


def signed_in_person() -> str:
    """The person behind the session: guesses at their password are counted wherever they come from."""
    return f"user:{person().user_id}"


def count_guess() -> None:
    """The password that this request brought is not the person's (`asks_password`)."""
    g.wrong_password = True


def _brings_no_password() -> bool:
    return not request.form.keys() & {"password", "current"}


def _was_wrong(_response: Response) -> bool:
    return bool(g.get("wrong_password"))


asks_password = limiter.shared_limit(
    "10 per 15 minutes",
    scope="password",
    key_func=signed_in_person,
    exempt_when=_brings_no_password,
    deduct_when=_was_wrong,
)
"""Decorator of every view that takes the password of who is signed in: wrong guesses count together."""


def forgive_sign_ins(email: str) -> None:
    """Forget wrong passwords for an address, as when its holder has set another one."""
    if limiter.enabled:
        limiter.limiter.storage.clear(parse(SIGN_INS).key_for(address_key(email), "entry.login_send"))


def seconds_to_wait() -> int:
    """How long until the limit that this request broke lets one through again."""
    broken = limiter.current_limit
    return max(1, math.ceil(broken.window.reset_time - time.time())) if broken else 60

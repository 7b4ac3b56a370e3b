"""Who is behind a request: the session cookie, its row, and the person found by one query."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request
from flask_login import LoginManager

from blueprints.ground.state import state
from models import access
from models.account import sessions
from models.account.sessions import Opened, Session
from models.account.users import User
from models.errors import NotFound

manager = LoginManager()

DEVICE_LIFE_SECONDS = 400 * 24 * 3600


def start(app: Flask) -> None:
    """Let Flask-Login ask for the visitor by our own cookie."""
    manager.init_app(app, add_context_processor=False)  # Pages are given `me`, so nothing else asks who it is.
    manager.session_protection = None
    manager.request_loader(lambda _request: visitor())


def remote_address() -> str:
    """The network address of the request, after trusted proxies; IPv4 as such, also where it came in over IPv6."""
    given = request.remote_addr or "unknown"
    if not given.lower().startswith("::ffff:"):
        return given
    try:
        inner = ipaddress.IPv6Address(given).ipv4_mapped
    except ValueError:
        return given
    return str(inner or given)


def is_secure() -> bool:
    """Whether cookies go over https alone."""
    return request.is_secure or (state().environment.base_url or "").startswith("https:")


def cookie_name(name: str) -> str:
    """A cookie's name; on https the browser itself refuses to let another host set it."""
    return f"__Host-{name}" if is_secure() else name


def visitor() -> access.Visitor | None:
    """The signed-in person of this request, or None; looked up once."""
    if not has_request_context():
        return None
    if "visitor" not in g:
        key = sent_key()
        g.visitor = access.visitor(sessions.key_hash(key), remote_address()) if key else None
    found: access.Visitor | None = g.visitor
    return found


def person() -> access.Visitor:
    """The signed-in person, where the page was reached only by one."""
    found = visitor()
    if found is None:
        raise LookupError("nobody is signed in")
    return found


def user() -> User:
    """The signed-in person's row, for acts on themselves."""
    found: User = User.get_by_id(person().user_id)
    return found


def current_session() -> Session:
    """The row of this request's session. Raises NotFound where it was ended a moment ago, from elsewhere."""
    me = person()
    found = sessions.find(me.user_id, me.session_id)
    if found is None:
        raise NotFound
    return found


def sent_key() -> str | None:
    """The key of the session that the browser was given last."""
    return request.cookies.get(cookie_name("intendant"))


def device_key() -> str | None:
    """The key by which this browser is known from before."""
    return request.cookies.get(cookie_name("device"))


def sign_in(response: Response, opened: Opened) -> None:
    """Put the new session's keys into cookies. The browser forgets the session at its end unless it is kept."""
    expires = opened.expires_at.astimezone(UTC) if opened.session.keep else None
    _set(response, "intendant", opened.key, expires)
    response.set_cookie(
        cookie_name("device"),
        opened.device_key,
        max_age=DEVICE_LIFE_SECONDS,
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    g.pop("visitor", None)


def sign_out(response: Response) -> None:
    """Drop the session cookie; its row is ended by the verb."""
    _set(response, "intendant", "", datetime.fromtimestamp(0, UTC))


def _set(response: Response, name: str, value: str, expires: datetime | None) -> None:
    response.set_cookie(
        cookie_name(name), value, expires=expires, secure=is_secure(), httponly=True, samesite="Lax", path="/"
    )


def touch(response: Response) -> None:
    """Note the use of the session after the page was made, at most every five minutes; its cookie lasts as long."""
    found = g.get("visitor")
    if found is None or not sessions.is_stale(found.last_used_at):
        return
    expires = sessions.touch(found.session_id, found.address)
    if expires is not None:
        _set(response, "intendant", sent_key() or "", expires)

"""What holds for every answer: strict headers, one connection, a reference number, one line in the log."""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from blueprints.ground import session
from blueprints.ground.shell import form_token
from models.base import connect

csrf = CSRFProtect()
logger = logging.getLogger("intendant.request")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class FormSession(SecureCookieSessionInterface):
    """Flask's cookie of form tokens and messages, with its signer made once: the keys of a process never change."""

    signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.signer is None:
            self.signer = super().get_signing_serializer(app)
        return self.signer


def start(app: Flask) -> None:
    """Guard every form, and begin every request the same way."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = form_token
    app.session_interface = FormSession()
    app.before_request(begin)
    app.after_request(headers)


def begin() -> None:
    """A reference number, and a database connection."""
    g.reference = secrets.token_hex(4)
    g.began = time.perf_counter()
    connect()


def headers(response: Response) -> Response:
    """Nothing inline, nothing from elsewhere, nothing kept by caches, nothing framed."""
    kept = response.headers
    kept["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    kept["X-Content-Type-Options"] = "nosniff"
    kept["Referrer-Policy"] = "same-origin"
    kept["Cross-Origin-Opener-Policy"] = "same-origin"
    kept["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    kept.setdefault("Cache-Control", "no-store" if g.get("visitor") else "no-cache")
    kept.add("Vary", "HX-Request")
    if request.is_secure:
        kept["Strict-Transport-Security"] = "max-age=31536000"
    if response.status_code < 400:
        session.touch()
    _log(response.status_code)
    return response


def _log(status: int) -> None:
    """One line per request; the secrets of links and calendars are cut."""
    if not logger.isEnabledFor(logging.INFO):
        return
    path = "/links/…" if request.path.startswith("/links/") else request.path
    who = g.visitor.user_id if g.get("visitor") else "-"
    took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    logger.info(
        "%s %s %s %.0fms user=%s reference=%s", request.method, path, status, took, who, g.get("reference", "-")
    )

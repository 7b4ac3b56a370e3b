"""What holds for every answer: guarded forms, strict headers, a cookie for https alone, one line in the log."""

from __future__ import annotations

import logging
import re
import time
from urllib.parse import quote

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from blueprints.ground import session
from blueprints.ground.shell import form_token

csrf = CSRFProtect()
logger = logging.getLogger("intendant.request")

SECRET_PATH = re.compile(r"(/+(?:links|calendar|recovery)/+).*")
"""Paths that end in something that opens a door."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class FormSession(SecureCookieSessionInterface):
    """Flask's cookie of form tokens and messages, under the same rule as the session's.

    Its signer is made once: the keys of a process never change.
    """

    signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.signer is None:
            self.signer = super().get_signing_serializer(app)
        return self.signer

    def get_cookie_name(self, app: Flask) -> str:
        return session.cookie_name(super().get_cookie_name(app))

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  the form that Flask calls
        return session.is_secure()


def start(app: Flask) -> None:
    """Guard every form, and end every request the same way."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = form_token
    # Flask-WTF gives pages its own, which signs one each time.
    app.context_processor(lambda: {"csrf_token": form_token})
    app.session_interface = FormSession()
    app.after_request(headers)


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
        session.touch(response)
    _log(response.status_code)
    return response


def _log(status: int) -> None:
    """One line per request, in which nothing that was sent can begin another; the secrets of links are cut."""
    if not logger.isEnabledFor(logging.INFO):
        return
    path = SECRET_PATH.sub(r"\1…", quote(request.path))
    who = g.visitor.user_id if g.get("visitor") else "-"
    took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    logger.info(
        "%s %s %s %.0fms address=%s user=%s reference=%s",
        quote(request.method),
        path,
        status,
        took,
        quote(session.remote_address(), safe=":"),
        who,
        g.get("reference", "-"),
    )

"""Refusals and faults as pages: an expected refusal in one place, the unexpected with a reference number."""

from __future__ import annotations

import logging
import math

from flask import Flask, Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import SAFE, local_path, refused_text
from blueprints.ground.limits import seconds_to_wait
from blueprints.ground.page import show, show_alone
from blueprints.ground.session import visitor
from models.errors import Forbidden, NotFound, Refused
from models.permissions import OPERATOR_ROLE_LABELS, ROLE_LABELS, OperatorRole, Role

logger = logging.getLogger("intendant")


def start(app: Flask) -> None:
    """Answer every fault with a page that says what to do."""
    app.register_error_handler(NotFound, not_found)
    app.register_error_handler(Forbidden, forbidden)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(InterfaceError, unavailable)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(InternalServerError, after_a_fault)
    app.register_error_handler(Exception, unexpected)


def not_found(_fault: NotFound) -> Response:
    """404: says nothing about whether the thing exists."""
    return show("errors/404.html", 404)


def forbidden(fault: Forbidden) -> Response:
    """403: names the roles that may."""
    return show("errors/403.html", 403, sentence=refused_text(fault), roles=[_(_role(r)) for r in fault.roles])


def _role(role: str) -> str:
    return OPERATOR_ROLE_LABELS[OperatorRole(role)] if role in list(OperatorRole) else ROLE_LABELS[Role(role)]


def refused(fault: Refused) -> BaseResponse:
    """A refusal that no form was there to show: back to where the person came from, with the sentence."""
    back = local_path(request.referrer or "")
    if request.method in SAFE or not back or request.headers.get("HX-Request"):
        return show("errors/refused.html", fault.status, sentence=refused_text(fault))
    flash(refused_text(fault), "danger")
    return redirect(back, 303)


def stale_form(_fault: CSRFError) -> BaseResponse:
    """The form was older than the session, or came from elsewhere."""
    if visitor() is None and request.referrer:
        flash(_("You were signed out in the meantime. Sign in and send it again."), "warn")
        return redirect(url_for("entry.login", next=local_path(request.referrer)), 303)
    return show(
        "errors/refused.html", 400, sentence=_("This form is too old. Go back, reload the page and send it again.")
    )


def http_fault(fault: HTTPException) -> BaseResponse:
    """404, 405, 413, 429 and the like."""
    code = fault.code or 500
    if code == 404:
        return show("errors/404.html", 404)
    if code == 429:
        return too_many()
    if code < 400:
        return fault.get_response()
    sentences = {
        405: _("This page can't be sent to in this way."),
        413: _("This is too large. At most %(most)d MB can be sent.", most=(request.max_content_length or 0) >> 20),
    }
    return show("errors/refused.html", code, sentence=sentences.get(code) or _("This request can't be read."))


def too_many() -> Response:
    """429: says when the next attempt counts again."""
    seconds = seconds_to_wait()
    answer = show("errors/429.html", 429, minutes=math.ceil(seconds / 60))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def after_a_fault(fault: InternalServerError) -> BaseResponse:
    """What went wrong where no view was any more: while an answer was finished, or a fault was told."""
    cause = fault.original_exception or fault
    return unavailable(cause) if isinstance(cause, OperationalError | InterfaceError) else unexpected(cause)


def unavailable(fault: BaseException) -> BaseResponse:
    """The database did not answer, or stayed locked for longer than a person waits."""
    logger.error("database reference=%s %s: %s", g.get("reference"), type(fault).__name__, fault)
    return show_alone("errors/503.html", 503, reference=g.get("reference"))


def unexpected(fault: BaseException) -> BaseResponse:
    """500: a reference number to tell support; the trace goes to the log."""
    logger.error("fault reference=%s %s %s", g.get("reference"), request.method, request.endpoint, exc_info=fault)
    return show_alone("errors/500.html", 500, reference=g.get("reference"))

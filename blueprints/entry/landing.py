"""The front door: on to one's own pages, to the setup of a new instance, or to the sign-in."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from blueprints.entry.blueprint import blueprint
from blueprints.entry.login import home_or_setup
from blueprints.ground.guard import public
from blueprints.ground.page import helps, show
from blueprints.ground.session import visitor
from models import settings
from models.account import setup


@blueprint.get("/")
@public
def landing() -> BaseResponse:
    """Who is signed in goes home."""
    if visitor():
        return redirect(home_or_setup(), 303)
    if not settings.current().ready:
        return redirect(url_for("entry.login" if setup.is_done() else "entry.setup"), 303)
    return show("entry/landing.html")


@blueprint.get("/legal/terms")
@public
def terms() -> BaseResponse:
    """The terms that are accepted at sign-up, with their version."""
    return show("entry/terms.html")


helps("entry.landing", "signing-in")
helps("entry.terms", "signing-up")

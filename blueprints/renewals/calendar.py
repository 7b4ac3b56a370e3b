"""The person's own calendar: its address is made, shown once, replaced and turned off."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import done, signed_in
from blueprints.ground.page import helps, show
from blueprints.ground.session import cookie_name, is_secure, person, user
from blueprints.renewals.blueprint import blueprint
from blueprints.renewals.feed import address_of
from models.renewals import calendar as calendars

COOKIE, COOKIE_SECONDS = "calendar", 300


def _page(asked: str = "") -> BaseResponse:
    """The page; with the question before one of its acts, `replace` or `stop`, while there is an address."""
    kept = calendars.of_user(person().user_id)
    secret = request.cookies.get(cookie_name(COOKIE), "")
    made = address_of(secret) if kept and kept.is_opened_by(secret) else ""
    answer = show("renewals/calendar.html", feed=kept, made=made, asked=asked if kept else "", rules=calendars)
    if secret and not asked:
        answer.delete_cookie(cookie_name(COOKIE), secure=is_secure(), httponly=True, samesite="Strict")
    return answer


def _shown_once(secret: str, message: str) -> BaseResponse:
    """On to the page that shows the address. Until it does, only the browser keeps it, where no script can read it."""
    answer = done(message, "renewals.calendar")
    answer.set_cookie(cookie_name(COOKIE), secret, COOKIE_SECONDS, secure=is_secure(), httponly=True, samesite="Strict")
    return answer


@blueprint.get("/account/calendar")
@signed_in
def calendar() -> BaseResponse:
    """What a calendar program can read, and since when."""
    return _page()


@blueprint.post("/account/calendar/make")
@signed_in
def calendar_make() -> BaseResponse:
    """The first address."""
    return _shown_once(calendars.make(user(), person()), _("Your calendar has an address."))


@blueprint.get("/account/calendar/replace")
@signed_in
def calendar_ask_replace() -> BaseResponse:
    """The question before the address is another."""
    return _page("replace")


@blueprint.post("/account/calendar/replace")
@signed_in
def calendar_replace() -> BaseResponse:
    """Another address; the old one is dead."""
    return _shown_once(calendars.replace(user(), person()), _("Your calendar has a new address. The old one is dead."))


@blueprint.get("/account/calendar/stop")
@signed_in
def calendar_ask_stop() -> BaseResponse:
    """The question before the address is dead."""
    return _page("stop")


@blueprint.post("/account/calendar/stop")
@signed_in
def calendar_stop() -> BaseResponse:
    """Turn it off."""
    calendars.stop(user(), person())
    return done(_("The calendar feed is turned off."), "renewals.calendar")


for endpoint in ("", "_make", "_ask_replace", "_replace", "_ask_stop", "_stop"):
    helps(f"renewals.calendar{endpoint}", "calendar")

"""Every emailed link: GET shows what will happen, the button does it. GET never acts: mail scanners open links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import public, to_sign_in
from blueprints.ground.limits import limiter
from blueprints.ground.page import show
from blueprints.ground.security import csrf
from blueprints.ground.session import visitor
from blueprints.ground.state import state
from models import links
from models.errors import NotFound
from models.links import TERMS, Link, Purpose

blueprint = Blueprint("links", __name__)


@dataclass(frozen=True)
class Page:
    """What a purpose shows and does. `show(link)` gives the template and its values for an open link;
    `act(link)` is called with the form posted and answers; `over(link)` says what became of the thing;
    `refuse(link)`, where a purpose has it, is the no that takes no sign-in, `one_click(link)` what a mail program asks
    for by itself."""

    show: Callable[[Link], tuple[str, dict[str, Any]]]
    act: Callable[[Link], BaseResponse]
    over: Callable[[Link], str] | None = None
    refuse: Callable[[Link], BaseResponse] | None = None
    one_click: Callable[[Link], None] | None = None


PAGES: dict[Purpose, Page] = {}


def page(purpose: Purpose, *, over: Callable[[Link], str] | None = None) -> Callable[[type], type]:
    """Register a class with static methods `show` and `act`, maybe `refuse` and `one_click`, as a purpose's page."""

    def register(handler: type) -> type:
        more = {name: getattr(handler, name, None) for name in ("refuse", "one_click")}
        PAGES[purpose] = Page(handler.show, handler.act, over, **more)  # type: ignore[attr-defined]  # asked for above
        return handler

    return register


@blueprint.get("/links/<token>")
@public
@limiter.limit("60/minute")
def open_link(token: str) -> BaseResponse:
    """One page that says what will happen, with one button."""
    link, handler = _find(token)
    if link.state != "open":
        return _dead(link, handler)
    template, values = handler.show(link)
    return show(template, link=link, token=token, needs_sign_in=_needs_sign_in(link), **values)


@blueprint.post("/links/<token>")
@public
@limiter.limit("30/minute")
def use_link(token: str) -> BaseResponse:
    """The button."""
    link, handler = _find(token)
    if link.state != "open":
        return _dead(link, handler)
    if _needs_sign_in(link):
        return to_sign_in(request.path)
    return handler.act(link)


@blueprint.post("/links/<token>/refuse")
@public
@limiter.limit("30/minute")
def refuse_link(token: str) -> BaseResponse:
    """No, at once: it takes no account, since the link was sent to the address that it is about."""
    link, handler = _find(token)
    if handler.refuse is None:
        abort(404)
    return _dead(link, handler) if link.state != "open" else handler.refuse(link)


@blueprint.get("/links/<token>/one-click")
@public
@limiter.limit("60/minute")
def open_one_click(token: str) -> BaseResponse:
    """Somebody who opens the address of the header in a browser is asked as by the link itself."""
    return open_link(token)


@csrf.exempt
@blueprint.post("/links/<token>/one-click")
@public
@limiter.limit("30/minute")
def one_click(token: str) -> BaseResponse:
    """Done at once, without a cookie or a page of ours before it (RFC 8058): the token alone shows who asks."""
    link, handler = _find(token)
    if handler.one_click is None or request.form.get("List-Unsubscribe") != "One-Click":
        abort(404)
    handler.one_click(link)
    return Response(status=200)


def _needs_sign_in(link: Link) -> bool:
    return TERMS[Purpose(link.purpose)].sign_in and visitor() is None


def _dead(link: Link, handler: Page) -> BaseResponse:
    sentence = handler.over(link) if handler.over else None
    return show("links/over.html", 410, link=link, sentence=sentence)


def _find(token: str) -> tuple[Link, Page]:
    try:
        link = links.find(state().environment.secret_key, token)
    except NotFound:
        abort(404)
    return link, PAGES[Purpose(link.purpose)]

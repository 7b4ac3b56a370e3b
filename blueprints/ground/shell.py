"""The parts around a page's content, kept: they depend on the person, the place and the page alone.

Rendering the navigation took longer than the queries of a list. The only thing in it that differs between two
visits of one page is the form token, which is put in at the end.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import g, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

MOST_KEPT = 4096
TOKEN = "\x00token\x00"

_kept: OrderedDict[Hashable, str] = OrderedDict()
_tokens: OrderedDict[str | None, str] = OrderedDict()


def part(key: Hashable, make: Callable[[], str]) -> Markup:
    """The part for this key, made once; `make` writes TOKEN where the form token belongs."""
    text = _kept.get(key)
    if text is None:
        text = make()
        _kept[key] = text
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return Markup(text.replace(TOKEN, form_token()) if TOKEN in text else text)  # noqa: S704  a rendered template


def form_token() -> str:
    """The token of this request's forms, signed once for a browser: Flask-WTF signs it anew for each request."""
    token: str | None = g.get("csrf_token")
    if token is None:
        token = g.csrf_token = _tokens.get(session.get("csrf_token")) or _sign()
    return token


def _sign() -> str:
    token: str = generate_csrf()
    _tokens[session["csrf_token"]] = token
    if len(_tokens) > MOST_KEPT:
        _tokens.popitem(last=False)
    return token

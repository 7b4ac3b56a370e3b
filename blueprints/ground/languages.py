"""Which language and time zone a page is in: the person's own, else what the browser asks for."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel

from blueprints.ground.session import visitor
from models import settings

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano"}

babel = Babel()


def start(app: Flask) -> None:
    """Let Flask-Babel ask us."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose, timezone_selector=lambda: None)
    app.jinja_env.add_extension("jinja2.ext.do")


def choose() -> str:
    """The language of this request."""
    found = visitor()
    if found:
        return found.language
    return request.accept_languages.best_match(list(LANGUAGES)) or settings.current().language

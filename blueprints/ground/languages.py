"""Which language and time zone a page is in: the person's own, else what the browser asks for."""

from __future__ import annotations

from functools import cached_property

from babel.support import NullTranslations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from blueprints.ground.session import visitor
from models import settings
from translations import catalogue

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano"}


class Texts(Domain):
    """Our catalogues: Flask-Babel's own domain reads compiled files, and looks for them at every request."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return catalogue(str(locale) if locale else "en")


class OurBabel(Babel):
    """Flask-Babel with one domain for the application's life."""

    @cached_property
    def domain_instance(self) -> Texts:
        return Texts()


babel = OurBabel()


def start(app: Flask) -> None:
    """Let Flask-Babel ask us."""
    babel.init_app(app, locale_selector=choose, timezone_selector=lambda: None)
    app.jinja_env.add_extension("jinja2.ext.do")


def choose() -> str:
    """The language of this request; what a command prints is English."""
    if not has_request_context():
        return "en"
    found = visitor()
    if found:
        return found.language
    return request.accept_languages.best_match(list(LANGUAGES)) or settings.current().language

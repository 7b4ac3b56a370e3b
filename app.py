"""The application: configuration, extensions, blueprints, command line. Nothing else."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from blueprints import account, back_office, entry, help, links, machines, organization, products, renewals
from blueprints.ground import (
    assets,
    begin,
    commands,
    demo,
    errors,
    formats,
    ids,
    languages,
    limits,
    page,
    security,
    session,
)
from blueprints.ground.state import State, attach
from blueprints.ground.stop import Stop
from blueprints.ground.templating import LanguageEnvironment
from models.base import open_database
from models.errors import WrongSetting
from models.settings import Environment, read_environment

AREAS = (entry, account, organization, products, renewals, back_office, help, links, machines)


def create_app(environment: Environment | None = None, **config: object) -> Flask:
    """The WSGI application for an environment (by default the process's own). Raises Stop for a wrong setting."""
    environment = environment or _own_environment()
    app = Flask(__name__, static_folder=None)
    app.jinja_environment = LanguageEnvironment
    app.config.update(
        SECRET_KEY=environment.secret_key,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=begin.MOST_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )
    app.config.update(config)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    open_database(environment.database_url)
    _start_log(environment)
    _start_assets(app, environment)
    for part in (begin, ids, languages, formats, page, security, session, limits, errors, commands, demo):
        part.start(app)
    Htmx(app)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    if environment.trusted_proxies:
        hops = environment.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    return app


def _own_environment() -> Environment:
    """The process's settings; a wrong one ends a command with its sentence."""
    try:
        return read_environment()
    except WrongSetting as fault:
        raise Stop(str(fault)) from None


def _start_assets(app: Flask, environment: Environment) -> None:
    """Join styles and scripts into hashed files, and serve them before any view is reached."""
    folder = environment.data / "assets"
    names = assets.build(Path(__file__).parent / "static", folder)
    attach(app, State(environment, names))
    served = WhiteNoise(app.wsgi_app, max_age=31_536_000, immutable_file_test=lambda path, url: True)
    served.add_files(str(folder), prefix="static/")
    app.wsgi_app = served  # type: ignore[method-assign]  # Flask's documented way to add middleware


def _start_log(environment: Environment) -> None:
    """One line per request and per job on standard output."""
    logger = logging.getLogger("intendant")
    logger.setLevel(environment.log.upper())
    logger.propagate = "PYTEST_CURRENT_TEST" in os.environ
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logger.addHandler(handler)

"""Rendering: what every page gets, the same template for a page and for the fragment that htmx swaps in."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints.ground import formats, navigation, shell, templating
from blueprints.ground.guard import current_access
from blueprints.ground.languages import LANGUAGES
from blueprints.ground.session import visitor
from blueprints.ground.state import state
from models import settings
from models.access import Place
from models.organization import organizations
from models.permissions import ROLE_LABELS


def start(app: Flask) -> None:
    """Give every template its context."""
    app.context_processor(context)
    app.jinja_env.globals.update(asset=asset, can=can, shell=around_part, kept=kept)


def asset(name: str) -> str:
    """The address of an asset under its hashed name."""
    return "/static/" + state().assets[name]


def can(permission: str) -> bool:
    """Whether the reader can use a permission in the organization of the page now."""
    access = current_access()
    return access is not None and access.may(permission)


def context() -> dict[str, Any]:
    """Who reads, and where they are."""
    access = current_access()
    return {
        "provider": settings.current(),
        "me": visitor(),
        "access": access,
        "suspension": organizations.suspension(access.organization_id) if access and access.suspended else None,
        "page_area": page_area(),
        "language": formats.language(),
        "htmx": "HX-Request" in request.headers,
        "help_slug": HELP.get(request.endpoint or ""),
    }


def around() -> dict[str, Any]:
    """Where the reader can go: what the parts around the content show."""
    me, access, here, language = visitor(), current_access(), request.endpoint or "", formats.language()
    nav: tuple[navigation.Item, ...] = ()
    if access:
        nav = navigation.organization(access.slug, access.permissions, here, language)
    elif page_area() == "back_office" and me and me.is_operator:
        nav = navigation.back_office(here, language)
    return {
        **context(),
        "nav": nav,
        "account_nav": navigation.account(here, language) if me else (),
        "switcher": [_place(place) for place in me.places] if me else [],
        "request": request,
        "csrf_token": lambda: shell.TOKEN,
    }


def around_part(template: str) -> Markup:
    """One part around the content (`_side.html`), kept for this person, place and page."""
    if "around" not in g:
        me, access = visitor(), current_access()
        g.around = (
            formats.language(),
            request.endpoint,
            request.script_root,
            page_area(),
            settings.current().name,
            (me.name, me.is_operator, me.places) if me else None,
            (access.slug, access.organization_name, access.role) if access else None,
        )
    return shell.part((template, g.around), lambda: _render(template, around()))


def kept(template: str, **values: Hashable) -> Markup:
    """A part of a page that depends on nothing but these values and the reader's language."""
    key = (template, formats.language(), *values.values())
    return shell.part(key, lambda: _render(template, {**values, "csrf_token": lambda: shell.TOKEN}))


def _render(template: str, values: dict[str, Any]) -> str:
    return templating.environment(formats.language()).get_template(template).render(values)


def page_area() -> str:
    """Which navigation the page stands in."""
    if current_access() is not None:
        return "organization"
    if request.path.startswith("/account/"):  # Other areas have pages there, too.
        return "account"
    return "back_office" if request.blueprint == "back_office" else "public"


def _place(place: Place) -> tuple[str, str, str, str]:
    return place.name, place.slug, place.initials, _(ROLE_LABELS[place.role])


HELP: dict[str, str] = {}
"""Endpoint → slug of the help article that explains it; filled by `helps`."""


def helps(endpoint: str, slug: str) -> None:
    """Say which article explains a page."""
    HELP[endpoint] = slug


def show(template: str, status: int = 200, **values: Any) -> Response:
    """A page, or a fragment where the template is one (`_name.html`)."""
    return make_response(templating.render(current_app, template, formats.language(), values), status)


def show_alone(template: str, status: int, **values: Any) -> Response:
    """A page that needs no database: for faults, when asking who reads might fail again."""
    language = request.accept_languages.best_match(list(LANGUAGES)) or "en"
    plain = {"provider": settings.last_known(), "language": language, "me": None, "request": request}
    return make_response(templating.environment(language).get_template(template).render({**plain, **values}), status)


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page (not a boosted link or history)."""
    headers = request.environ
    return (
        headers.get("HTTP_HX_REQUEST") == "true"
        and headers.get("HTTP_HX_BOOSTED") != "true"
        and headers.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
    )


def home() -> str:
    """Where a signed-in person begins: their one organization, the back office, or the choice among several."""
    found = visitor()
    if found is None:
        return url_for("entry.login")
    if found.places:
        return url_for("organization.dashboard", slug=found.places[0].slug)
    return url_for("back_office.dashboard") if found.is_operator else url_for("organization.new")

"""Which pages are looked at: every GET route that answers with a page, and the faces that no route alone shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from models import settings
from models.account.users import User
from tests.rights import walk
from tests.rights import world as worlds
from tests.rights.world import World

# The first of these who gets a page is the one whose page is looked at.
WHO = ("representative", "looking on", "administrator", "anonymous")


@dataclass(frozen=True)
class Look:
    """One page as one person got it."""

    name: str
    url: str
    html: str
    cookie: str


@dataclass(frozen=True)
class Face:
    """A page that needs more than a GET: an error, a refused form, an empty or a narrowed list."""

    name: str
    person: str
    method: str
    url: str


FACES = (
    Face("404", "representative", "GET", "/nothing-here"),
    Face("403", "external", "GET", "/o/{slug}/settings/edit"),
    Face("signup refused", "anonymous", "POST", "/signup"),
    Face("login refused", "anonymous", "POST", "/login"),
    Face("products found", "representative", "GET", "/o/{slug}/products?q=quill"),
    Face("products not found", "representative", "GET", "/o/{slug}/products?q=zzz"),
    Face("products of an external user", "external", "GET", "/o/{slug}/products"),
    Face("products looked at by an operator", "looking on", "GET", "/o/{slug}/products"),
    Face("calendar without an address", "external", "GET", "/account/calendar"),
    Face("help found", "anonymous", "GET", "/help?q=tags"),
    Face("help not found", "anonymous", "GET", "/help?q=zzz"),
)


def pages(app: Flask, world: World) -> Iterator[Look]:
    """Every page of the application once."""
    cookies = {person: worlds.cookie_of(world, person) for person in {*WHO, *(face.person for face in FACES)}}
    for route in walk.routes(app):
        if route.method == "GET":
            url = walk.address(app, world, route.rule)
            answers = (get(app, cookies[person], "GET", url, route.rule.endpoint) for person in WHO)
            yield from [look for look in answers if look][:1]
    for face in FACES:
        url = face.url.format(slug=world.slug)
        look = get(app, cookies[face.person], face.method, url, face.name)
        assert look, f"{face.name} is no page"
        yield look
    yield from first_run(app, world)


def first_run(app: Flask, world: World) -> Iterator[Look]:
    """The setup, before there is an operator and while the first one goes through it."""
    cookie = worlds.cookie_of(world, "security")
    with walk.undone():
        settings.current().save(ready=False)
        yield from filter(None, (get(app, cookie, "GET", f"/setup/{step}", step) for step in ("provider", "mail")))
        User.update(operator_roles=[]).execute()
        yield from filter(None, [get(app, "", "GET", "/setup", "setup")])


def get(app: Flask, cookie: str, method: str, url: str, name: str) -> Look | None:
    """The page at a URL for the owner of the cookie, or None where there is none."""
    with walk.undone():
        answer = app.test_client(use_cookies=False).open(url, method=method, headers={"Cookie": cookie})
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    is_page = text.lstrip().lower().startswith("<!doctype")
    wanted = answer.status_code < 300 or method == "POST" or name in ("404", "403")
    return Look(name, url, text, cookie) if is_page and wanted else None

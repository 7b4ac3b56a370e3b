"""Every page seen from outside: nothing serious or critical for accessibility, HTML that the Nu checker passes.

One look at each page in light; with INTENDANT_TEST_AUDIT=full in both themes, wide and narrow, in every language.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from models.account.users import User
from tests.audit import looks, tools
from tests.audit.looks import Look
from tests.conftest import Cast, on_postgresql
from tests.rights import world as worlds
from tests.rights.world import World

pytestmark = [
    pytest.mark.audit,
    pytest.mark.skipif(on_postgresql(), reason="pages are the same on both databases; they are seen on SQLite"),
]

FULL = os.environ.get("INTENDANT_TEST_AUDIT") == "full"
TRANSLATIONS = Path(__file__).parents[2] / "translations"
LANGUAGES = ["en", *sorted(path.name for path in TRANSLATIONS.glob("??"))] if FULL else ["en"]
THEMES = ("light", "dark") if FULL else ("light",)
WIDTHS = (1280, 320) if FULL else (1280,)


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    return worlds.build(app, cast)


def seen(app: Flask, world: World) -> Iterator[Look]:
    """Every page, in each language that is looked at."""
    for language in LANGUAGES:
        User.update(language=language).execute()
        yield from looks.pages(app, world)


@dataclass
class Window:
    """A browser's page, and what it asked for besides what was put into it."""

    page: Page
    asked: list[str] = field(default_factory=list)

    def show(self, look: Look) -> None:
        """Put a page that the application gave into the window, under its own address."""
        address = f"http://localhost{look.url}"
        self.asked.clear()
        self.page.route(address, lambda route: route.fulfill(status=200, content_type="text/html", body=look.html))
        self.page.goto(address, wait_until="load")
        self.page.unroute(address)


@pytest.fixture
def window(browser: Browser, app: Flask) -> Iterator[Window]:
    """A window whose every request is answered by the application itself, without a server between."""
    context = browser.new_context()
    made = Window(context.new_page())

    def answer(route: Route) -> None:
        client = app.test_client(use_cookies=False)
        path = re.sub(r"^\w+://[^/]+", "", route.request.url)
        made.asked.append(path)
        with client.open(path) as got:
            route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.get_data())

    context.route("**/*", answer)
    yield made
    context.close()


def heavy(asked: list[str]) -> list[str]:
    """Whether the first paint waits for more than styles, font and icons; for script and favicon it does not wait."""
    needed = [path for path in asked if not re.search(r"/app\.\w+\.js$|/emblem\.\w+\.svg$", path)]
    return [f"more than three files for the first paint: {' '.join(needed)}"] if len(needed) > 3 else []


def faults(window: Window, look: Look) -> Iterator[tuple[str, str]]:
    """What is wrong with a page, and in which face of it."""
    window.show(look)
    yield from ((line, look.name) for line in heavy(window.asked))
    for theme, width in itertools.product(THEMES, WIDTHS):
        window.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        window.page.set_viewport_size({"width": width, "height": 900})
        yield from ((line, f"{look.name} {theme} {width}") for line in tools.accessibility(window.page))


def test_every_page_opens_fast_and_to_anybody(window: Window, app: Flask, world: World) -> None:
    found: dict[str, list[str]] = {}
    for look in seen(app, world):
        for line, place in faults(window, look):
            found.setdefault(line, []).append(place)
    assert not found, "\n".join(["", *(f"{line}\n    on {', '.join(names[:6])}" for line, names in found.items())])


def test_the_html_is_right(app: Flask, world: World, tmp_path: Path) -> None:
    files = []
    for number, look in enumerate(seen(app, world)):
        files.append(tmp_path / f"{number}-{re.sub(r'[^a-z_.]+', '-', look.name)}.html")
        files[-1].write_text(look.html, encoding="utf-8")
    wrong = tools.html(files)
    assert not wrong, "\n".join(["", *wrong])


def test_every_page_was_seen(app: Flask, world: World) -> None:
    names = [look.name for look in looks.pages(app, world)]
    assert len(names) == len(set(names))
    assert {"products.index", "organization.members", "entry.login", "account.profile", "setup"} <= set(names)

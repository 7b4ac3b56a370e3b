"""`make screenshots`: the pictures of the README, taken of the demo data, in both themes."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from app import create_app
from blueprints.ground.commands import prepare
from models import demo, demo_set
from models.settings import read_environment
from tests.services import CHROMIUM_FLAGS, find_chromium

FOLDER = Path(__file__).parents[1] / "static" / "pictures"
MOST_BYTES = 150_000
WINDOW = {"width": 1200, "height": 680}
ORGANIZATION, PERSON = demo_set.PEOPLE[0][:2]

PAGES = {
    "products": f"/o/{ORGANIZATION}/products",
    "dashboard": f"/o/{ORGANIZATION}/",
    "members": f"/o/{ORGANIZATION}/members",
}


@contextmanager
def running() -> Iterator[str]:
    """The demo on a free port, in a folder that is gone afterwards; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        environment = read_environment({"INTENDANT_DATA": folder, "INTENDANT_LOG": "warning"})
        app: Flask = create_app(environment)
        with app.app_context():
            prepare()
            demo.load()
        server = create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()


def take(page: Page, name: str, theme: str) -> None:
    """One picture; the browser's own smoothing is all that differs between machines."""
    file = FOLDER / f"{name}-{theme}.png"
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=file, animations="disabled", caret="hide")
    size = file.stat().st_size
    print(f"{file.name}: {size // 1000} kB")
    if size > MOST_BYTES:
        sys.exit(f"{file.name} is larger than {MOST_BYTES // 1000} kB.")


def photograph(browser: Browser, address: str) -> None:
    """Sign in as a demo person, and take every page in both themes."""
    page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]  # playwright's own dict type
    page.goto(f"{address}/login")
    for theme in ("light", "dark"):
        take(page, "sign-in", theme)
    page.get_by_label("E-mail").fill(PERSON)
    page.get_by_label("Password", exact=True).fill(demo_set.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/o/**")
    for name, path in PAGES.items():
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        for theme in ("light", "dark"):
            take(page, name, theme)


def main() -> None:
    """Take all pictures, or say what is missing."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("Chromium is missing (INTENDANT_TEST_CHROMIUM names one).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        photograph(browser, address)
        browser.close()


if __name__ == "__main__":
    main()

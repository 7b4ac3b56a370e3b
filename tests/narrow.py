"""Pages in a browser as narrow as a phone: what is wider than the screen, and a name that makes it so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

WIDTH = 320
UNBROKEN = ("Donaudampfschifffahrtsgesellschaft" * 4)[:120]
"""A name without a place to break, as long as a line may be."""

_WIDEST = """() => {
  const isWide = (one) => one.getBoundingClientRect().right > innerWidth + 1;
  const wide = [...document.querySelectorAll("main *")].filter(isWide);
  const last = wide.filter((one) => ![...one.children].some((child) => wide.includes(child)));
  return [document.documentElement.scrollWidth, last.slice(0, 3).map((one) => one.outerHTML.slice(0, 80))];
}"""


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A phone."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 740}, has_touch=True)
    yield context.new_page()
    context.close()


def check(page: Page, urls: list[str], wide: int = WIDTH) -> None:
    """Fails for pages that are wider than a screen of `wide` pixels, with what makes them so."""
    found = []
    for url in urls:
        page.goto(url)
        width, widest = page.evaluate(_WIDEST)
        if width > wide:
            found.append(f"{url}: {width} px, {widest}")
    assert not found, "\n".join(["", *found])

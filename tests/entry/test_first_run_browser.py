"""The first run in a browser: from the setup code to the back office, with a script and without."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from blueprints.ground.state import state
from models import settings
from models.account import setup
from models.outbox import Message


@pytest.fixture
def code(app: Flask, server: str) -> str:
    """The code of an instance that nobody has set up yet."""
    settings.Setting.delete().execute()
    settings.forget()
    with app.app_context():
        return setup.code(state().environment.secret_key)


def set_up(page: Page, server: str, code: str) -> None:
    page.goto(server)
    expect(page).to_have_url(f"{server}/setup")
    page.get_by_label("Setup code").fill(code)
    page.get_by_label("Your name").fill("Olga Tann")
    page.get_by_label("E-mail").fill("olga@tannwald.ch")
    page.get_by_label("Password").fill("larch planks over water")
    page.get_by_role("button", name="Go on to the provider").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is the provider?")
    page.get_by_label("Name of the provider").fill("Tannwald")
    page.get_by_label("People reach this instance").check()
    page.get_by_role("button", name="Go on to the mail").click()
    page.get_by_role("button", name="Send a test mail").click()
    expect(page.locator("#test-mail")).to_contain_text("In the outbox")


def finish(page: Page, server: str) -> None:
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url(f"{server}/back-office/**")
    settings.forget()
    assert settings.current().ready
    assert settings.current().provider_name == "Tannwald"


def test_first_run_ends_in_the_back_office(page: Page, server: str, code: str) -> None:
    set_up(page, server, code)
    Message.update(state="sent", answer=None).execute()
    expect(page.locator("#test-mail")).to_contain_text("Written to a file", timeout=8000)
    finish(page, server)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_first_run_without_a_script(page: Page, server: str, code: str) -> None:
    set_up(page, server, code)
    Message.update(state="failed", answer="550 no such mailbox").execute()
    page.reload()
    expect(page.locator("#test-mail")).to_contain_text("550 no such mailbox")
    finish(page, server)

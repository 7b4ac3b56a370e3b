"""Coming in by a browser: sign-up to the dashboard, sign-in on a phone, and the same without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from blueprints.ground.state import state
from models import links
from models.account.users import User
from models.links import Link, Purpose
from tests import factories
from tests.conftest import Cast

WITHOUT_SCRIPT = pytest.mark.browser_context_args(java_script_enabled=False)


@pytest.fixture
def mailed(app: Flask, server: str) -> Callable[[Purpose], str]:
    """The address in the last mail of a purpose."""

    def find(purpose: Purpose) -> str:
        link = Link.select().where(Link.purpose == purpose.value).order_by(Link.id.desc()).get()
        with app.app_context():
            return f"{server}/links/{links.token(state().environment.secret_key, link.id, link.purpose)}"

    return find


def fill_in_company(page: Page) -> None:
    page.get_by_label("Name of the organization").fill("Quillmark Press")
    page.get_by_label("Street and number").fill("Rheinweg 4")
    page.get_by_label("Postcode").fill("1010")
    page.get_by_label("City").fill("Wien")
    page.get_by_label("Your name").fill("Mira Castellan")
    page.get_by_label("E-mail").fill("mira@quillmark.ch")
    page.get_by_label("Password").fill("larch planks over water")
    page.get_by_label("I accept the terms").check()


def verify(page: Page, link: str, server: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Verify this address").click()
    expect(page).to_have_url(f"{server}/o/quillmark-press/")
    assert User.get().verified_at is not None


def test_sign_up_to_the_dashboard(page: Page, server: str, mailed: Callable[[Purpose], str]) -> None:
    page.goto(f"{server}/signup")
    expect(page.get_by_label("UID")).to_be_visible()
    page.get_by_label("Country").focus()
    page.get_by_label("Country").select_option("AT")
    expect(page.get_by_label("VAT number")).to_be_visible()
    expect(page.get_by_label("Country")).to_be_focused()
    page.get_by_text("Individual").click()
    expect(page.get_by_label("VAT number")).to_have_count(0)
    page.get_by_text("Company", exact=True).click()
    page.get_by_label("VAT number").fill("ATU13585627")
    fill_in_company(page)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    verify(page, mailed(Purpose.VERIFY_ADDRESS), server)


@WITHOUT_SCRIPT
def test_sign_up_without_a_script(page: Page, server: str, mailed: Callable[[Purpose], str]) -> None:
    page.goto(f"{server}/signup")
    page.get_by_label("Country").select_option("AT")
    page.get_by_role("button", name="Show what this country asks for").click()
    expect(page.get_by_label("VAT number")).to_be_visible()
    fill_in_company(page)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    verify(page, mailed(Purpose.VERIFY_ADDRESS), server)


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
def test_sign_in_on_a_phone(page: Page, server: str, cast: Cast) -> None:
    page.goto(server)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(cast.representative.email)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_role("alert")).to_contain_text("E-mail and password don't fit together.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value(cast.representative.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_label("Keep me signed in").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Sign in").tap()
    expect(page).to_have_url(f"{server}/o/{cast.organization.slug}/")


@WITHOUT_SCRIPT
def test_forgotten_password_without_a_script(
    page: Page, server: str, cast: Cast, mailed: Callable[[Purpose], str]
) -> None:
    page.goto(f"{server}/login")
    page.get_by_role("link", name="Forgotten?").click()
    page.get_by_label("E-mail").fill(cast.representative.email)
    page.get_by_role("button", name="Send the link").click()
    page.goto(mailed(Purpose.RESET_PASSWORD))
    page.get_by_label("New password").fill("willow twigs in the rain")
    page.get_by_role("button", name="Set this password").click()
    page.get_by_label("E-mail").fill(cast.representative.email)
    page.get_by_label("Password").fill("willow twigs in the rain")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{server}/o/{cast.organization.slug}/")

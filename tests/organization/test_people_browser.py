"""In a browser: an invitation accepted by a new and by an existing person, and the last legal representative."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from models import journal
from models.access import Access
from models.account.users import User
from models.links import Purpose
from models.organization import invitations, members, representatives
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import Opener


@pytest.fixture(autouse=True)
def unlimited(limits: None) -> None:
    """Sign-ins are counted as in real life."""


def sign_in(page: Page, email: str, password: str = factories.PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def invite(page: Page, email: str, role: str) -> None:
    page.get_by_role("link", name="Invite a person").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label(role).check()
    page.get_by_role("button", name="Continue").click()


def test_products_are_searched_and_ticked_before_the_invitation_is_sent(page: Page, server: str, cast: Cast) -> None:
    one = factories.product(cast.organization, "feuilleton.example")
    factories.product(cast.organization, "quillmark.example")
    page.goto(f"{server}/login?next=/o/quillmark-press/members")
    sign_in(page, cast.administrator.email)
    invite(page, "lena@example.org", "Collaborator")
    page.get_by_label("Search products to add").fill("feuill")
    expect(page.get_by_label("quillmark.example")).to_have_count(0)
    page.get_by_label("feuilleton.example").check()
    page.get_by_label("Search products to add").fill("")
    expect(page.get_by_label("quillmark.example")).to_be_visible()
    expect(page.get_by_label("feuilleton.example")).to_be_checked()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Invitation sent to lena@example.org.")).to_be_visible()
    assert invitations.Invitation.get().grants == {"products": [one.id], "categories": []}


def test_a_new_person_signs_up_and_joins(
    page: Page, server: str, cast: Cast, administrator: Access, link_of: Opener
) -> None:
    one, _other = (factories.product(cast.organization, name) for name in ("feuilleton.example", "quillmark.example"))
    made = invitations.invite("lena@example.org", Role.COLLABORATOR, administrator, products=[one.id])
    page.goto(server + link_of(Purpose.INVITATION, made.id))
    expect(page.get_by_role("heading", level=1)).to_have_text("Join Quillmark Press?")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Lena Hofstetter")
    page.get_by_label("Password", exact=True).fill("larch planks over water")
    page.get_by_label(re.compile("I accept")).check()
    page.get_by_role("main").get_by_role("button").last.click()
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_text("You belong to Quillmark Press now.")).to_be_visible()
    assert User.get(User.email_key == "lena@example.org").verified_at is not None
    page.get_by_role("link", name="Products", exact=True).first.click()
    expect(page.get_by_role("link", name="feuilleton.example")).to_be_visible()
    expect(page.get_by_role("link", name="quillmark.example")).to_have_count(0)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_an_existing_person_signs_in_and_joins_without_a_script(
    page: Page, server: str, cast: Cast, administrator: Access, link_of: Opener
) -> None:
    made = invitations.invite(cast.stranger.email, Role.ADMINISTRATOR, administrator)
    page.goto(server + link_of(Purpose.INVITATION, made.id))
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, cast.stranger.email)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_text("You belong to Quillmark Press now.")).to_be_visible()
    expect(page.get_by_role("link", name="Members").first).to_be_visible()


def test_who_is_signed_in_as_somebody_else_switches(
    page: Page, server: str, cast: Cast, administrator: Access, link_of: Opener
) -> None:
    lena = factories.user("Lena Hofstetter", email="lena@example.org")
    made = invitations.invite(lena.email, Role.EXTERNAL, administrator)
    page.goto(f"{server}/login")
    sign_in(page, cast.stranger.email)
    page.goto(server + link_of(Purpose.INVITATION, made.id))
    page.get_by_role("button", name="Sign in as somebody else").click()
    sign_in(page, lena.email)
    expect(page.get_by_role("button", name="Accept the invitation")).to_be_visible()


def test_the_last_legal_representative_appoints_another_and_steps_down(
    page: Page, server: str, cast: Cast, link_of: Opener
) -> None:
    page.goto(f"{server}/login?next=/o/quillmark-press/settings")
    sign_in(page, cast.representative.email)
    page.get_by_role("link", name="Leave Quillmark Press").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Only you hold the key")
    page.get_by_role("link", name="Appoint another one").click()
    page.get_by_label("Member").select_option(str(cast.members[Role.ADMINISTRATOR].id))
    page.get_by_label("I step down").check()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Ask this person").click()
    expect(page.get_by_text("Adrian Moll was asked by mail.")).to_be_visible()
    assert representatives.count(cast.organization.id) == 1
    page.context.clear_cookies()
    page.goto(server + link_of(Purpose.REPRESENTATIVE, representatives.Appointment.get().id))
    page.get_by_role("link", name="Sign in to answer").click()
    sign_in(page, cast.administrator.email)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("You are a legal representative of Quillmark Press now.")).to_be_visible()
    holders = members.in_role(cast.organization.id, Role.LEGAL_REPRESENTATIVE)
    assert [person.name for person in holders] == ["Adrian Moll"]


def test_the_members_list_is_searched_while_typing(page: Page, server: str, cast: Cast) -> None:
    page.goto(f"{server}/login?next=/o/quillmark-press/members")
    sign_in(page, cast.representative.email)
    page.wait_for_url(f"{server}/o/quillmark-press/members")
    page.keyboard.press("/")
    page.keyboard.type("ines")
    expect(page.get_by_role("link", name="Mira Castellan")).to_have_count(0)
    expect(page.get_by_role("link", name="Ines Ostrander")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=ines"))
    expect(page.get_by_label("Search name or e-mail")).to_be_focused()


def test_the_form_of_the_details_follows_type_and_country(page: Page, server: str, cast: Cast) -> None:
    page.goto(f"{server}/login?next=/o/quillmark-press/settings/edit")
    sign_in(page, cast.representative.email)
    expect(page.get_by_label("UID")).to_be_visible()
    page.get_by_label("Country").select_option("DE")
    expect(page.get_by_label("VAT number")).to_be_visible()
    page.get_by_label("Type").select_option("individual")
    expect(page.get_by_label("VAT number")).to_have_count(0)


def test_the_menu_of_a_member_leads_to_a_page_of_its_own(page: Page, server: str, cast: Cast) -> None:
    page.goto(f"{server}/login?next=/o/{cast.organization.slug}/members")
    sign_in(page, cast.representative.email)
    page.get_by_role("row", name=cast.collaborator.name).get_by_label("Actions for").click()
    page.get_by_role("link", name="Change role").click()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator(".side")).to_have_count(1)
    expect(page).to_have_url(re.compile("/role$"))


@pytest.mark.parametrize("item", ["Choose products", "Appoint as legal representative", "Remove"])
def test_every_entry_of_the_menu_leads_on(page: Page, server: str, cast: Cast, item: str) -> None:
    factories.sign_in_browser(page.context, server, cast.representative)
    page.goto(f"{server}/o/{cast.organization.slug}/members")
    page.get_by_role("row", name=cast.collaborator.name).get_by_label("Actions for").click()
    page.get_by_role("link", name=item).click()
    page.wait_for_url(re.compile(r"/(access|appoint\?.*|remove)$"))
    expect(page.locator("h1, .side")).to_have_count(2)


def test_the_pages_of_the_members_turn_in_place(page: Page, server: str, cast: Cast) -> None:
    for number in range(50):
        factories.member(cast.organization, factories.user(f"Zoe {number:02}"))
    factories.sign_in_browser(page.context, server, cast.representative)
    page.goto(f"{server}/o/{cast.organization.slug}/members")
    page.evaluate("window.still = true")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Zoe 49")).to_be_visible()
    expect(page.locator("h1, .side, #members")).to_have_count(3)
    assert page.evaluate("window.still"), "the page was not loaded anew"
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("link", name="Adrian Moll")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Zoe 49")).to_be_visible()
    expect(page.locator("h1, .side, #members")).to_have_count(3)


def test_no_match_is_cleared_by_a_page_with_an_empty_search(page: Page, server: str, cast: Cast) -> None:
    factories.sign_in_browser(page.context, server, cast.representative)
    for path, field in (("members", "Search name or e-mail"), ("journal", "Product")):
        page.goto(f"{server}/o/{cast.organization.slug}/{path}")
        page.get_by_role("searchbox", name=field).fill("nobody and nothing")
        page.get_by_role("link", name="Clear all").click()
        expect(page.get_by_role("searchbox", name=field)).to_have_value("")
        expect(page.locator("h1, .side")).to_have_count(2)


def test_the_pages_of_the_journal_turn_in_place(page: Page, server: str, cast: Cast) -> None:
    by, place = cast.representative.actor(), cast.organization.id
    for number in range(60):
        journal.record("tag.created", by=by, organization=place, about=("tag", 1, f"t{number:02}"))
    factories.sign_in_browser(page.context, server, cast.representative)
    page.goto(f"{server}/o/{cast.organization.slug}/journal")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("created the tag t00")).to_be_visible()
    expect(page.locator("h1, .side, #entries")).to_have_count(3)
    page.goto(f"{server}/o/{cast.organization.slug}/journal?act=tag.created")
    page.get_by_role("link", name="Clear all").click()
    page.wait_for_url(re.compile("/journal$"))
    expect(page.locator("h1, .side, #entries")).to_have_count(3)


def test_leaving_the_search_field_asks_for_nothing_again(page: Page, server: str, cast: Cast) -> None:
    """An answer that came between pressing and releasing would take the link away from under the pointer."""
    factories.sign_in_browser(page.context, server, cast.representative)
    page.goto(f"{server}/o/{cast.organization.slug}/members")
    page.get_by_role("searchbox").fill("nobody and nothing")
    expect(page.get_by_role("link", name="Clear all")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox").blur()
    page.wait_for_timeout(600)
    assert [url for url in asked if "/members" in url] == []

"""Every page of the navigation opens its article, and articles lead back to the pages of the one who reads."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from blueprints.ground import navigation
from blueprints.ground.page import HELP
from models import help as articles
from tests import factories
from tests.conftest import Cast

ENGLISH = articles.written("en")


def test_every_page_of_the_navigation_has_its_question_mark(app: Flask) -> None:
    with app.test_request_context():
        entries = [
            *navigation.organization_entries(),
            *navigation.account_entries(),
            *navigation.back_office_entries(),
        ]
    found = {entry.endpoint for parent in entries for entry in (parent, *parent.children)}
    assert not found - HELP.keys()


def test_what_an_article_explains_links_back_to_some_article(app: Flask) -> None:
    explained = {page.endpoint for one in ENGLISH.values() for page in one.pages}
    assert not explained - HELP.keys()


def test_links_lead_to_the_readers_organization(client: FlaskClient, cast: Cast) -> None:
    assert 'href="/o/' not in client.get("/help/members-and-roles").text
    factories.sign_in(client, cast.collaborator)
    assert f'href="/o/{cast.organization.slug}/members"' in client.get("/help/members-and-roles").text


def test_links_lead_to_the_organization_that_the_reader_came_from(client: FlaskClient, cast: Cast) -> None:
    second = factories.organization("Wendelin Atelier")
    factories.member(second, cast.collaborator)
    factories.sign_in(client, cast.collaborator)
    came_from = {"Referer": f"http://localhost/o/{second.slug}/members"}
    text = client.get("/help/members-and-roles", headers=came_from).text
    assert f'href="/o/{second.slug}/members"' in text
    assert f'href="/help/legal-representative?organization={second.slug}"' in text

"""Every article renders and leads to pages that exist; no area, and no page of the navigation, is without one."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import app as application
from blueprints import help as pages
from blueprints.ground.page import HELP
from models import help as articles
from models.help import Article
from models.permissions import PERMISSION_LABELS
from tests import factories
from tests.conftest import Cast

ENGLISH = articles.written("en")
SLUGS = sorted(ENGLISH)
MACHINES_AND_LINKS = {"machines", "links", "help"}
ROOT = Path(__file__).parents[2]
PAGE_LINK = re.compile(r"\]\(page:([a-z_.]+)\)")
HELP_LINK = re.compile(r"\]\(help:([a-z-]+)\)")


@functools.cache
def texts() -> str:
    """All sources in which texts of pages stand."""
    files = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "blueprints").rglob("*.py"),
        *(ROOT / "models").glob("*.py"),
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def endpoints(one: Article) -> set[str]:
    return {page.endpoint for page in one.pages} | set(PAGE_LINK.findall(one.body))


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_renders_for_anybody(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/help/{slug}")
    assert answer.status_code == 200
    assert ENGLISH[slug].title in answer.text
    assert "page:" not in answer.text
    assert "help:" not in answer.text


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_leads_to_pages_and_articles_that_exist(app: Flask, slug: str) -> None:
    one = ENGLISH[slug]
    assert endpoints(one) <= app.view_functions.keys()
    assert set(HELP_LINK.findall(one.body)) <= ENGLISH.keys()
    for endpoint in endpoints(one):
        arguments = {argument for rule in app.url_map.iter_rules(endpoint) for argument in rule.arguments}
        assert arguments <= {"slug"}, f"{endpoint} can't be linked from an article"


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_says_what_it_is_for(slug: str) -> None:
    one = ENGLISH[slug]
    assert one.pages, "an article names the pages that it explains"
    assert len(one.summary) <= 120
    assert one.body.count("\n") < 90


@pytest.mark.parametrize("slug", SLUGS)
def test_controls_are_called_as_on_the_pages(slug: str) -> None:
    """What an article sets in bold is the beginning of a text of the program."""
    named = [name.rstrip(".") for name in re.findall(r"\*\*(.+?)\*\*", ENGLISH[slug].body)]
    assert [name for name in named if not re.search("[\"']" + re.escape(name), texts(), re.IGNORECASE)] == []


def test_no_area_is_without_an_article() -> None:
    explained = {endpoint.partition(".")[0] for one in ENGLISH.values() for endpoint in endpoints(one)}
    areas = {area.blueprint.name for area in application.AREAS} - MACHINES_AND_LINKS
    assert areas <= explained


def test_every_question_mark_opens_an_article(app: Flask) -> None:
    assert HELP.keys() <= app.view_functions.keys()
    assert set(HELP.values()) <= ENGLISH.keys()


def test_translations_are_of_articles_that_exist() -> None:
    for folder in articles.FOLDER.iterdir():
        assert articles.written(folder.name).keys() <= ENGLISH.keys()


def test_the_table_of_rights_is_the_one_table(client: FlaskClient) -> None:
    text = client.get("/help/who-may-do-what").text
    assert "[[permissions]]" not in text
    assert all(label.replace("'", "&#39;") in text or label in text for label in PERMISSION_LABELS.values())


def test_an_unknown_article_is_not_there(client: FlaskClient) -> None:
    assert client.get("/help/flying").status_code == 404


def test_what_an_author_writes_cannot_run(app: Flask) -> None:
    text = "[x](javascript:alert(1)) <script>alert(1)</script> ![p](https://example.org/p.png)"
    one = articles.parse("s", "en", f"---\ntitle: T\nsummary: S\nsection: A\nposition: 1\npages: -\n---\n{text}")
    with app.test_request_context():
        html = "".join(str(part) for part in pages.parts(one, "en"))
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_page_that_is_not_the_readers_is_named_only(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.external)
    assert f"/o/{cast.organization.slug}/members" not in client.get("/help/members-and-roles").text


def test_operators_articles_are_listed_for_operators(client: FlaskClient, cast: Cast) -> None:
    assert "Backup and upgrade" not in client.get("/help").text
    factories.sign_in(client, cast.operator)
    assert "Backup and upgrade" in client.get("/help").text

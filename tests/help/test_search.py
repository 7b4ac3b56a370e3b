"""The search over articles, on the database of this run."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import base
from models import help as articles
from tests import factories
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def index(app: Flask) -> None:
    articles.sync()


def slugs(text: str, *, operators: bool = False) -> list[str]:
    return [found.article.slug for found in articles.search(text, "en", operators=operators)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tags", "tags"),
        ("Schlüssel tag", "tags"),
        ("inviting somebody", "members-and-roles"),
        ("dark theme", "profile-and-preferences"),
        ("last legal representative", "legal-representative"),
        ("FORGOTTEN password", "signing-in"),
        ("export csv", "exporting"),
        ("how do I merge two tags?", "tags"),
    ],
)
def test_the_best_article_comes_first(text: str, first: str) -> None:
    assert slugs(text)[0] == first


def test_it_finds_while_the_word_is_being_typed() -> None:
    for typed in ("inv", "invi", "invit", "invita", "invitat", "invitation", "invitations"):
        assert "members-and-roles" in slugs(typed), typed


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", '"', "' OR 1=1 --", "*", "(", "a:b & !c <-> d", "NEAR(", "%", "_", "\x00"]
)
def test_signs_are_no_commands(text: str) -> None:
    assert isinstance(slugs(text), list)


def test_matches_are_marked(client: FlaskClient) -> None:
    snippet = articles.search("palette colours pick", "en")[0].snippet
    assert any(match for _, match in snippet)
    assert "⟦" not in "".join(text for text, _ in snippet)
    assert "<mark>" in client.get("/help?q=colours").text


def test_what_is_typed_is_never_markup(client: FlaskClient) -> None:
    assert "<b>zzz" not in client.get("/help?q=<b>zzzqq").text
    assert "&lt;b&gt;zzzqq" in client.get("/help?q=<b>zzzqq").text


def test_operators_articles_are_found_by_operators() -> None:
    assert "backup-and-upgrade" not in slugs("backup")
    assert slugs("backup", operators=True)[0] == "backup-and-upgrade"


def test_nothing_found_says_what_to_do(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.external)
    assert "All articles" in client.get("/help?q=xylophone").text


def test_htmx_gets_the_fragment(client: FlaskClient) -> None:
    answer = client.get("/help?q=tags", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="found"')
    assert "<html" not in answer.text


def test_a_second_start_writes_nothing() -> None:
    assert articles.sync() == 0


def test_a_changed_file_is_found_by_its_new_words_and_a_deleted_one_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    files = dict(articles.written("en"))
    files["tags"] = dataclasses.replace(files["tags"], body="A zeppelin.", digest="other")
    del files["journal"]
    written = articles.written
    monkeypatch.setattr(articles, "written", lambda language: files if language == "en" else written(language))
    monkeypatch.setattr(articles, "articles", lambda language: files)
    assert articles.sync() == 2
    assert slugs("zeppelin") == ["tags"]
    assert base.rows("SELECT count(*) FROM help_search WHERE slug = 'journal' AND language = 'en'") == [(0,)]
    monkeypatch.undo()
    assert articles.sync() == 2
    assert slugs("zeppelin") == []

"""The catalogues hold every text of the program, with its placeholders, in every language."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from blueprints.back_office.outbox import KIND_LABELS
from blueprints.ground.languages import LANGUAGES
from models import help as articles

ROOT = Path(__file__).parents[1]
TRANSLATED = sorted(set(LANGUAGES) - {"en"})
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
# A translation may say “one” in words, and leaves out the count then.
COUNTS = {"%(num)d", "%(num)s", "%(count)s"}


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the program says, as `make texts` finds it."""
    found = tmp_path_factory.mktemp("texts") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "pyproject.toml"]
    keywords = ["-k", "_l", "-k", "NN_:1,2", "--no-location", "-o", str(found), "."]
    subprocess.run([*command, *keywords], cwd=ROOT, check=True)
    with found.open("rb") as file:
        return read_po(file)


def catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def keys(found: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in found if message.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_text_and_no_other(texts: Catalog, language: str) -> None:
    """`make texts` brings them in step."""
    assert keys(catalogue(language)) == keys(texts)


def spellings(message: Message) -> list[tuple[str, str]]:
    """Each translation with the English text it stands for."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    last = len(message.id) - 1
    return [(message.id[min(number, last)], text) for number, text in enumerate(message.string)]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_with_its_placeholders(language: str) -> None:
    pairs = [pair for message in catalogue(language) if message.id for pair in spellings(message)]
    assert [english for english, translated in pairs if not translated] == []
    wrong = [
        (english, translated)
        for english, translated in pairs
        if set(PLACEHOLDER.findall(english)) - COUNTS != set(PLACEHOLDER.findall(translated)) - COUNTS
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_to_be_looked_at(language: str) -> None:
    assert [message.id for message in catalogue(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_help_article_is_translated(language: str) -> None:
    """A translation has the same place in the index, the same pages, and links to the same."""
    english, translated = articles.written("en"), articles.written(language)
    assert {slug: outline(one) for slug, one in translated.items()} == {s: outline(one) for s, one in english.items()}


def outline(one: articles.Article) -> tuple[object, ...]:
    links = sorted(re.findall(r"\]\(([^)]*)\)", one.body))
    return one.position, one.operators, [page.endpoint for page in one.pages], links


def test_every_mail_has_a_name_in_the_outbox() -> None:
    kinds = {path.stem for path in (ROOT / "templates" / "mail").glob("*.txt")} - {"base"}
    assert kinds == set(KIND_LABELS)

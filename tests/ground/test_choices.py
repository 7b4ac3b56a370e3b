"""Lists to choose from, in the reader's language."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import force_locale

from blueprints.ground import choices
from blueprints.ground.languages import LANGUAGES

RARE = re.compile(r"[\u0100-\u0130\u0132-\u0151\u0154-\u017e\u0218-\u021b]")
"""Letters of the second font file (`unicode-range` of static/css/tokens.css)."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_fetches_the_font_of_rare_letters(app: Flask, language: str) -> None:
    with app.test_request_context("/"), force_locale(language):
        zones = [name for region in choices.time_zones().values() for _zone, name in region]
        names = [*zones, *(name for _code, name in [*choices.currencies(), *choices.countries()])]
    assert len(names) > 600
    assert [name for name in names if RARE.search(name)] == []


def test_a_city_keeps_the_letters_that_its_language_has(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("de"):
        zones = dict(choices.time_zones()["Asia"]) | dict(choices.time_zones()["Europe"])
    assert (zones["Asia/Ashgabat"], zones["Europe/Zurich"]) == ("Asgabat", "Zürich")

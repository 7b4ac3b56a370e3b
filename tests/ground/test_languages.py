"""Each reader's page is wholly in their language, whoever was served before by the same process."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import Cast

ORDERS = [("en", "de", "fr", "it"), ("it", "fr", "de", "en")]
SAID = {
    "en": ("1 device", "Legal representative"),
    "de": ("einem Gerät", "Rechtliche Vertretung"),
    "fr": ("1 appareil", "Représentant légal"),
    "it": ("1 dispositivo", "Rappresentante legale"),
}


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_sentences_with_values_are_in_the_readers_language(
    client: FlaskClient, cast: Cast, order: tuple[str, ...]
) -> None:
    factories.sign_in(client, cast.representative)
    client.application.extensions.pop("intendant.templates", None)
    for language in order:
        cast.representative.language = language
        cast.representative.save()
        with_a_count = client.get("/account/sessions").text
        with_a_name = client.get(f"/o/{cast.organization.slug}/members").text
        assert SAID[language][0] in with_a_count
        assert SAID[language][1] in with_a_name

"""A list that Intendant wrote itself, or that says things as its pages do, is understood in every language."""

from __future__ import annotations

import pytest

from blueprints.back_office.differences import STATE_LABELS
from blueprints.ground.languages import LANGUAGES
from models.organization.organizations import KINDS as ENTITIES
from models.permissions import ROLE_LABELS
from models.products.importing import words
from models.products.importing.kinds import KINDS, Kind
from models.products.importing.words import plain
from translations import catalogue

EXPORTED = {
    "Name": "name",
    "Category": "category",
    "Plan": "plan",
    "Identifier": "identifier",
    "Expiry date": "expires_on",
    "Auto-renewal": "auto_renew",
    "Price": "price",
    "Currency": "currency",
    "Period (months)": "period_months",
    "State": "state",
    "Holder name": "holder_name",
    "Tags": "tags",
}
CATEGORIES = {
    "domain": "Domain name",
    "hosting": "Web hosting",
    "mail": "Mail service",
    "server": "Cloud server",
    "drive": "Drive",
    "newsletter": "Newsletter",
    "certificate": "Certificate",
    "other": "Other",
}


def unknown(known: dict[str, str], labels: dict[str, str], language: str) -> dict[str, str]:
    """Labels (meaning → English) whose word in a language means nothing, or something else, to the import."""
    said = {meaning: catalogue(language).gettext(label) for meaning, label in labels.items()}
    return {meaning: word for meaning, word in said.items() if known.get(plain(word)) != meaning}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_columns_are_known_by_their_labels(kind: Kind, language: str) -> None:
    assert unknown(kind.spellings, kind.fields, language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_of_an_export_are_known(language: str) -> None:
    assert unknown(words.PRODUCT_COLUMNS, {field: label for label, field in EXPORTED.items()}, language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("known", "labels"),
    [
        (words.STATES, STATE_LABELS),
        (words.CATEGORIES, CATEGORIES),
        (words.ORGANIZATION_KINDS, ENTITIES),
        (words.ROLES, {role.value: label for role, label in ROLE_LABELS.items()}),
    ],
    ids=["states", "categories", "types of entity", "roles"],
)
def test_values_are_known_by_their_labels(known: dict[str, str], labels: dict[str, str], language: str) -> None:
    assert unknown(known, labels, language) == {}

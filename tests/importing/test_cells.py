"""Cells as people write them in four languages."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.products.importing import cells
from models.products.importing.kinds import KINDS
from models.products.importing.words import PRODUCT_COLUMNS, STATES, plain


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24 00:00:00", "2026-11-24"),
        ("2026-11-24T10:00:00Z", "2026-11-24"),
        ("24.11.2026", "2026-11-24"),
        ("1.2.2027", "2027-02-01"),
        ("24/11/2026", "2026-11-24"),
        (" 24. 11. 2026 ", "2026-11-24"),
    ],
)
def test_dates(cell: str, day: str) -> None:
    assert cells.day(cell) == day


@pytest.mark.parametrize("cell", ["2027-02-31", "next spring", "03/04/27", "11/24/2026", "24.11/2026", "0026-11-24"])
def test_wrong_dates(cell: str) -> None:
    with pytest.raises(Refused):
        cells.day(cell)


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("18.40", "18.40", None),
        ("18,4", "18.4", None),
        ("1'234.50", "1234.50", None),
        ("1’234", "1234", None),
        ("1.234,50", "1234.50", None),
        ("1,234.50", "1234.50", None),
        ("1 234,50", "1234.50", None),
        ("1\u202f234,50 €", "1234.50", "EUR"),
        ("1,234,567", "1234567", None),
        ("CHF 18.40", "18.40", "CHF"),
        ("Fr. 18.–", "18", "CHF"),
        ("18.-", "18", None),
        ("€12", "12", "EUR"),
        ("12 usd", "12", "USD"),
        ("0", "0", None),
    ],
)
def test_prices(cell: str, amount: str, currency: str | None) -> None:
    assert cells.price(cell) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "cell", ["fifteen", "15.005", "1,234", "12 ZZZ", "EUR 12 CHF", "", "1.2.3,4,5", "5.00-", "1,234,567,89"]
)
def test_wrong_prices(cell: str) -> None:
    with pytest.raises(Refused):
        cells.price(cell)


@pytest.mark.parametrize("cell", ["-15", "−15", "CHF -5.00", "CHF-5", "€ −5", "- 5 CHF"])
def test_a_price_below_zero_is_none(cell: str) -> None:
    with pytest.raises(Refused, match="is below zero"):
        cells.price(cell)


@pytest.mark.parametrize("cell", ["24.11.2026", "1.2.3", "1,5,0", "1'2", "12 34", "1.23,45", "1234,567.80"])
def test_marks_between_thousands_stand_before_three_digits_each(cell: str) -> None:
    with pytest.raises(Refused, match="is not a price that can be read"):
        cells.price(cell)


def test_minor_units_follow_the_currency() -> None:
    assert cells.minor(Decimal("18.4"), "CHF") == 1840
    assert cells.minor(Decimal("1800"), "JPY") == 1800
    with pytest.raises(Refused, match="more decimals"):
        cells.minor(Decimal("18.5"), "JPY")
    with pytest.raises(Refused, match="beyond all reason"):
        cells.minor(Decimal(10) ** 20, "CHF")


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        ("12", 12),
        ("12 months", 12),
        ("1 year", 12),
        ("2 Jahre", 24),
        ("monatlich", 1),
        ("annuel", 12),
        ("per month", 1),
    ],
)
def test_periods(cell: str, months: int) -> None:
    assert cells.months(cell) == months


@pytest.mark.parametrize("cell", ["0", "0.5", "-1", "sometimes", "500"])
def test_wrong_periods(cell: str) -> None:
    with pytest.raises(Refused):
        cells.months(cell)


@pytest.mark.parametrize("cell", ["yes", "Ja", "oui", "Sì", "TRUE", "1", "x"])
def test_yes(cell: str) -> None:
    assert cells.yes_no(cell) is True


@pytest.mark.parametrize("cell", ["no", "Nein", "NON", "falsch", "0"])
def test_no(cell: str) -> None:
    assert cells.yes_no(cell) is False


@pytest.mark.parametrize(
    ("word", "state"), [("aktiv", "active"), ("Expiré", "expired"), ("gekündigt", "cancelled"), ("scaduto", "expired")]
)
def test_states(word: str, state: str) -> None:
    assert cells.word(STATES, "", word) == state


def test_tags_are_each_once() -> None:
    assert cells.tags("Client,client, CLIENT ,, shop") == ("Client", "shop")


@pytest.mark.parametrize("cell", ["nora at vest", "a..b@x.example", "zoë@x.example", "a@b", "x" * 250 + "@x.example"])
def test_addresses_that_no_mail_reaches(cell: str) -> None:
    with pytest.raises(Refused):
        cells.email(cell)


def test_an_address_is_kept_as_mail_servers_read_it() -> None:
    assert cells.email(" Nora@Vest.Example ") == "Nora@vest.example"


@pytest.mark.parametrize(
    ("cell", "code"), [("CH", "CH"), ("ch", "CH"), ("Schweiz", "CH"), ("Suisse", "CH"), ("Germania", "DE")]
)
def test_countries(cell: str, code: str) -> None:
    assert cells.country(cell) == code


@pytest.mark.parametrize(("cell", "code"), [("de", "de"), ("Deutsch", "de"), ("français", "fr"), ("de-CH", "de")])
def test_languages(cell: str, code: str) -> None:
    assert cells.language(cell) == code


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Expiry date", "expires_on"),
        ("Ablaufdatum", "expires_on"),
        ("Gültig bis", "expires_on"),
        ("Date d’échéance", "expires_on"),
        ("E-Mail des Inhabers", "holder_email"),
        ("Währung", "currency"),
        ("auto_renew", "auto_renew"),
        ("Period (months)", "period_months"),
    ],
)
def test_columns_are_known_by_their_names(header: str, field: str) -> None:
    assert PRODUCT_COLUMNS[plain(header)] == field


def test_every_spelling_leads_to_a_field() -> None:
    for kind in KINDS.values():
        assert set(kind.spellings.values()) == set(kind.fields)
        assert all(word == plain(word) for word in kind.spellings)


READERS: list[Any] = [
    cells.text,
    cells.day,
    cells.price,
    cells.months,
    cells.tags,
    cells.email,
    cells.notes,
    cells.yes_no,
]


@given(st.text(max_size=60), st.sampled_from(READERS))
def test_whatever_stands_there_is_read_or_refused(text: str, reader: Any) -> None:
    with contextlib.suppress(Refused):
        reader(text)

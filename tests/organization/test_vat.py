"""VAT numbers: who gives one, how it may be written, and which are wrong before anybody is asked."""

from __future__ import annotations

import pytest

from models.errors import Refused
from models.organization import vat

# From the documentation of python-stdnum, one of each country of the EU; then those beside it.
VALID = {
    "AT": "ATU13585627",
    "BE": "BE0403019261",
    "BG": "BG175074752",
    "CY": "CY10259033P",
    "CZ": "CZ25123891",
    "DE": "DE136695976",
    "DK": "DK13585628",
    "EE": "EE100931558",
    "ES": "ESB58378431",
    "FI": "FI20774740",
    "FR": "FR40303265045",
    "GR": "EL094259216",
    "HR": "HR33392005961",
    "HU": "HU12892312",
    "IE": "IE6433435F",
    "IT": "IT00743110157",
    "LT": "LT119511515",
    "LU": "LU15027442",
    "LV": "LV40003521600",
    "MT": "MT11679112",
    "NL": "NL004495445B01",
    "PL": "PL8567346215",
    "PT": "PT501964843",
    "RO": "RO18547290",
    "SE": "SE123456789701",
    "SI": "SI50223054",
    "SK": "SK2022749619",
}
BESIDE = {"GB": "XI980780684", "XI": "XI980780684", "NO": "NO 995525828MVA", "CH": "CHE-109.322.551"}


def test_every_country_of_the_eu_has_its_number_here() -> None:
    assert VALID.keys() == vat.EU


@pytest.mark.parametrize(("country", "number"), [*VALID.items(), *BESIDE.items()])
@pytest.mark.parametrize("kind", ["company", "association", "public_body"])
def test_a_right_number_is_taken(country: str, number: str, kind: str) -> None:
    assert vat.check(number, kind, country) == number
    assert vat.asked_of(kind, country) == ("uid" if country == "CH" else "vat")


@pytest.mark.parametrize(("country", "number"), list(VALID.items()))
def test_it_is_taken_however_it_is_written(country: str, number: str) -> None:
    prefix, rest = number[:2], number[2:]
    spaced = "\u00a0".join(rest[start : start + 3] for start in range(0, len(rest), 3))
    for written in (number.lower(), f"  {prefix} {rest} ", f"{prefix}\u2009{spaced}\u3000", rest, f"\u200b{number}"):
        assert vat.check(written, "company", country) == number, written


@pytest.mark.parametrize("country", list(VALID))
def test_another_countrys_number_is_refused(country: str) -> None:
    number = VALID["FR" if country != "FR" else "DE"]
    with pytest.raises(Refused, match="but the country's begin with"):
        vat.check(number, "company", country)


@pytest.mark.parametrize(("country", "number"), [*VALID.items(), *BESIDE.items()])
def test_a_mistyped_digit_is_refused(country: str, number: str) -> None:
    place = max(at for at, sign in enumerate(number) if sign.isdigit() and (country not in ("NL", "SE") or at < 10))
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    with pytest.raises(Refused, match=r"The last digit does not fit the others\.") as fault:
        vat.check(wrong, "company", country)
    assert fault.value.field == "vat_number"


def test_greece_writes_el() -> None:
    with pytest.raises(Refused, match="begins with GR, but the country's begin with EL"):
        vat.check("GR094259216", "company", "GR")


@pytest.mark.parametrize("country", ["GB", "XI"])
def test_of_the_united_kingdom_only_northern_ireland_has_a_number(country: str) -> None:
    assert vat.check("xi 980 7806 84", "company", country) == "XI980780684"
    for number in ("GB980780684", "980780684"):
        with pytest.raises(Refused, match="begins with XI"):
            vat.check(number, "company", country)


@pytest.mark.parametrize("country", ["CH", "LI"])
@pytest.mark.parametrize("suffix", ["", " MWST", " TVA", " IVA"])
def test_a_swiss_number_has_the_suffix_of_its_language(country: str, suffix: str) -> None:
    whole = f"CHE-109.322.551{suffix}"
    for written in (whole, whole.lower(), f"che109322551{suffix}", whole.replace("-", "\u2011").replace(" ", "\u00a0")):
        assert vat.check(written, "company", country) == whole, written


@pytest.mark.parametrize("number", ["CHE-109.322.552", "CHE-109.322.551 VAT", "CHE-109.322.55 MWST", "DE136695976"])
def test_a_wrong_swiss_number_is_refused(number: str) -> None:
    with pytest.raises(Refused):
        vat.check(number, "company", "CH")


@pytest.mark.parametrize("number", ["995525828", "NO 995525829 MVA", "NO 995525828 MWST"])
def test_a_norwegian_number_ends_with_mva(number: str) -> None:
    assert vat.check("no 995 525 828 mva", "company", "NO") == "NO 995525828MVA"
    with pytest.raises(Refused):
        vat.check(number, "company", "NO")


def test_an_individual_has_none() -> None:
    assert vat.check(" ", "individual", "DE") == ""
    assert vat.asked_of("individual", "DE") is None
    with pytest.raises(Refused, match="An individual has no VAT number"):
        vat.check("DE136695976", "individual", "DE")


def test_other_countries_are_not_asked() -> None:
    assert vat.asked_of("company", "US") is None
    with pytest.raises(Refused, match="can't be checked"):
        vat.check("12-3456789", "company", "US")


@pytest.mark.parametrize(
    ("number", "kept"), [("", ""), ("de 136 695 976", "DE136695976"), ("el094259216", "EL094259216")]
)
def test_a_providers_own_number_says_its_country(number: str, kept: str) -> None:
    assert vat.check_european(number) == kept


@pytest.mark.parametrize("number", ["136695976", "CHE-109.322.551", "GB980780684", "DE136695977", "NO 995525828MVA"])
def test_a_providers_own_number_is_one_of_the_eu(number: str) -> None:
    with pytest.raises(Refused):
        vat.check_european(number)

"""One cell at a time: text, dates, amounts, words, as people write them in four languages.

Each reader takes the cell as it stands and raises Refused with a sentence about what is wrong with it. The same
values come again and again in a list, so what was read once is kept.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import is_currency

from models import addresses, limits, money
from models.base import fold, tidy
from models.errors import N_, Refused
from models.products.importing.words import MONTH_WORDS, PERIODS, YEAR_WORDS, YES_NO, plain
from models.products.tags import LONGEST_NAME

MOST_TAGS = 20
LANGUAGES = ("en", "de", "fr", "it")

T = TypeVar("T")


def text(cell: str, longest: int = limits.LINE) -> str:
    """One line of text as it is kept."""
    kept = tidy(cell)
    if len(kept) > longest:
        raise Refused(N_("“%(begin)s…” is longer than %(most)d characters."), begin=kept[:40], most=longest)
    return kept


def notes(cell: str) -> str:
    """Text of several lines."""
    lines = [text(line, limits.NOTES) for line in cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = "\n".join(lines).strip()
    if len(kept) > limits.NOTES:
        raise Refused(N_("“%(begin)s…” is longer than %(most)d characters."), begin=kept[:40], most=limits.NOTES)
    return kept


_DAY_FIRST = re.compile(r"(\d{1,2})([./])\s?(\d{1,2})\2\s?(\d{4})$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?$")


@functools.lru_cache(maxsize=8192)
def day(cell: str) -> str:
    """A date as ISO text, from 2026-11-24, 24.11.2026 or 24/11/2026."""
    given = text(cell)
    parts: tuple[int, int, int] | None = None
    if found := _ISO.match(given):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _DAY_FIRST.match(given):
        parts = (int(found[4]), int(found[3]), int(found[1]))
    if parts is None:
        raise Refused(
            N_("“%(given)s” is not a date that can be read. Write it as 2026-11-24, 24.11.2026 or 24/11/2026."),
            given=given,
        )
    try:
        read = date(*parts)
    except ValueError:
        raise Refused(N_("There is no such day as “%(given)s”."), given=given) from None
    if not 1990 <= read.year <= 2199:
        raise Refused(N_("The year of “%(given)s” can't be right."), given=given)
    return read.isoformat()


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "fr.": "CHF", "sfr.": "CHF", "fr": "CHF"}
_PRICE = re.compile(
    r"(?P<before>[^\d\s+\-−,.']*\.?)\s*(?P<sign>[+\-−]?)\s*(?P<number>\d[\d.,'’\s]*?)(?:[.,][-–])?\s*(?P<after>[^\d\s]*)$"
)
_GROUPS = r"\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*"
_NUMBER = re.compile(rf"(?P<whole>\d+|{_GROUPS})(?:(?P<point>[.,])(?P<part>\d+))?$")
_EITHER = re.compile(r"\d+[.,]\d{3}$")


@functools.lru_cache(maxsize=8192)
def price(cell: str) -> tuple[Decimal, str | None]:
    """An amount and the currency that stands beside it, if any: 18.40, 1'234.50, 1.234,50, CHF 18.–, 12 €."""
    given = text(cell)
    found = _PRICE.match(given)
    if found is None or (found["before"] and found["after"]):
        raise Refused(N_("“%(given)s” is not a price that can be read."), given=given)
    if found["sign"] in ("-", "−"):
        raise Refused(N_("The price “%(given)s” is below zero."), given=given)
    beside = found["before"] or found["after"]
    return _number(found["number"].replace("’", "'"), given), currency(beside) if beside else None


def _number(written: str, given: str) -> Decimal:
    """Thousands are groups of three digits with the same mark between them; another mark is the decimal one.

    One mark before three digits could be either.
    """
    if _EITHER.match(written):
        raise Refused(N_("“%(given)s” could be thousands or decimals. Write two decimals, or no mark."), given=given)
    found = _NUMBER.match(written)
    if found is None or (found["mark"] and found["mark"] == found["point"]):
        raise Refused(N_("“%(given)s” is not a price that can be read."), given=given)
    whole = re.sub(r"\D", "", found["whole"])
    return Decimal(f"{whole}.{found['part'] or 0}")


@functools.lru_cache(maxsize=8192)
def minor(amount: Decimal, code: str) -> int:
    """An amount in minor units of its currency."""
    whole = amount.scaleb(money.digits(code))
    if whole != whole.to_integral_value():
        raise Refused(N_("%(amount)s has more decimals than %(currency)s has."), amount=amount, currency=code)
    if whole > limits.MOST_MINOR:
        raise Refused(N_("The price %(amount)s is beyond all reason."), amount=amount)
    return int(whole)


@functools.lru_cache(maxsize=512)
def currency(cell: str) -> str:
    """An ISO code, or one of the common signs."""
    given = text(cell)
    code = _SIGNS.get(given.casefold(), given.upper())
    if len(code) != 3 or not is_currency(code):
        raise Refused(N_("“%(given)s” is not the code of a currency."), given=given)
    return code


@functools.lru_cache(maxsize=512)
def yes_no(cell: str) -> bool:
    """Yes or no, in four languages."""
    return _one_of(cell, YES_NO, N_("“%(given)s” is neither yes nor no."))


@functools.lru_cache(maxsize=512)
def months(cell: str) -> int:
    """A period in months: 12, 12 months, 1 year, yearly."""
    given = text(cell)
    word = plain(given)
    count = PERIODS.get(word)
    if found := re.match(r"(\d{1,3})\s*(\D*)$", given):
        unit = plain(found[2])
        if not unit or unit in MONTH_WORDS:
            count = int(found[1])
        elif unit in YEAR_WORDS:
            count = int(found[1]) * 12
    if count is None or not 1 <= count <= limits.MOST_MONTHS:
        raise Refused(
            N_("“%(given)s” is not a period. Write whole months from 1 to %(most)d."),
            given=given,
            most=limits.MOST_MONTHS,
        )
    return count


def _one_of(cell: str, known: Mapping[str, T], sentence: str) -> T:
    found = known.get(plain(cell))
    if found is None:
        raise Refused(sentence, given=text(cell))
    return found


def word(known: Mapping[str, T], sentence: str, cell: str) -> T:
    """A word of a table; the sentence tells of one that is not in it."""
    return _one_of(cell, known, sentence)


@functools.lru_cache(maxsize=8192)
def tags(cell: str) -> tuple[str, ...]:
    """Names of tags, separated by commas, each once whatever its case and spacing."""
    found: dict[str, str] = {}
    for part in cell.split(","):
        if name := text(part, 10_000):
            found.setdefault(fold(name), name)
    for name in found.values():
        if len(name) > LONGEST_NAME:
            raise Refused(
                N_("The tag “%(begin)s…” is longer than %(most)d characters."), begin=name[:32], most=LONGEST_NAME
            )
    if len(found) > MOST_TAGS:
        raise Refused(N_("A product takes at most %(most)d tags."), most=MOST_TAGS)
    return tuple(found.values())


@functools.lru_cache(maxsize=8192)
def email(cell: str) -> str:
    """An e-mail address that mail can be sent to."""
    return addresses.check(cell)


@functools.cache
def _countries() -> dict[str, str]:
    """Every spelling of every country in four languages → its code."""
    known: dict[str, str] = {}
    for code in LANGUAGES:
        for territory, name in Locale(code).territories.items():
            if len(territory) == 2 and territory.isalpha():
                known[plain(name)] = territory
                known[territory.casefold()] = territory
    return known


@functools.lru_cache(maxsize=512)
def country(cell: str) -> str:
    """A country's code, from the code or the name."""
    return _one_of(cell, _countries(), N_("“%(given)s” is not a country."))


@functools.cache
def _languages() -> dict[str, str]:
    spoken = {plain(Locale(inside).languages[code]): code for inside in LANGUAGES for code in LANGUAGES}
    return spoken | {code: code for code in LANGUAGES}


@functools.lru_cache(maxsize=512)
def language(cell: str) -> str:
    """One of the languages that pages and mails come in."""
    return _one_of(
        cell.strip()[:2] if "-" in cell or "_" in cell else cell,
        _languages(),
        N_("“%(given)s” is not a language that pages come in."),
    )


@functools.cache
def _time_zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@functools.lru_cache(maxsize=512)
def time_zone(cell: str) -> str:
    """A time zone such as Europe/Zurich."""
    found = _time_zones().get(text(cell).casefold())
    if found is None:
        raise Refused(N_("“%(given)s” is not a time zone such as Europe/Zurich."), given=text(cell))
    return found

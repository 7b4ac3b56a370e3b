"""Lists to choose from, named in the reader's language: countries, languages, time zones, currencies."""

from __future__ import annotations

import functools
import unicodedata
from importlib.resources import files

from babel import Locale
from babel.dates import get_timezone_location
from babel.numbers import get_currency_name, get_territory_currencies

from blueprints.ground.formats import language
from blueprints.ground.languages import LANGUAGES

Pairs = list[tuple[str, str]]

# What CLDR lists among the territories and no post office serves.
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AQ", "BV", "HM", "TF", "UM", "CP", "DG", "CQ"})


def countries() -> Pairs:
    """Codes and names of all countries, by name."""
    return list(_countries(language()))


def country_name(code: str) -> str:
    """The country's name, or the code where it is unknown."""
    return str(Locale.parse(language()).territories.get(code, code))


def languages() -> Pairs:
    """The languages that Intendant speaks, each in its own."""
    return list(LANGUAGES.items())


def time_zones() -> dict[str, Pairs]:
    """Time zones under their region, by the name of their city."""
    return {region: list(zones) for region, zones in _time_zones(language()).items()}


def currencies() -> Pairs:
    """Codes and names of the currencies in use."""
    return list(_currencies(language()))


@functools.cache
def zones_by_country() -> dict[str, str]:
    """The first time zone of each country, as the time zone database lists them."""
    found: dict[str, str] = {}
    for country, zone in _zone_lines():
        found.setdefault(country, zone)
    return found


@functools.cache
def zone_names() -> frozenset[str]:
    """Every time zone that can be chosen."""
    return frozenset({"UTC", *(zone for _country, zone in _zone_lines())})


def _zone_lines() -> Pairs:
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(part[0], part[2]) for part in parts]


def _in_first_letters(name: str) -> str:
    """Asgabat for Aşgabat: no page fetches the font of rare letters for a list that nobody has opened."""
    plain = (one if one <= "ÿ" or one in "Œœ’" else unicodedata.normalize("NFKD", one)[0] for one in name)
    return "".join(plain).replace("ł", "l")


def _by_name(pair: tuple[str, str]) -> str:
    """Sorts Österreich beside Oman, as people look for it."""
    return unicodedata.normalize("NFKD", pair[1]).encode("ascii", "ignore").decode().casefold()


@functools.cache
def _countries(code: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(code).territories.items()
    return tuple(
        sorted(((c, n) for c, n in names if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRY), key=_by_name)
    )


@functools.cache
def _time_zones(code: str) -> dict[str, tuple[tuple[str, str], ...]]:
    regions: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for zone in sorted(zone_names() - {"UTC"}):
        city = get_timezone_location(zone, locale=code, return_city=True).split("/")[-1]
        regions.setdefault(zone.split("/")[0], []).append((zone, _in_first_letters(city)))
    return {region: tuple(sorted(zones, key=_by_name)) for region, zones in regions.items()}


@functools.cache
def _currencies(code: str) -> tuple[tuple[str, str], ...]:
    used = {currency for country, _name in _countries("en") for currency in get_territory_currencies(country)}
    named = ((one, _in_first_letters(get_currency_name(one, locale=code))) for one in used)
    return tuple(sorted((one, f"{one} · {name}") for one, name in named))

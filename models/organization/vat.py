"""VAT numbers checked offline for form and checksum; the prefix must fit the country.

Greece's is EL. A company in Northern Ireland, whose address is in the United Kingdom, has a number of the EU that
begins with XI; a number of Great Britain can't be checked.
"""

from __future__ import annotations

import unicodedata

from stdnum.ch import uid
from stdnum.ch import vat as swiss_vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.no import mva
from stdnum.util import clean

from models.base import tidy
from models.errors import N_, Refused

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
PREFIXES = {"GR": "EL", "GB": "XI"}


def asked_of(kind: str, country: str) -> str | None:
    """Which number a form asks for: `uid` (Swiss company), `vat` (EU or Norwegian company), or None."""
    if kind == "individual":
        return None
    if country in ("CH", "LI"):
        return "uid"
    return "vat" if country in EU or country in ("NO", "XI", "GB") else None


def check(number: str, kind: str, country: str) -> str:
    """The number in its usual writing, or "" for none. Raises Refused (field `vat_number`) if it can't be right."""
    number = unicodedata.normalize("NFKC", tidy(number)).upper()
    if not number:
        return ""
    if kind == "individual":
        raise Refused(
            N_("An individual has no VAT number. Leave it empty, or choose another type."), field="vat_number"
        )
    try:
        return _read(number, country)
    except InvalidChecksum:
        raise Refused(N_("The last digit does not fit the others. Is one mistyped?"), field="vat_number") from None
    except ValidationError:
        raise Refused(N_("This is not written like a number of this country."), field="vat_number") from None


def _read(number: str, country: str) -> str:
    if country in ("CH", "LI"):
        return _read_swiss(number)
    if country == "NO":
        return f"NO {mva.validate(number)}"
    if country not in EU and country not in ("XI", "GB"):
        raise Refused(N_("Numbers of this country can't be checked. Leave it empty."), field="vat_number")
    return _read_european(number, PREFIXES.get(country, country))


def _read_european(number: str, prefix: str) -> str:
    """A number of the EU, with or without the letters of its country; those of Northern Ireland never without, as it
    would be one of Great Britain."""
    bare = clean(number, " ")
    given = bare[:2]
    if prefix == "XI" and given != prefix:
        raise Refused(
            N_("Only a number that begins with XI, of Northern Ireland, can be checked. Leave it empty otherwise."),
            field="vat_number",
        )
    if given.isalpha() and given != prefix:
        raise Refused(
            N_("The number begins with %(given)s, but the country's begin with %(prefix)s."),
            field="vat_number",
            given=given,
            prefix=prefix,
        )
    return str(eu_vat.validate(bare if given == prefix else prefix + bare))


def _read_swiss(number: str) -> str:
    """A UID, with MWST, TVA or IVA behind it where the company pays VAT."""
    bare = uid.compact(number)
    for suffix in ("MWST", "TVA", "IVA"):
        if bare.endswith(suffix):
            swiss_vat.validate(bare)
            return f"{uid.format(bare.removesuffix(suffix))} {suffix}"
    return str(uid.format(uid.validate(bare)))


def check_european(number: str) -> str:
    """A company's number of the EU, whose letters say its country; "" for none. Raises Refused as `check` does."""
    prefix = unicodedata.normalize("NFKC", tidy(number)).upper()[:2]
    country = next((known for known, other in PREFIXES.items() if other == prefix), prefix)
    if prefix and country not in EU and country != "GB":
        raise Refused(N_("Write a number of the EU, with the letters of its country."), field="vat_number")
    return check(number, "company", country)

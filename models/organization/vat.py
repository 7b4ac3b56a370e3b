"""VAT numbers checked offline for form and checksum; the prefix must fit the country (Greece's is EL)."""

from __future__ import annotations

from stdnum.ch import uid
from stdnum.ch import vat as swiss_vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.no import mva

from models.errors import N_, Refused

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
PREFIXES = {"GR": "EL"}


def asked_of(kind: str, country: str) -> str | None:
    """Which number a form asks for: `uid` (Swiss company), `vat` (EU or Norwegian company), or None."""
    if kind == "individual":
        return None
    if country in ("CH", "LI"):
        return "uid"
    return "vat" if country in EU or country in ("NO", "XI") else None


def check(number: str, kind: str, country: str) -> str:
    """The number in its usual writing, or "" for none. Raises Refused (field `vat_number`) if it can't be right."""
    number = number.strip().upper()
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
    prefix = PREFIXES.get(country, country)
    bare = eu_vat.compact(number)
    if country not in EU and country != "XI":
        raise Refused(N_("Numbers of this country can't be checked. Leave it empty."), field="vat_number")
    if bare[:2].isalpha() and bare[:2] != prefix:
        raise Refused(
            N_("The number begins with %(given)s, but the country's begin with %(prefix)s."),
            field="vat_number",
            given=bare[:2],
            prefix=prefix,
        )
    return str(eu_vat.validate(bare if bare.startswith(prefix) else prefix + bare))


def _read_swiss(number: str) -> str:
    """A UID, with MWST, TVA or IVA behind it where the company pays VAT."""
    bare = uid.compact(number)
    for suffix in ("MWST", "TVA", "IVA"):
        if bare.endswith(suffix):
            swiss_vat.validate(bare)
            return f"{uid.format(bare.removesuffix(suffix))} {suffix}"
    return str(uid.format(uid.validate(bare)))

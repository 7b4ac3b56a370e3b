"""What VIES is asked and what its answer means. Nothing here reaches the network or the database.

`valid: false` is a verdict only where no error stands beside it: the service says the same while it can't reach a
country's register, and an outage must never make a number wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from models.base import tidy
from models.organization import vat

VALID, INVALID, MALFORMED = "valid", "invalid", "malformed"
REQUESTER, BLOCKED, UNAVAILABLE = "requester", "blocked", "unavailable"
VERDICTS = (VALID, INVALID, MALFORMED)
"""Outcomes that say something about the number; the others say something about the service, or about us."""

_ERRORS = {
    "INVALID_INPUT": MALFORMED,
    "INVALID_REQUESTER_INFO": REQUESTER,
    "VAT_BLOCKED": BLOCKED,
    "IP_BLOCKED": BLOCKED,
}
"""Any other error means that there is no answer now: MS_UNAVAILABLE, TIMEOUT, GLOBAL_MAX_CONCURRENT_REQ and the like,
and those that don't exist yet."""

PREFIXES = tuple(sorted({vat.PREFIXES.get(country, country) for country in (*vat.EU, "GB")}))
"""How the numbers begin that VIES knows: those of the EU (Greece's with EL) and XI, Northern Ireland."""

MOST_RAW = 8000
MOST_NAME = 300
MOST_ADDRESS = 1000
UNDISCLOSED = "---"
"""What Germany and Spain, for example, give instead of a name."""


def split(number: str) -> tuple[str, str] | None:
    """Country and number as VIES takes them; None for a number that it does not know (Swiss, Norwegian, none)."""
    return (number[:2], number[2:]) if number[:2] in PREFIXES and number[2:].isalnum() else None


def body(number: str, requester: str) -> bytes:
    """The question as JSON. With the provider's own number as `requester` the answer has a consultation number."""
    country, digits = split(number) or ("", number)
    asked = {"countryCode": country, "vatNumber": digits}
    if own := split(requester):
        asked |= {"requesterMemberStateCode": own[0], "requesterNumber": own[1]}
    return json.dumps(asked).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question. `raw` is what the service sent, cut; `error` its code, or what became of the call."""

    outcome: str
    error: str = ""
    raw: str = ""
    consultation: str = ""
    name: str = ""
    address: str = ""

    @property
    def is_countrys(self) -> bool:
        """Whether only one country's register is away, so that others may be asked."""
        return self.outcome == UNAVAILABLE and self.error.startswith("MS_")


def unanswered(error: str) -> Answer:
    """Nothing came, or nothing that can be read."""
    return Answer(UNAVAILABLE, error[:200])


def read(number: str, status: int, sent: bytes) -> Answer:
    """What the service's answer to the question about this number means; never raises."""
    raw = sent.decode("utf-8", "replace").replace("\0", "")[:MOST_RAW]
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Answer(UNAVAILABLE, f"HTTP {status}, no JSON", raw)
    outcome, error = _verdict(found, number, status)
    if outcome != VALID:
        return Answer(outcome, error, raw)
    return Answer(
        outcome,
        error,
        raw,
        consultation=_text(found, "requestIdentifier", MOST_NAME),
        name=_text(found, "name", MOST_NAME),
        address=_text(found, "address", MOST_ADDRESS),
    )


def _verdict(found: dict[str, Any], number: str, status: int) -> tuple[str, str]:
    """Outcome and error. The service answers in two forms: with `valid` and `userError`, or with `errorWrappers`."""
    error = _error(found)
    if error not in ("", "VALID", "INVALID"):
        return _ERRORS.get(error, UNAVAILABLE), error
    valid = found.get("valid", found.get("isValid"))
    if status != 200 or not _is_about(found, number):
        return UNAVAILABLE, f"HTTP {status}, not about this number" if status == 200 else f"HTTP {status}"
    if valid is True and error != "INVALID":
        return VALID, ""
    if valid is False:
        return INVALID, ""
    return UNAVAILABLE, "no verdict"


def _error(found: dict[str, Any]) -> str:
    """The code of the error, or "" for none."""
    wrapped = found.get("errorWrappers")
    if isinstance(wrapped, list) and wrapped:
        code = wrapped[0].get("error") if isinstance(wrapped[0], dict) else None
        return tidy(str(code or "error"))[:100]
    if found.get("actionSucceed") is False:
        return "error"
    return tidy(str(found.get("userError") or ""))[:100]


def _is_about(found: dict[str, Any], number: str) -> bool:
    """Whether what the answer repeats of the question is the question: another's answer must confirm nothing."""
    repeated = found.get("countryCode"), found.get("vatNumber")
    return all(given in (None, "", asked) for given, asked in zip(repeated, split(number) or (), strict=False))


def _text(found: dict[str, Any], name: str, most: int) -> str:
    """A text of the answer, line by line; "" where the country discloses nothing."""
    given = found.get(name)
    if not isinstance(given, str) or given.strip() == UNDISCLOSED:
        return ""
    return "\n".join(line for line in map(tidy, given.splitlines()) if line)[:most]

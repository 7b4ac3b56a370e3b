"""Phone numbers: written by people for people, and dialled by none of our programs."""

from __future__ import annotations

import re

from models import limits
from models.base import tidy
from models.errors import N_, Refused

_WRITTEN = re.compile(r"\+?[\d ()./-]{4,}")


def check(number: str) -> str:
    """A typed number as it is kept. Raises Refused for what can't be dialled."""
    typed = tidy(number)
    if len(typed) > limits.PHONE:
        raise Refused(N_("At most %(most)d characters."), most=limits.PHONE)
    if not _WRITTEN.fullmatch(typed):
        raise Refused(N_("Digits, spaces and a leading + only."))
    return typed

"""Phone numbers: written by people for people, and dialled by none of our programs."""

from __future__ import annotations

from models import limits
from models.base import tidy
from models.errors import N_, Refused

LEAST_DIGITS = 3


def check(number: str) -> str:
    """A typed number as it is kept, perhaps with words beside it. Raises Refused for what can't be one."""
    typed = tidy(number)
    if len(typed) > limits.PHONE:
        raise Refused(N_("At most %(most)d characters."), most=limits.PHONE)
    if sum(letter.isdecimal() for letter in typed) < LEAST_DIGITS:
        raise Refused(N_("A phone number has digits."))
    return typed

"""Money: an integer of minor units with its currency. How many digits those units are is the currency's business."""

from __future__ import annotations

import functools
from decimal import Decimal

from babel.numbers import get_currency_precision


@functools.lru_cache(maxsize=256)
def digits(currency: str) -> int:
    """Digits behind the point: 2 for CHF, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def plain(minor: int, currency: str) -> str:
    """An amount with a point and no other mark: 1836.40, as sheets and forms have it."""
    return f"{major(minor, currency):f}"


def major(minor: int, currency: str) -> Decimal:
    """An amount in major units, exactly."""
    return Decimal(minor).scaleb(-digits(currency))

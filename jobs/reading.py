"""Dates, numbers and money as the recipient of a mail reads them: their language, their time zone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates, numbers

from models import money
from models.base import day, moment, now

PATTERNS = {"en": "d MMM y", "de": "d. MMM y", "fr": "d MMM y", "it": "d MMM y"}

zone: ContextVar[str] = ContextVar("zone", default="UTC")
"""The time zone of whoever reads the letter that is being written."""


def filters(language: str) -> dict[str, Callable[..., str]]:
    """The filters of the pages, for templates of mails in one language. Days may be ISO text, as in a context."""
    made: dict[str, Callable[..., str]] = {
        "date": lambda value: _date(day(value), language) if value else "–",
        "datetime": lambda value: _datetime(value, language),
        "time": lambda value: f"{_local(value):%H:%M}",
        "day": lambda value: dates.format_date(_local(value).date(), "full", locale=language),
        "ago": lambda value: dates.format_timedelta(
            (moment(value) or now()) - now(), add_direction=True, locale=language
        ),
        "money": lambda minor, currency: _money(minor, currency, language),
        "number": lambda value: numbers.format_decimal(value, locale=language),
    }
    return made | {"device_moment": made["datetime"]}


@functools.lru_cache(maxsize=4096)
def _date(value: date, language: str) -> str:
    return dates.format_date(value, PATTERNS.get(language[:2], "medium"), locale=language)


def _local(value: datetime | str) -> datetime:
    return (moment(value) or now()).astimezone(ZoneInfo(zone.get()))


def _datetime(value: datetime | str | None, language: str) -> str:
    if value is None:
        return "–"
    local = _local(value)
    return f"{_date(local.date(), language)}, {local:%H:%M}"


@functools.lru_cache(maxsize=4096)
def _money(minor: int | None, currency: str | None, language: str) -> str:
    if minor is None or currency is None:
        return "–"
    digits = money.digits(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    amount: Any = numbers.format_decimal(money.major(minor, currency), format=pattern, locale=language)
    return f"{currency} {amount}"

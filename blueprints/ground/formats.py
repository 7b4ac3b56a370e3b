"""Dates, numbers and money as the reader's locale and time zone have them; the costly parts are kept."""

from __future__ import annotations

import functools
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask import Flask, g, has_request_context
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from blueprints.ground.session import visitor
from models import money, settings
from models.base import moment, now
from models.runs import Report

PATTERNS = {"en": "d MMM y", "de": "d. MMM y", "fr": "d MMM y", "it": "d MMM y"}
SHORT, IN_WORDS, MONTH, SHORT_MONTH = "d MMM", "d MMMM", "LLLL", "LLL"
"""Parts of a date: 24 Nov, 24 November, November, Nov."""


def start(app: Flask) -> None:
    """Give templates the filters."""
    for name, made in {
        "date": show_date,
        "datetime": show_datetime,
        "time": show_time,
        "day": show_day,
        "money": show_money,
        "number": show_number,
        "ago": show_ago,
        "device_moment": show_datetime,
    }.items():
        app.jinja_env.filters[name] = made


def language() -> str:
    """The reader's language, as a code; found once per request."""
    if not has_request_context():
        return str(get_locale() or "en")
    found: str | None = g.get("language")
    if found is None:
        found = g.language = str(get_locale() or "en")
    return found


def time_zone() -> str:
    """The reader's time zone; the provider's for people who are not signed in."""
    found = visitor()
    return found.time_zone if found else settings.current().time_zone


@functools.lru_cache(maxsize=8192)
def format_number(value: int, locale: str) -> str:
    """1,234."""
    return numbers.format_decimal(value, locale=locale)


@functools.lru_cache(maxsize=8192)
def format_date(value: date, locale: str) -> str:
    """24 Nov 2026."""
    return dates.format_date(value, PATTERNS.get(locale[:2], "medium"), locale=locale)


@functools.lru_cache(maxsize=8192)
def format_part(value: date, pattern: str, locale: str) -> str:
    """A part of a date, as text begins with it: 24 Nov, November."""
    pattern = pattern.replace("d ", "d. ") if locale[:2] == "de" else pattern
    found = dates.format_date(value, pattern, locale=locale)
    return found[:1].upper() + found[1:]


@functools.lru_cache(maxsize=8192)
def format_money(minor: int, currency: str, locale: str) -> str:
    """An amount of minor units without its currency: 1,836.40."""
    digits = money.digits(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(money.major(minor, currency), format=pattern, locale=locale)


def show_date(value: date | None) -> str:
    """A calendar day."""
    return format_date(value, language()) if value else "–"


def show_part(value: date, pattern: str) -> str:
    """A part of a calendar day: SHORT, IN_WORDS, MONTH or SHORT_MONTH."""
    return format_part(value, pattern, language())


def _local(value: datetime | str) -> datetime:
    at = moment(value) or now()
    return at.astimezone(ZoneInfo(time_zone()))


def show_datetime(value: datetime | str | None) -> str:
    """24 Nov 2026, 09:14 in the reader's time zone."""
    if value is None:
        return "–"
    local = _local(value)
    return f"{format_date(local.date(), language())}, {local:%H:%M}"


def show_time(value: datetime | str) -> str:
    """09:14 in the reader's time zone."""
    return f"{_local(value):%H:%M}"


def show_day(value: datetime | str) -> str:
    """Today, Yesterday, or the day with its weekday."""
    local = _local(value).date()
    days = (now().astimezone(ZoneInfo(time_zone())).date() - local).days
    if days in (0, 1):
        return str(_("Today") if days == 0 else _("Yesterday"))
    return dates.format_date(local, "full", locale=language())


def show_ago(value: datetime | str | None) -> str:
    """How long ago, roughly: “5 minutes ago”."""
    if value is None:
        return str(_("never"))
    return dates.format_timedelta((moment(value) or now()) - now(), add_direction=True, locale=language())


def show_money(minor: int | None, currency: str | None = None) -> str:
    """An amount with its currency, or a dash."""
    if minor is None or currency is None:
        return "–"
    return f"{currency} {format_money(minor, currency, language())}"


def show_number(value: int) -> str:
    """1,234."""
    return format_number(value, language())


def told(report: Report) -> str:
    """What a job did, in one line."""
    return ", ".join(str(ngettext(*one) if one.plural else _(one.sentence)) for one in report)

"""Cells of the product list whose HTML is made once and kept: a page has hundreds of them."""

from __future__ import annotations

import functools
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from blueprints.ground import formats

SOON_DAYS, LATE_DAYS = 30, 7
YEAR = 12

STATE_ICONS = {"expired": "clock", "cancelled": "x"}


@functools.lru_cache(maxsize=256)
def icon(sprite: str, name: str, label: str = "", size: str = "") -> Markup:
    """One picture of the sprite."""
    kind = f" icon--{size}" if size else ""
    seen = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon{}" {}><use href="{}#{}"/></svg>').format(kind, seen, sprite, name)


def due(expires_on: date | None, today: date, renews: bool, state: str, language: str, sprite: str) -> Markup:
    """How it renews, when it ends, and how far away that is; of what is cancelled, the day alone."""
    if expires_on is None or state == "cancelled":
        day = formats.format_date(expires_on, language) if expires_on else "–"
        return Markup('<span class="due"><span class="due__date muted">{}</span></span>').format(day)
    return _due(expires_on, (expires_on - today).days, renews, language, sprite)


@functools.lru_cache(maxsize=8192)
def _due(expires_on: date, days: int, renews: bool, language: str, sprite: str) -> Markup:
    name, label = ("repeat", _("Renews by itself")) if renews else ("hand", _("Renew by hand"))
    level = urgency(days, renews)
    return Markup('<span class="due{}">{}<span class="due__date">{}</span><span class="sub">{}</span></span>').format(
        f" due--{level}" if level else "",
        icon(sprite, name, label, "s"),
        formats.format_date(expires_on, language),
        distance(days),
    )


def urgency(days: int, renews: bool) -> str:
    """`late` for what has ended or ends by hand within a week, `soon` within 30 days by hand, else nothing."""
    if days < 0 or (not renews and days <= LATE_DAYS):
        return "late"
    return "soon" if not renews and days <= SOON_DAYS else ""


def distance(days: int) -> str:
    """In 9 days, today, 2 days ago."""
    if days == 0:
        return str(_("today"))
    if days == 1:
        return str(_("tomorrow"))
    if days > 0:
        return str(ngettext("in %(num)d day", "in %(num)d days", days))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", -days))


@functools.lru_cache(maxsize=64)
def state(name: str, language: str, sprite: str) -> Markup:
    """Whether it runs; the normal case is quiet."""
    kind = " t-danger" if name == "expired" else ""
    picture = icon(sprite, STATE_ICONS[name], "", "s") if name in STATE_ICONS else ""
    return Markup('<span class="state{}">{}{}</span>').format(kind, picture, state_label(name))


def state_label(name: str) -> str:
    """The word for a state."""
    return str({"active": _("Active"), "expired": _("Expired"), "cancelled": _("Cancelled")}[name])


@functools.lru_cache(maxsize=256)
def category(name: str, icon_name: str, language: str, sprite: str) -> tuple[Markup, str]:
    """The picture and the word of a category."""
    return icon(sprite, icon_name), str(_(name))


@functools.lru_cache(maxsize=4096)
def price(minor: int | None, currency: str | None, period: int | None, language: str) -> Markup:
    """An amount with its currency, and its period before both where it isn't the usual year: a month · CHF 18.40."""
    if minor is None or currency is None:
        return Markup("–")
    amount = formats.format_money(minor, currency, language)
    each = "" if period == YEAR else Markup('<span class="sub each">{} </span>').format(period_words(period))
    return Markup('{}<span class="sub">{}</span> {}').format(each, currency, amount)


def period_words(months: int | None) -> str:
    """A year, 6 months, once."""
    if months is None:
        return str(_("once"))
    if months % 12 == 0:
        return str(_("a year") if months == 12 else ngettext("%(num)d year", "%(num)d years", months // 12))
    return str(_("a month") if months == 1 else ngettext("%(num)d month", "%(num)d months", months))

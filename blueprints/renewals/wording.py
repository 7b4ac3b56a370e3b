"""What is told of renewals, in words: the same on every page that says what a mail says and why."""

from __future__ import annotations

import functools
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground import formats
from models.errors import NN_
from models.renewals.course import Reason
from models.renewals.notices import EXPIRED, REMINDER, RENEWAL
from models.renewals.preview import Mail
from models.renewals.series import Part

WEEKDAY = "EEE"
WHAT = "%(what)s"


class Line(NamedTuple):
    """One mail of the preview: its day, what it says first, what else, and why; `more` is all that it says."""

    day: date
    short_day: str
    weekday: str
    title: str
    why: str
    to: str
    number: int
    more: list[tuple[str, str]]


def line(mail: Mail) -> Line:
    """A mail as the preview shows it."""
    language = formats.language()
    first, *others = [
        (what(part, mail.name(part), mail.day, language), why(part.reason, language)) for part in mail.parts
    ]
    return Line(
        mail.day,
        formats.show_part(mail.day, formats.SHORT),
        formats.show_part(mail.day, WEEKDAY),
        first[0],
        first[1],
        ", ".join(mail.to),
        mail.number,
        others,
    )


def what(part: Part, name: str, day: date, language: str) -> str:
    """What is told on a day, as in “quillmark.example expires tomorrow”, “3 products renew in 14 days”."""
    days = (part.expires_on - day).days if part.expires_on else None
    if part.number == 1:
        return _sentence(part.reason.kind, part.reason.lead, days, 1, language) % {"what": name}
    shown = _products(part.number, language)
    return _sentence(part.reason.kind, part.reason.lead, days, 2, language) % {"what": shown}


@functools.lru_cache(maxsize=4096)
def _products(number: int, language: str) -> str:
    shown = formats.format_number(number, language)
    return str(ngettext("%(shown)s product", "%(shown)s products", number, shown=shown))


# A page has dozens of these, of few kinds; looking a text up costs more than all the rest of a line.
@functools.lru_cache(maxsize=4096)
def _sentence(kind: str, lead: int, days: int | None, number: int, language: str) -> str:
    """The sentence for one or several products, which `%(what)s` stands for."""
    if kind == EXPIRED:
        return str(ngettext("%(what)s expired", "%(what)s expired", number, what=WHAT))
    today, tomorrow, within, ahead = _SENTENCES[kind]
    one, many = {0: today, 1: tomorrow, None: within}.get(days, ahead)
    return str(ngettext(one, many, number, what=WHAT, days=lead if days is None else days))


_SENTENCES = {
    REMINDER: (
        NN_("%(what)s expires today", "%(what)s expire today"),
        NN_("%(what)s expires tomorrow", "%(what)s expire tomorrow"),
        NN_("%(what)s expires within %(days)s days", "%(what)s expire within %(days)s days"),
        NN_("%(what)s expires in %(days)s days", "%(what)s expire in %(days)s days"),
    ),
    RENEWAL: (
        NN_("%(what)s renews today", "%(what)s renew today"),
        NN_("%(what)s renews tomorrow", "%(what)s renew tomorrow"),
        NN_("%(what)s renews within %(days)s days", "%(what)s renew within %(days)s days"),
        NN_("%(what)s renews in %(days)s days", "%(what)s renew in %(days)s days"),
    ),
}
"""Today, tomorrow, within so many days (where deadlines differ), in so many days."""


@functools.lru_cache(maxsize=256)
def why(reason: Reason, language: str) -> str:
    """Because of which choice it is told, in the reader's language."""
    if reason.kind == EXPIRED:
        return str(_("Told once, when a deadline has passed."))
    if reason.kind == RENEWAL:
        return str(_("You chose a reminder before automatic renewals."))
    if reason.lead == 0:
        return str(_("You chose the day of the deadline."))
    one, many = NN_("You chose %(num)d day before the deadline.", "You chose %(num)d days before the deadline.")
    if reason.late:
        one, many = NN_(
            "You chose %(num)d day before the deadline, and that day has passed.",
            "You chose %(num)d days before the deadline, and that day has passed.",
        )
    return str(ngettext(one, many, reason.lead))


def told_of_it(reason: Reason, expires_on: date | None, day: date) -> str:
    """What is told of one product on a day: 7 days before the deadline, late where that has passed."""
    if not reason.late or expires_on is None or reason.kind == EXPIRED:
        return lead(reason.kind, reason.lead)
    days = (expires_on - day).days
    return str(
        ngettext(
            "%(told)s, late: %(num)d day is left",
            "%(told)s, late: %(num)d days are left",
            days,
            told=lead(reason.kind, reason.lead),
        )
    )


def lead(kind: str, days: int) -> str:
    """What was told, in few words: 30 days before, on the day, expired."""
    if kind == EXPIRED:
        return str(_("It has expired"))
    if days == 0:
        return str(_("On the day"))
    if kind == RENEWAL:
        return str(ngettext("%(num)d day before it renews", "%(num)d days before it renews", days))
    return str(ngettext("%(num)d day before the deadline", "%(num)d days before the deadline", days))

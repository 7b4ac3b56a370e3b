"""What is told of renewals, in words: the same on every page that says what a mail says and why."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground import formats
from models.renewals.course import Reason
from models.renewals.notices import EXPIRED, RENEWAL
from models.renewals.preview import Mail
from models.renewals.series import Part

WEEKDAY = "EEE"


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
    first, *others = [(what(part, mail.name(part), mail.day), why(part.reason)) for part in mail.parts]
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


def what(part: Part, name: str, day: date) -> str:
    """What is told on a day, as in “quillmark.example expires tomorrow”, “3 products renew in 14 days”."""
    number = part.number
    shown = name if number == 1 else ngettext("%(shown)s product", "%(shown)s products", number, shown=_count(number))
    if part.reason.kind == EXPIRED:
        return str(ngettext("%(what)s expired", "%(what)s expired", number, what=shown))
    days = (part.expires_on - day).days if part.expires_on else None
    renews = part.reason.kind == RENEWAL
    return (_renews if renews else _expires)(number, shown, part.reason.lead, days)


def _count(number: int) -> str:
    return formats.show_number(number)


def _expires(number: int, shown: str, lead: int, days: int | None) -> str:
    if days == 0:
        return str(ngettext("%(what)s expires today", "%(what)s expire today", number, what=shown))
    if days == 1:
        return str(ngettext("%(what)s expires tomorrow", "%(what)s expire tomorrow", number, what=shown))
    if days is None:
        text = ngettext("%(what)s expires within %(days)s days", "%(what)s expire within %(days)s days", number,
                        what=shown, days=lead)  # fmt: skip
    else:
        text = ngettext("%(what)s expires in %(days)s days", "%(what)s expire in %(days)s days", number,
                        what=shown, days=days)  # fmt: skip
    return str(text)


def _renews(number: int, shown: str, lead: int, days: int | None) -> str:
    if days == 0:
        return str(ngettext("%(what)s renews today", "%(what)s renew today", number, what=shown))
    if days == 1:
        return str(ngettext("%(what)s renews tomorrow", "%(what)s renew tomorrow", number, what=shown))
    if days is None:
        text = ngettext("%(what)s renews within %(days)s days", "%(what)s renew within %(days)s days", number,
                        what=shown, days=lead)  # fmt: skip
    else:
        text = ngettext("%(what)s renews in %(days)s days", "%(what)s renew in %(days)s days", number,
                        what=shown, days=days)  # fmt: skip
    return str(text)


def why(reason: Reason) -> str:
    """Because of which choice it is told."""
    if reason.kind == EXPIRED:
        return str(_("Told once, when a deadline has passed."))
    if reason.kind == RENEWAL:
        return str(_("You chose a reminder before automatic renewals."))
    if reason.lead == 0:
        return str(_("You chose the day of the deadline."))
    if reason.late:
        return str(
            ngettext(
                "You chose %(num)d day before the deadline, and that day has passed.",
                "You chose %(num)d days before the deadline, and that day has passed.",
                reason.lead,
            )
        )
    return str(
        ngettext(
            "You chose %(num)d day before the deadline.", "You chose %(num)d days before the deadline.", reason.lead
        )
    )


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

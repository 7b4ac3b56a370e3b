"""The timeline in words: what is written in the drawing, and the sentences that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground import formats
from models.renewals.timeline import CAP, Day, Month, Named, Timeline

LATE = 7
"""So many days before the end, what nobody renews is late."""


def title(timeline: Timeline) -> str:
    """Renewals, 22 Nov 2026 to 21 Jan 2027."""
    return str(
        _(
            "Renewals, %(first)s to %(last)s",
            first=formats.show_date(timeline.here),
            last=formats.show_date(timeline.until),
        )
    )


def sentences(timeline: Timeline) -> str:
    """What the drawing shows."""
    if not timeline.alone + timeline.by_hand:
        return str(_("Nothing renews before %(day)s.", day=formats.show_date(timeline.until)))
    return " ".join([*_of_alone(timeline), *_of_months(timeline), *_of_hands(timeline)])


def _of_alone(timeline: Timeline) -> list[str]:
    if not timeline.alone:
        return []
    most = max(one.alone for one in timeline.days)
    peaks = [one.on for one in timeline.days if one.alone == most]
    number = counted(timeline.alone, timeline)
    if most == 1 or len(peaks) > 1:
        return [
            ngettext(
                "%(number)s product renews by itself.",
                "%(number)s products renew by themselves.",
                timeline.alone,
                number=number,
            )
        ]
    return [
        ngettext(
            "%(number)s product renews by itself, most on %(day)s.",
            "%(number)s products renew by themselves, most on %(day)s.",
            timeline.alone,
            number=number,
            day=_in_words(peaks[0]),
        )
    ]


def _of_months(timeline: Timeline) -> list[str]:
    return [
        f"{formats.show_part(month.first, formats.MONTH)}: {_figure(month, timeline, month.sums)}."
        for month in timeline.months
        if month.alone
    ]


def _of_hands(timeline: Timeline) -> list[str]:
    """Who needs somebody, by day and name; the rest as a number."""
    if not timeline.by_hand:
        return []
    said = [
        _("%(name)s on %(day)s", name=one.name, day=_in_words(one.on)) for one in timeline.named if one.days_left >= 0
    ]
    if rest := timeline.by_hand - len(said):
        said.append(more(rest, timeline))
    first = ngettext(
        "%(number)s has to be renewed by hand:",
        "%(number)s have to be renewed by hand:",
        timeline.by_hand,
        number=counted(timeline.by_hand, timeline),
    )
    return [f"{first} {', '.join(said)}."]


def counted(number: int, timeline: Timeline) -> str:
    """A number of products, or more than it where not all were counted."""
    shown = formats.show_number(number)
    return str(_("more than %(num)s", num=shown)) if timeline.capped and number > CAP else shown


def figures(month: Month, timeline: Timeline) -> list[str]:
    """What may stand under a month's name, the fullest first: “44 · CHF 1,836.40 + EUR 20.00”."""
    if not month.alone:
        return []
    number = counted(month.alone, timeline)
    plain = [_figure(month, timeline, ()), number]
    if not month.sums:
        return plain
    fewer = [f"{_figure(month, timeline, month.sums[:1])} + …"] if len(month.sums) > 1 else []
    return [_figure(month, timeline, month.sums), *fewer, *plain]


def _figure(month: Month, timeline: Timeline, sums: Sequence[tuple[str, int]]) -> str:
    number = counted(month.alone, timeline)
    if not sums:
        return str(ngettext("%(number)s product", "%(number)s products", month.alone, number=number))
    return f"{number} · {' + '.join(formats.show_money(minor, currency) for currency, minor in sums)}"


def short(on: date) -> str:
    """24 Nov."""
    return formats.show_part(on, formats.SHORT)


def _in_words(on: date) -> str:
    return formats.show_part(on, formats.IN_WORDS)


def reason(days_left: int) -> str:
    """Why a product stands below the line: “by hand”, and near the end how long there is."""
    if days_left > LATE:
        return str(_("by hand"))
    if days_left == 0:
        return str(_("expires today"))
    if days_left == 1:
        return str(_("expires tomorrow"))
    return str(ngettext("expires in %(num)d day", "expires in %(num)d days", days_left))


def more(number: int, timeline: Timeline) -> str:
    """What is by hand beyond what is named."""
    if timeline.capped:
        return str(_("more by hand"))
    return str(
        ngettext("+%(number)s more by hand", "+%(number)s more by hand", number, number=formats.show_number(number))
    )


def others(one: Day) -> str:
    """“+2” for what is by hand on the day beside the first."""
    if one.by_hand < 2:
        return ""
    return f"{CAP}+" if one.by_hand >= CAP else f"+{formats.show_number(one.by_hand - 1)}"


def is_late(product: Named) -> bool:
    """Whether it is time to act."""
    return product.days_left <= LATE

"""Journal entries as people read them: who, for whom, did what to which thing."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from blueprints.ground import formats
from blueprints.organization.acts import ACTS, FIELDS, UNKNOWN
from blueprints.organization.people import role_labels
from models.errors import NN_
from models.journal import Entry
from models.products import categories

SHORT = 80
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TOLD_BY_SENTENCE = frozenset({"member.role_changed", "tag.renamed", "tag.recoloured"})
"""Acts whose sentence says already what changed."""


class Line(NamedTuple):
    """One entry to be shown: time and machine time, the sentence, and (field, old, new) of what changed."""

    time: str
    machine_time: str
    sentence: Markup
    changes: list[tuple[str, str, str]]


def days(entries: list[Entry]) -> list[tuple[str, list[Line]]]:
    """Entries under the heading of their day, in the reader's time zone."""
    return [
        (day, [line(entry) for entry in entries_of_day])
        for day, entries_of_day in groupby(entries, key=lambda entry: formats.show_day(entry.at))
    ]


def line(entry: Entry) -> Line:
    """One entry."""
    return Line(formats.show_time(entry.at), entry.at.isoformat(timespec="seconds"), sentence(entry), changes(entry))


def label(act: str) -> str:
    """An act in a few words."""
    return str(_(ACTS.get(act, UNKNOWN).label))


def labels(acts: list[str]) -> list[tuple[str, str]]:
    """Acts with their labels, by label."""
    return sorted(((act, label(act)) for act in acts), key=lambda pair: pair[1].casefold())


def sentence(entry: Entry) -> Markup:
    """The sentence with its names in bold. All values are escaped."""
    bold = {"who", "what", "tag", "into"}
    values = _values(entry)
    values.update({name: Markup("<b>{}</b>").format(values[name]) for name in bold & values.keys()})
    if entry.behalf:
        values["who"] = Markup(_("%(person)s, for %(behalf)s,")) % {  # noqa: S704  our own sentence; values are escaped
            "person": values["who"],
            "behalf": _(entry.behalf),
        }
    return Markup(_template(entry)) % values  # noqa: S704  our own sentence; values are escaped


def plain(entry: Entry) -> str:
    """The sentence as text, for sheets."""
    return _template(entry) % _values(entry)


def changes(entry: Entry, *, whole: bool = False) -> list[tuple[str, str, str]]:
    """What changed: field, old and new value; long ones are cut for a page, and `whole` for a sheet."""
    if entry.act in TOLD_BY_SENTENCE:
        return []
    found = entry.details.get("changes") or {}
    cut = str if whole else _cut
    return [(_(FIELDS.get(f, f)), cut(_shown(f, old)), cut(_shown(f, new))) for f, (old, new) in found.items()]


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT] + "…"


def _template(entry: Entry) -> str:
    act, count = ACTS.get(entry.act, UNKNOWN), entry.details.get("count")
    if act.many and isinstance(count, int):
        return str(ngettext(act.sentence, act.many, count, **_keep(act.sentence + act.many)))
    return str(_(act.sentence))


def _keep(text: str) -> dict[str, str]:
    """Placeholders that stand for themselves, so that a translation comes back unfilled."""
    return {name: f"%({name})s" for name in PLACEHOLDER.findall(text)}


class _Values(dict[str, Any]):
    """Details of an entry; one that an old entry lacks is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _values(entry: Entry) -> dict[str, Any]:
    details, labels_of = dict(entry.details), role_labels()
    values = _Values(who=entry.actor, what=entry.subject or "–")
    values.update({name: value for name, value in details.items() if isinstance(value, str | int)})
    if "role" in details:
        values["role"] = labels_of.get(details["role"], details["role"])
    if isinstance(details.get("count"), int):
        values["count"] = formats.show_number(details["count"])
    if "on" in details:
        values["on"] = _("on") if details["on"] else _("off")
    for pair in (details.get("changes") or {}).values():
        values["old"], values["new"] = (labels_of.get(value, value) for value in pair)
    if entry.act == "member.access_changed":
        values["given"] = _given(details)
    return values


def _given(details: dict[str, Any]) -> str:
    """3 products more, 1 category less."""
    parts = []
    for name, one, many in (
        ("products", *NN_("%(num)d product", "%(num)d products")),
        ("categories", *NN_("%(num)d category", "%(num)d categories")),
    ):
        more, less = details.get(name, (0, 0))
        parts += [_("%(things)s more", things=ngettext(one, many, more))] if more else []
        parts += [_("%(things)s less", things=ngettext(one, many, less))] if less else []
    return ", ".join(parts)


def _shown(field: str, value: Any) -> str:
    """A kept value in the reader's words."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field == "role":
        return role_labels().get(str(value), str(value))
    if field == "category_id":
        return str(_(categories.known().get(value, (str(value), ""))[0]))
    if field in ("expires_on", "snoozed_until"):
        return formats.show_date(date.fromisoformat(str(value)))
    return str(value)

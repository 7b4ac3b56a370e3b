"""Rows of a preview as people read them: the verdict in a word, what is set or changes, the reason of a refusal."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _

from blueprints.ground import formats
from blueprints.ground.choices import country_name
from blueprints.ground.languages import LANGUAGES
from blueprints.organization.people import role_labels
from models.errors import N_
from models.organization.organizations import KINDS
from models.products import categories
from models.products.importing.imports import Import
from models.products.importing.plans import NEW, Line

VERDICT_LABELS = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "refused": N_("Refused"),
}
NOTHING: tuple[Any, ...] = (None, "", [])
LONGEST = 120
"""Letters of a value that is shown; notes may have more."""

STATE_LABELS = {"active": N_("Active"), "expired": N_("Expired"), "cancelled": N_("Cancelled")}


class Shown(NamedTuple):
    """One row: line, verdict, name, organization, (field, value) of what is new, (field, old, new) of what changes,
    reason."""

    number: int
    verdict: str
    name: str
    organization: str
    given: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]
    reason: str


def verdicts() -> dict[str, str]:
    """The words for the verdicts."""
    return {name: _(label) for name, label in VERDICT_LABELS.items()}


def shown(one: Import, line: Line) -> Shown:
    """A row in the reader's language."""
    fields = one.of.fields
    changes = [(_(fields.get(n, n)), value(n, pair[0]), value(n, pair[1])) for n, pair in line.changes.items()]
    reason = _(line.reason, **line.values) if line.reason else ""
    return Shown(line.number, line.verdict, line.name, line.organization, _given(one, line), changes, reason)


def _given(one: Import, line: Line) -> list[tuple[str, str]]:
    """What a new row sets, in the order of the kind's fields; what stays empty is left out."""
    if line.verdict != NEW:
        return []
    found = one.of.given(line)
    kept = [(label, name, found[name]) for name, label in one.of.fields.items() if name in found]
    return [(_(label), _short(value(name, what))) for label, name, what in kept if what not in NOTHING]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def value(field: str, kept: Any) -> str:
    """A value as it is read; nothing is a dash."""
    if kept in NOTHING:
        return "–"
    if field == "price":
        return formats.show_money(kept[0], kept[1])
    if isinstance(kept, bool):
        return str(_("yes") if kept else _("no"))
    if isinstance(kept, list):
        return ", ".join(kept)
    if field == "expires_on":
        return formats.show_date(date.fromisoformat(kept))
    if field == "country":
        return country_name(kept)
    if field == "category":
        return str(_(categories.known()[kept][0]))
    known = {"state": STATE_LABELS, "kind": KINDS, "role": role_labels(), "language": LANGUAGES}.get(field, {})
    return str(_(known[kept])) if kept in known else str(kept)

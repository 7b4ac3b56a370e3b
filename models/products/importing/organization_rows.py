"""Rows of a list of organizations compared with those that are there, and written."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from models import journal, limits
from models.base import fold, marks, now, rows, writing
from models.errors import N_, Refused
from models.organization import vat
from models.organization.organizations import DETAILS, Organization, make_slug
from models.products.importing import cells, entries
from models.products.importing.plans import (
    CHANGED,
    NEW,
    UNCHANGED,
    Applied,
    Entry,
    Line,
    Mapping,
    Options,
    Reader,
    Tell,
    Writing,
    chunks,
    judge,
    read_rows,
    refuse,
)
from models.products.importing.sheets import Sheet
from models.products.importing.words import ORGANIZATION_KINDS

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*$")
LONGEST_SLUG = 48
FORBIDDEN_SLUG = "new"


def slug(cell: str) -> str:
    """A short name as it stands in addresses."""
    given = cells.text(cell)
    if not _SLUG.match(given.lower()) or len(given) > LONGEST_SLUG or given.lower() == FORBIDDEN_SLUG:
        raise Refused(
            N_("“%(given)s” is not a short name: letters, digits and hyphens, at most %(most)d."),
            given=given,
            most=LONGEST_SLUG,
        )
    return given.lower()


READERS: dict[str, Reader] = {
    "slug": slug,
    "name": cells.text,
    "kind": functools.partial(cells.word, ORGANIZATION_KINDS, N_("“%(given)s” is not a type of organization.")),
    "country": cells.country,
    "street": cells.text,
    "postcode": functools.partial(cells.text, longest=limits.POSTCODE),
    "city": functools.partial(cells.text, longest=limits.CITY),
    "vat_number": functools.partial(cells.text, longest=limits.VAT_NUMBER),
    "language": cells.language,
    "time_zone": cells.time_zone,
    "billing_email": cells.email,
}
NUMBERED = ("vat_number", "kind", "country")
"""What a VAT number must fit: if one of them changes, it is checked anew."""

CLEARS: dict[str, Any] = dict.fromkeys(("street", "postcode", "city", "vat_number", "billing_email"), "")


class There:
    """The organizations that the file means, by slug and by name."""

    def __init__(self, read: list[Entry]) -> None:
        self.by_slug: dict[str, Organization] = {}
        self.by_name: dict[str, list[Organization]] = {}
        self.taken = {entry.values["slug"] for entry in read if "slug" in entry.values}
        for part in chunks(read):
            slugs = [entry.values.get("slug", "") for entry in part]
            names = [fold(entry.values.get("name", "")) for entry in part]
            for one in Organization.select().where(Organization.slug.in_(slugs) | Organization.name_key.in_(names)):
                self.by_slug[one.slug] = one
                self.by_name.setdefault(one.name_key, []).append(one)

    def find(self, values: dict[str, Any]) -> Organization | None:
        """The one that a row means: by its slug where it has one, else by its name."""
        if "slug" in values:
            return self.by_slug.get(values["slug"])
        same = self.by_name.get(fold(values["name"]), [])
        if len(same) > 1:
            raise Refused(
                N_("Several organizations are called “%(name)s”. Write the short name of one."), name=values["name"]
            )
        return same[0] if same else None

    def new_slug(self, values: dict[str, Any]) -> str:
        """The slug of a new organization: its own, or one that neither the other rows nor the database have."""
        free: str = values.get("slug") or make_slug(values["name"], taken=self.taken)
        self.taken.add(free)
        return free


def compare(sheet: Sheet, mapping: Mapping, options: Options, tell: Tell) -> list[Line]:
    """What every row would do. Writes nothing."""
    rows_read = read_rows(sheet, mapping, READERS, CLEARS, "name")
    return judge(rows_read, lambda found: functools.partial(_line, there=There(found), seen={}, options=options), tell)


def _line(entry: Entry, there: There, seen: dict[str, int], options: Options) -> Line:
    values = entry.values
    try:
        if not values.get("name"):
            raise Refused(N_("The row has no name."))
        known = there.find(values)
        key = known.slug if known else values.get("slug") or fold(values["name"])
        if key in seen:
            raise Refused(N_("Line %(line)d is about the same organization."), line=seen[key])
        line = _changed(entry, known) if known else _new(entry, there, options)
    except Refused as fault:
        return refuse(entry.number, values.get("name", ""), fault)
    seen[key] = entry.number
    return line


def _new(entry: Entry, there: There, options: Options) -> Line:
    details: dict[str, Any] = {
        "kind": "company",
        "country": options.country,
        "language": options.language,
        "time_zone": options.time_zone,
    } | entry.values
    if details.get("vat_number"):
        details["vat_number"] = vat.check(details["vat_number"], details["kind"], details["country"])
    details["slug"] = there.new_slug(details)
    return Line(entry.number, NEW, details["name"], None, details["slug"], record={"details": details})


def _changed(entry: Entry, known: Organization) -> Line:
    wanted = {name: value for name, value in entry.values.items() if name in DETAILS}
    whole = {name: wanted.get(name, getattr(known, name)) for name in NUMBERED}
    if any(value != getattr(known, name) for name, value in whole.items()):
        wanted["vat_number"] = vat.check(whole["vat_number"], whole["kind"], whole["country"])
    changes = {n: [getattr(known, n), v] for n, v in wanted.items() if getattr(known, n) != v}
    record = {"id": known.id, "version": known.version} if changes else {}
    verdict = CHANGED if changes else UNCHANGED
    return Line(entry.number, verdict, entry.values["name"], known.id, known.slug, changes, record=record)


def given(line: Line) -> dict[str, Any]:
    """What a new organization would have beside its name."""
    return {name: value for name, value in line.record["details"].items() if name != "name"}


def prepare(lines: Sequence[Line], by: journal.Actor, source: str) -> Writing:
    """Make ready what new and changed organizations take; `source` is the file's name for the journal."""
    new = [line for line in lines if line.verdict == NEW]
    changed = [line for line in lines if line.verdict == CHANGED]
    made = [
        {**line.record["details"], "name_key": fold(line.record["details"]["name"]), "created_at": now()}
        for line in new
    ]
    return functools.partial(_write, new, changed, made, by, source)


@writing
def _write(new: list[Line], changed: list[Line], made: list[dict[str, Any]], by: journal.Actor, source: str) -> Applied:
    """One that somebody changed meanwhile, or whose short name was taken, is left and told as skipped."""
    there = _insert(made)
    applied = Applied(new=len(there))
    applied.skipped = [line.number for line in new if line.record["details"]["slug"] not in there]
    for line in changed:
        _update(line, by, applied)
    about = [("organization", number, name) for number, name in there.values()]
    entries.record_all(by, [("organization.imported", one[1], one, {"file": source}) for one in about])
    applied.skipped.sort()
    return applied


def _insert(made: list[dict[str, Any]]) -> dict[str, tuple[int, str]]:
    """Write new organizations; those that are there now because of it, by slug."""
    slugs = [row["slug"] for row in made]
    before = {r[0] for part in chunks(slugs) for r in rows(_IDS.format(marks(part)), part)}
    whole = [{**dict.fromkeys(DETAILS, ""), **row, "city_key": fold(row.get("city", ""))} for row in made]
    for part in chunks(whole):
        Organization.insert_many(part).on_conflict_ignore().execute()
    return {
        found: (number, name)
        for part in chunks(slugs)
        for number, found, name in rows(_IDS.format(marks(part)), part)
        if number not in before
    }


_IDS = "SELECT id, slug, name FROM organization WHERE slug IN ({})"


def _update(line: Line, by: journal.Actor, applied: Applied) -> None:
    values = {name: after for name, (_before, after) in line.changes.items()}
    if "name" in values:
        values["name_key"] = fold(values["name"])
    if "city" in values:
        values["city_key"] = fold(values["city"])
    changed = (
        Organization.update(**values, version=Organization.version + 1)
        .where(Organization.id == line.record["id"], Organization.version == line.record["version"])
        .execute()
    )
    if not changed:
        applied.skipped.append(line.number)
        return
    applied.changed += 1
    about = ("organization", line.record["id"], line.name)
    journal.record("organization.changed", by=by, organization=line.record["id"], about=about, changes=line.changes)

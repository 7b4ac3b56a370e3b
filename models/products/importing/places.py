"""Which organization a row means: by its slug, else by its exact name where only one has it. Also that of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.base import fold, marks, row, rows
from models.errors import N_, Refused
from models.products.importing.plans import chunks

NO_ORGANIZATION = N_("There is no organization “%(name)s”.")
NO_CATEGORY = N_("There is no category “%(name)s”.")


@dataclass(slots=True)
class Places:
    """The organizations that a file names, found in a few queries."""

    by_slug: dict[str, tuple[int, str]] = field(default_factory=dict)
    by_name: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    by_id: dict[int, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[str], default: int | None) -> Places:
        """Look up every name once, and the organization for rows that name none."""
        places = cls()
        names = list({name for name in named if name})
        for part in chunks(names):
            slugs, keys = [name.lower() for name in part], [fold(name) for name in part]
            places._add(f"slug IN ({marks(slugs)}) OR name_key IN ({marks(keys)})", [*slugs, *keys])
        if default is not None:
            places._add("id = ?", [default])
        return places

    def _add(self, where: str, params: list[object]) -> None:
        for number, slug, name, key in rows(f"SELECT id, slug, name, name_key FROM organization WHERE {where}", params):
            if number not in self.by_id:
                self.by_id[number] = self.by_slug[slug] = (number, name)
                self.by_name.setdefault(key, []).append((number, name))

    def find(self, named: str | None, default: int | None) -> tuple[int, str]:
        """The id and the name of the organization that a row means. Raises Refused if it can't be told."""
        if not named:
            if default is None:
                raise Refused(N_("The row names no organization."))
            return self.by_id[default]
        if named.lower() in self.by_slug:
            return self.by_slug[named.lower()]
        same = self.by_name.get(fold(named), [])
        if not same:
            raise Refused(NO_ORGANIZATION, name=named)
        if len(same) > 1:
            raise Refused(N_("Several organizations are called “%(name)s”. Write the short name of one."), name=named)
        return same[0]


def organization(named: str) -> int | None:
    """The id of the organization that is meant for a whole file, found as that of a row is; None where none is named.

    Raises Refused (field `organization`) if it can't be told.
    """
    if not named:
        return None
    try:
        return Places.of([named], None).find(named, None)[0]
    except Refused as fault:
        fault.field = "organization"
        raise


def category(key: str) -> int | None:
    """The id of the category of this key, None where none is named. Raises Refused if there is none."""
    if not key:
        return None
    found = row("SELECT id FROM category WHERE key = ?", (key,))
    if found is None:
        raise Refused(NO_CATEGORY, field="category", name=key)
    return int(found[0])


SPELLED = """SELECT CASE WHEN EXISTS (
  SELECT 1 FROM organization x WHERE x.id <> o.id AND (x.name_key = o.name_key OR x.slug = o.name_key)
) THEN o.slug ELSE o.name END, o.slug, o.name FROM organization o"""
"""How an organization is written so that `organization` finds it: its name if that is enough, else its short name."""


def spelled(organization_id: int | None) -> str:
    """How `organization` finds the one with this id again; "" for none."""
    found = row(f"{SPELLED} WHERE o.id = ?", (organization_id,))
    return str(found[0]) if found else ""

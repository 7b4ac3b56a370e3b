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


def organization(slug: str) -> int | None:
    """The id of the organization of this short name, None where none is named. Raises Refused if there is none."""
    return _id("organization", "SELECT id FROM organization WHERE slug = ?", slug, NO_ORGANIZATION)


def category(key: str) -> int | None:
    """The id of the category of this key, None where none is named. Raises Refused if there is none."""
    return _id("category", "SELECT id FROM category WHERE key = ?", key, NO_CATEGORY)


def _id(field: str, sql: str, name: str, sentence: str) -> int | None:
    if not name:
        return None
    found = row(sql, (name,))
    if found is None:
        raise Refused(sentence, field=field, name=name)
    return int(found[0])


def slug(organization_id: int | None) -> str:
    """The short name of an organization; "" for none."""
    found = row("SELECT slug FROM organization WHERE id = ?", (organization_id,))
    return str(found[0]) if found else ""

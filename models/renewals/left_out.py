"""What an organization leaves out: no mail on renewals tells of products of these categories or with these tags."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peewee import CompositeKey, IntegerField

from models.base import Model, marks, rows
from models.errors import N_, Refused
from models.organization.acting import Acting
from models.products.products import Category
from models.products.tags import Tag
from models.renewals import preferences
from models.renewals.preferences import Preference

MOST_TAGS = 50
"""So many are chosen from one list."""


class LeftOutCategory(Model):
    """One category that an organization leaves out."""

    organization_id = IntegerField()
    category_id = IntegerField()

    class Meta:
        table_name = "renewal_left_out_category"
        primary_key = CompositeKey("organization_id", "category_id")


class LeftOutTag(Model):
    """One tag of an organization that it leaves out."""

    organization_id = IntegerField()
    tag_id = IntegerField()

    class Meta:
        table_name = "renewal_left_out_tag"
        primary_key = CompositeKey("organization_id", "tag_id")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Ids of what is left out."""

    categories: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()


def of(organization_id: int) -> LeftOut:
    """What an organization leaves out."""
    found = rows(
        "SELECT category_id, NULL FROM renewal_left_out_category WHERE organization_id = ? "
        "UNION ALL SELECT NULL, tag_id FROM renewal_left_out_tag WHERE organization_id = ?",
        (organization_id, organization_id),
    )
    return LeftOut(frozenset(c for c, _ in found if c is not None), frozenset(t for _, t in found if t is not None))


def tags(organization_id: int) -> list[tuple[int, str, str]]:
    """Id, name and colour of the tags that are left out, by name."""
    return rows(
        "SELECT t.id, t.name, t.color FROM renewal_left_out_tag x JOIN tag t ON t.id = x.tag_id "
        "WHERE x.organization_id = ? ORDER BY t.name_key",
        (organization_id,),
    )


def choose(by: Acting, *, version: int, categories: Collection[int], tags: Collection[int]) -> Preference:
    """Leave these out and nothing else; ids that are none of the organization's are passed over.

    Raises Conflict if somebody changed the settings since `version` was read.
    """
    with preferences.changing(by) as kept:
        before, wanted = of(by.organization_id), _known(by.organization_id, categories, tags)
        if len(wanted.tags) > MOST_TAGS:
            raise Refused(N_("At most %(most)s tags can be left out."), most=MOST_TAGS)
        told: dict[str, Any] = {}
        if before.categories != wanted.categories:
            told["left_out_categories"] = [_names(Category, before.categories), _names(Category, wanted.categories)]
        if before.tags != wanted.tags:
            told["left_out_tags"] = [_names(Tag, before.tags), _names(Tag, wanted.tags)]
        if not told:
            return kept
        _write(by.organization_id, wanted)
        return preferences.keep(by, kept, version, told)


def _known(organization_id: int, categories: Collection[int], tags: Collection[int]) -> LeftOut:
    known = rows(f"SELECT id FROM category WHERE id IN ({marks([*categories])})", [*categories])
    own = f"SELECT id FROM tag WHERE organization_id = ? AND id IN ({marks([*tags])})"
    own_tags = rows(own, [organization_id, *tags])
    return LeftOut(frozenset(one for (one,) in known), frozenset(one for (one,) in own_tags))


def _names(model: Any, ids: Collection[int]) -> str:
    """Names as the journal keeps them."""
    found = model.select(model.name).where(model.id.in_([*ids])) if ids else ()
    return ", ".join(sorted(one.name for one in found))


def _write(organization_id: int, wanted: LeftOut) -> None:
    LeftOutCategory.delete().where(LeftOutCategory.organization_id == organization_id).execute()
    LeftOutTag.delete().where(LeftOutTag.organization_id == organization_id).execute()
    for category in sorted(wanted.categories):
        LeftOutCategory.create(organization_id=organization_id, category_id=category)
    for tag in sorted(wanted.tags):
        LeftOutTag.create(organization_id=organization_id, tag_id=tag)

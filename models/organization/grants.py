"""Grants: which products collaborators and external users were given, one by one or by category.

A grant by category includes products that come later. Products are known here by id alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from peewee import AutoField, ForeignKeyField, IntegerField

from models import journal
from models.base import Model, UTCField, marks, now, rows, write
from models.errors import N_, Refused
from models.organization import members
from models.organization.acting import Acting
from models.organization.members import Membership
from models.permissions import SEES_ALL_PRODUCTS, Role

MOST_AT_ONCE = 1_000


class Grant(Model):
    """One product, or one category, given to one member."""

    id = AutoField()
    membership = ForeignKeyField(Membership, on_delete="CASCADE")
    product_id = IntegerField(null=True)
    category_id = IntegerField(null=True)
    created_at = UTCField()

    class Meta:
        table_name = "product_grant"


@dataclass(frozen=True, slots=True)
class Given:
    """What a member was given: ids of products and of categories."""

    products: frozenset[int] = field(default_factory=frozenset)
    categories: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.products or self.categories)


def given(member: Membership) -> Given:
    """What the member was given."""
    found = rows("SELECT product_id, category_id FROM product_grant WHERE membership_id = ?", (member.id,))
    return Given(frozenset(p for p, _c in found if p is not None), frozenset(c for _p, c in found if c is not None))


def known(organization_id: int, products: Collection[int], categories: Collection[int]) -> Given:
    """Those of these ids that are products of the organization, and categories."""
    wanted, kinds = list(products)[:MOST_AT_ONCE], list(categories)[:MOST_AT_ONCE]
    held = rows(
        f"SELECT id FROM product WHERE organization_id = ? AND id IN ({marks(wanted) or 'NULL'})",
        (organization_id, *wanted),
    )
    there = rows(f"SELECT id FROM category WHERE id IN ({marks(kinds) or 'NULL'})", kinds)
    return Given(frozenset(r[0] for r in held), frozenset(r[0] for r in there))


def named(organization_id: int, products: Iterable[int]) -> list[tuple[int, str, int]]:
    """Id, name and category of these products of the organization, by name."""
    wanted = list(products)[:MOST_AT_ONCE]
    found = rows(
        f"SELECT id, name, category_id FROM product WHERE organization_id = ? AND id IN ({marks(wanted) or 'NULL'}) "
        "ORDER BY name_key, id",
        (organization_id, *wanted),
    )
    return [(one[0], one[1], one[2]) for one in found]


def give(member: Membership, what: Given) -> None:
    """Write new grants; part of another verb, which says so in the journal."""
    moment = now()
    lines = [{"product_id": p, "category_id": None} for p in what.products]
    lines += [{"product_id": None, "category_id": c} for c in what.categories]
    if lines:
        Grant.insert_many(
            [{**line, "membership": member.id, "created_at": moment} for line in lines]
        ).on_conflict_ignore().execute()


def change(
    member: Membership, by: Acting, *, add: Collection[int], drop: Collection[int], categories: Collection[int]
) -> Given:
    """Give products, take products back, and set the categories. Returns what the member has now.

    Raises Refused for a role that sees every product anyway.
    """
    if Role(member.role) in SEES_ALL_PRODUCTS:
        raise Refused(N_("%(name)s sees every product through their role."), name=member.user.name)
    with write():
        members.check_still(by)
        before = given(member)
        asked = known(by.organization_id, add, categories)
        new = Given(asked.products - before.products, asked.categories - before.categories)
        gone = Given(before.products & set(drop) - asked.products, before.categories - asked.categories)
        if not new and not gone:
            return before
        give(member, new)
        _take(member, gone)
        _record(member, by, new, gone)
    return given(member)


def _take(member: Membership, what: Given) -> None:
    """Delete grants."""
    for column, ids in ((Grant.product_id, what.products), (Grant.category_id, what.categories)):
        if ids:
            Grant.delete().where(Grant.membership == member, column.in_(list(ids))).execute()


def _record(member: Membership, by: Acting, new: Given, gone: Given) -> None:
    journal.record(
        "member.access_changed",
        by=by,
        organization=by.organization_id,
        about=member.about,
        products=[len(new.products), len(gone.products)],
        categories=[len(new.categories), len(gone.categories)],
    )

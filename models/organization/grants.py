"""Grants: which products collaborators and external users were given, one by one or by category.

A grant by category includes products that come later. Products are known here by id alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from peewee import AutoField, ForeignKeyField, IntegerField

from models import journal
from models.base import Model, UTCField, marks, now, rows
from models.errors import N_, Conflict
from models.organization import members, representatives
from models.organization.acting import Acting, Narrowing
from models.organization.members import Membership
from models.permissions import SEES_ALL_PRODUCTS, Permission, Role

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

    def without(self, other: Given) -> Given:
        """What is in this and not in the other."""
        return Given(self.products - other.products, self.categories - other.categories)


def given(member: Membership) -> Given:
    """What the member was given."""
    found = rows("SELECT product_id, category_id FROM product_grant WHERE membership_id = ?", (member.id,))
    return Given(frozenset(p for p, _c in found if p is not None), frozenset(c for _p, c in found if c is not None))


def known(organization_id: int, products: Collection[int], categories: Collection[int]) -> Given:
    """Those of these ids that are products of the organization, and categories."""
    wanted, kinds = list(products)[:MOST_AT_ONCE], list(categories)[:MOST_AT_ONCE]
    held = rows(
        f"SELECT id FROM product WHERE organization_id = ? AND id IN ({marks(wanted)})",
        (organization_id, *wanted),
    )
    there = rows(f"SELECT id FROM category WHERE id IN ({marks(kinds)})", kinds)
    return Given(frozenset(r[0] for r in held), frozenset(r[0] for r in there))


def named(reach: Narrowing, products: Iterable[int]) -> list[tuple[int, str, int]]:
    """Id, name and category of those of these products that the reader may see, by name."""
    wanted, (where, params) = list(products)[:MOST_AT_ONCE], reach.where()
    found = rows(
        f"SELECT p.id, p.name, p.category_id FROM product p WHERE {where} AND p.id IN ({marks(wanted)}) "
        "ORDER BY p.name_key, p.id",
        (*params, *wanted),
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


def change(member: Membership, by: Acting, *, add: Given, drop: Given) -> Given:
    """Give what is in `add` and take back what else is in `drop`; the rest stays. Returns what the member has now.

    Raises NotFound for a member who was removed, Conflict for a role that sees every product anyway.
    """
    by.require(Permission.MEMBERS_MANAGE)
    with representatives.lock(by.organization_id):
        members.check_still(by)
        member = members.get(by.organization_id, member.id)
        if Role(member.role) in SEES_ALL_PRODUCTS:
            raise Conflict(N_("%(name)s sees every product through their role."), name=member.user.name)
        before, asked = given(member), known(by.organization_id, add.products, add.categories)
        kept = before.without(drop)
        new, gone = asked.without(before), before.without(kept).without(asked)
        if new or gone:
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

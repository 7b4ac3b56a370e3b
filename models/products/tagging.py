"""Tagging: setting tags on products and taking them off, one by one or on many at once."""

from __future__ import annotations

from typing import NamedTuple

from peewee import IntegrityError

from models import journal
from models.base import rows, run, write, writing
from models.errors import N_, Conflict, NotFound
from models.permissions import Permission
from models.products.search import Sql
from models.products.tags import Label, Member, Tag, obtain, seen

_STATE = """
SELECT p.name, t.id, t.name, t.color FROM product p
LEFT JOIN product_tag l ON l.product_id = p.id LEFT JOIN tag t ON t.id = l.tag_id
WHERE p.id = ? AND {where} ORDER BY t.name_key
"""

_SET = """
INSERT INTO product_tag (product_id, tag_id, name_key, due_key)
SELECT p.id, t.id, p.name_key, p.due_key FROM product p JOIN tag t ON t.organization_id = p.organization_id
WHERE p.id = ? AND {where} AND t.id = ? {seen} ON CONFLICT (product_id, tag_id) DO NOTHING
"""


class Tagged(NamedTuple):
    """A product with its tags, in the order in which they are shown."""

    id: int
    name: str
    tags: tuple[Label, ...]

    @property
    def about(self) -> tuple[str, int, str]:
        """The product as the subject of a journal entry."""
        return ("product", self.id, self.name)

    def find(self, tag_id: int) -> Label | None:
        """The tag if the product carries it."""
        return next((tag for tag in self.tags if tag.id == tag_id), None)


def of_product(by: Member, product_id: int) -> Tagged:
    """A product that the person may see, with its tags. Raises NotFound."""
    where, params = by.products().where()
    found = rows(_STATE.format(where=where), (product_id, *params))
    if not found:
        raise NotFound
    return Tagged(product_id, found[0][0], tuple(Label(*r[1:]) for r in found if r[1] is not None))


def put(by: Member, product_id: int, tag_id: int) -> Tagged:
    """Set a tag that the person may see on a product that they may see; twice is as good as once."""
    by.require(Permission.PRODUCTS_TAG)
    reach = by.products()
    extra, extra_params = ("", ()) if reach.everything else seen(reach)
    return _put(by, product_id, tag_id, f"AND {extra}" if extra else "", extra_params)


@writing
def put_named(by: Member, product_id: int, name: str, color: str = "") -> Tagged:
    """Set the tag of this name, made if there is none (then in this colour)."""
    of_product(by, product_id)
    label, _made = obtain(by, name, color)
    return _put(by, product_id, label.id, "", ())


def _put(by: Member, product_id: int, tag_id: int, extra: str, extra_params: tuple[int, ...]) -> Tagged:
    where, params = by.products().where()
    try:
        with write():
            done = run(_SET.format(where=where, seen=extra), (product_id, *params, tag_id, *extra_params))
            product = of_product(by, product_id)
            label = product.find(tag_id)
            if label is None:
                raise NotFound
            if done.rowcount:
                journal.record("tag.set", by=by, organization=by.organization_id, about=product.about, tag=label.name)
    except IntegrityError:
        raise Conflict(N_("Somebody deleted this tag at the same moment.")) from None
    return product


@writing
def take_off(by: Member, product_id: int, tag_id: int) -> Tagged:
    """Take a tag off a product that the person may see; twice is as good as once."""
    by.require(Permission.PRODUCTS_TAG)
    product = of_product(by, product_id)
    label = product.find(tag_id)
    if label is None:
        return product
    if run("DELETE FROM product_tag WHERE product_id = ? AND tag_id = ?", (product_id, tag_id)).rowcount:
        journal.record("tag.unset", by=by, organization=by.organization_id, about=product.about, tag=label.name)
    return product._replace(tags=tuple(tag for tag in product.tags if tag != label))


@writing
def set_on(by: Member, tag: Tag | Label, selection: Sql) -> int:
    """Set a tag on every product of a selection: SQL for product ids, and its parameters. Returns how many are new.

    The selection is already narrowed to what the person may see.
    """
    by.require(Permission.PRODUCTS_TAG)
    text, params = selection
    done = run(
        "INSERT INTO product_tag (product_id, tag_id, name_key, due_key) "
        "SELECT p.id, t.id, p.name_key, p.due_key FROM product p JOIN tag t ON t.organization_id = p.organization_id "
        f"WHERE t.id = ? AND p.organization_id = ? AND p.id IN ({text}) "
        "ON CONFLICT (product_id, tag_id) DO NOTHING",
        (tag.id, by.organization_id, *params),
    )
    return _many("tag.set_many", by, tag, done.rowcount)


@writing
def unset_on(by: Member, tag: Tag | Label, selection: Sql) -> int:
    """Take a tag off every product of a selection (as in `set_on`). Returns off how many it was taken."""
    by.require(Permission.PRODUCTS_TAG)
    text, params = selection
    done = run(
        "DELETE FROM product_tag WHERE tag_id IN (SELECT t.id FROM tag t WHERE t.id = ? AND t.organization_id = ?) "
        f"AND product_id IN ({text})",
        (tag.id, by.organization_id, *params),
    )
    return _many("tag.unset_many", by, tag, done.rowcount)


def _many(act: str, by: Member, tag: Tag | Label, count: int) -> int:
    if count:
        about = ("tag", tag.id, tag.name)
        journal.record(act, by=by, organization=by.organization_id, about=about, count=count)
    return count

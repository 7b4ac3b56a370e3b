"""Tagging: setting tags on products and taking them off, one by one or on many at once."""

from __future__ import annotations

from typing import NamedTuple

from peewee import IntegrityError

from models import journal
from models.base import is_postgresql, row, rows, run, write, writing
from models.errors import N_, Conflict, NotFound
from models.permissions import Permission
from models.products import traces
from models.products.search import Sql
from models.products.tags import Label, Member, Tag, obtain, seen
from models.products.traces import Change

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

DELETED = N_("Somebody deleted this tag at the same moment.")


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
        raise Conflict(DELETED) from None
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

    The selection is already narrowed to what the person may see. Raises Conflict where the tag has just been deleted.
    """
    by.require(Permission.PRODUCTS_TAG)
    _keep(by, tag)
    text, params = selection
    wanted = (
        f"SELECT p.id FROM product p WHERE p.organization_id = ? AND p.id IN ({text}) "
        "AND NOT EXISTS (SELECT 1 FROM product_tag l WHERE l.product_id = p.id AND l.tag_id = ?)"
    )
    wanted_params = [by.organization_id, *params, tag.id]
    act = (
        "INSERT INTO product_tag (product_id, tag_id, name_key, due_key) "
        "SELECT p.id, t.id, p.name_key, p.due_key FROM tag t CROSS JOIN product p "
        f"WHERE t.id = ? AND p.id IN ({wanted}) ON CONFLICT (product_id, tag_id) DO NOTHING"
    )
    change = Change((wanted, wanted_params), (act, [tag.id, *wanted_params]), "product_id")
    return _many("tag.set", "tag.set_many", by, tag, change)


@writing
def set_named_on(by: Member, name: str, color: str, selection: Sql) -> tuple[Label, int]:
    """Set the tag of this name, made if there is none (then in this colour), on a selection as in `set_on`."""
    label, _made = obtain(by, name, color)
    return label, set_on(by, label, selection)


@writing
def unset_on(by: Member, tag: Tag | Label, selection: Sql) -> int:
    """Take a tag off every product of a selection (as in `set_on`). Returns off how many it was taken."""
    by.require(Permission.PRODUCTS_TAG)
    _keep(by, tag)
    text, params = selection
    wanted = f"SELECT l.product_id FROM product_tag l WHERE l.tag_id = ? AND l.product_id IN ({text})"
    wanted_params = [tag.id, *params]
    act = f"DELETE FROM product_tag WHERE tag_id = ? AND product_id IN ({wanted})"
    change = Change((wanted, wanted_params), (act, [tag.id, *wanted_params]), "product_id")
    return _many("tag.unset", "tag.unset_many", by, tag, change)


def _keep(by: Member, tag: Tag | Label) -> None:
    """Keep others from deleting the tag until we are done. Raises Conflict where somebody has."""
    lock = " FOR KEY SHARE" if is_postgresql() else ""
    if row(f"SELECT id FROM tag WHERE id = ? AND organization_id = ?{lock}", (tag.id, by.organization_id)) is None:
        raise Conflict(DELETED)


def _many(each: str, act: str, by: Member, tag: Tag | Label, change: Change) -> int:
    """Carry it out, with an entry about each product, and one that sums up several."""
    count = traces.leave(change, each, by, tag=tag.name)
    if count > 1:
        about = ("tag", tag.id, tag.name)
        journal.record(act, by=by, organization=by.organization_id, about=about, count=count)
    return count

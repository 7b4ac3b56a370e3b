"""Tags: short coloured labels of an organization, unique whatever the case and spacing. Managing them is here."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple, Protocol

from peewee import AutoField, CharField, CompositeKey, ForeignKeyField, IntegrityError

from models import journal
from models.base import Model, UTCField, fold, is_postgresql, now, row, rows, run, stamp, tidy, write, writing
from models.errors import N_, Conflict, Forbidden, NotFound, Refused
from models.organization.organizations import Organization
from models.permissions import SEES_ALL_PRODUCTS, Permission, Role
from models.products.products import Product
from models.products.reach import Reach

COLORS = (
    "brick",
    "copper",
    "ochre",
    "olive",
    "moss",
    "pine",
    "lagoon",
    "sky",
    "ink",
    "violet",
    "plum",
    "stone",
)
LONGEST_NAME = 32
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their kind, but nothing to see."""


class Tag(Model):
    """One label; unique in its organization whatever the case and spacing."""

    id = AutoField()
    organization = ForeignKeyField(Organization, on_delete="CASCADE")
    name = CharField()
    name_key = CharField()
    color = CharField()
    created_at = UTCField()

    @property
    def about(self) -> tuple[str, int, str]:
        """The tag as the subject of a journal entry."""
        return ("tag", self.id, self.name)


class ProductTag(Model):
    """A tag on a product, with the product's sort keys so that a tag's list is one index range."""

    product = ForeignKeyField(Product, on_delete="CASCADE")
    tag = ForeignKeyField(Tag, on_delete="CASCADE")
    name_key = CharField()
    due_key = CharField()

    class Meta:
        primary_key = CompositeKey("product", "tag")


class Member(journal.Actor, Protocol):
    """Whoever acts on tags: an `Access` to the organization that they belong to."""

    @property
    def organization_id(self) -> int: ...

    def products(self) -> Reach: ...

    def require(self, permission: Permission) -> None: ...


class NameTaken(Refused):
    """Another tag has the name; `other` is that tag's id, so that merging can be offered."""

    def __init__(self, other: int, name: str) -> None:
        super().__init__(N_("There is a tag “%(name)s” already."), field="name", name=name)
        self.other = other


class Label(NamedTuple):
    """A tag as lists show it."""

    id: int
    name: str
    color: str


def checked_name(text: str) -> str:
    """A typed name as it is kept: 1 to 32 characters, of which one at least can be seen. Raises Refused."""
    name = tidy(text)
    if not any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK for sign in name):
        raise Refused(N_("A tag needs a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(
            N_("A tag has at most %(most)s characters, this one has %(count)s."),
            field="name",
            most=LONGEST_NAME,
            count=len(name),
        )
    return name


def checked_color(text: str) -> str:
    """One of the twelve colours. Raises Refused."""
    if text not in COLORS:
        raise Refused(N_("Choose one of the twelve colours."), field="color")
    return text


def least_used_color(organization_id: int) -> str:
    """The colour that the fewest tags have: what a new tag takes unless another is chosen."""
    used = dict(rows("SELECT color, count(*) FROM tag WHERE organization_id = ? GROUP BY color", (organization_id,)))
    return min(COLORS, key=lambda color: used.get(color, 0))


def seen(reach: Reach) -> tuple[str, tuple[int, ...]]:
    """A condition on `tag t`, and its parameters: the tags that somebody may see.

    People who reach every product see every tag, others only those of products that they reach.
    """
    if reach.everything:
        return "t.organization_id = ?", (reach.organization_id,)
    where, params = reach.where()
    granted = f"SELECT l.tag_id FROM product p JOIN product_tag l ON l.product_id = p.id WHERE {where}"
    return f"t.organization_id = ? AND t.id IN ({granted})", (reach.organization_id, *params)


def get(by: Member, tag_id: int) -> Tag:
    """A tag that the person may see. Raises NotFound."""
    where, params = seen(by.products())
    if row(f"SELECT t.id FROM tag t WHERE t.id = ? AND {where}", (tag_id, *params)) is None:
        raise NotFound
    found: Tag = Tag.get_by_id(tag_id)
    return found


def on_products(tag: Tag | Label) -> int:
    """On how many products a tag is set, exactly: for the page that asks before deleting."""
    found = row("SELECT count(*) FROM product_tag WHERE tag_id = ?", (tag.id,))
    assert found is not None
    return int(found[0])


@writing
def obtain(by: Member, name: str, color: str = "") -> tuple[Label, bool]:
    """The organization's tag of this name, made if there is none; and whether it was made now.

    Without a colour a new tag takes the least used one. Two people who make the same tag get the same tag.
    """
    by.require(Permission.PRODUCTS_TAG)
    name, organization = checked_name(name), by.organization_id
    color = checked_color(color) if color else least_used_color(organization)
    made = row(
        "INSERT INTO tag (organization_id, name, name_key, color, created_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (organization_id, name_key) DO NOTHING RETURNING id",
        (organization, name, fold(name), color, stamp(now())),
    )
    if made:
        journal.record("tag.created", by=by, organization=organization, about=("tag", made[0], name), color=color)
        return Label(made[0], name, color), True
    found = row(
        "SELECT id, name, color FROM tag WHERE organization_id = ? AND name_key = ?", (organization, fold(name))
    )
    if found is None:
        raise Conflict(N_("Somebody deleted this tag at the same moment. Send it again."), field="name")
    return Label(*found), False


def require_everything(by: Member) -> None:
    """Raises Forbidden for who does not see every product.

    A tag on none would be hidden from them, and its name being taken would tell them of one that is hidden.
    """
    if not by.products().everything:
        raise Forbidden(
            N_("Who sees every product adds tags here. You can add one where you set it on a product."),
            roles=tuple(role for role in Role if role in SEES_ALL_PRODUCTS),
        )


def create(by: Member, name: str, color: str = "") -> Label:
    """A tag that is not on any product yet. Raises NameTaken where there is one of this name."""
    require_everything(by)
    label, made = obtain(by, name, color)
    if not made:
        raise NameTaken(label.id, label.name)
    return label


def edit(by: Member, tag: Tag, name: str, color: str) -> None:
    """Rename and recolour. Raises NameTaken where another tag has the name: merging can be offered then."""
    by.require(Permission.TAGS_MANAGE)
    name, color = checked_name(name), checked_color(color)
    try:
        with write():
            (held,) = _hold(by, tag)
            _no_other(by, tag, name)
            run("UPDATE tag SET name = ?, name_key = ?, color = ? WHERE id = ?", (name, fold(name), color, tag.id))
            fresh = Label(tag.id, name, color)
            _record("tag.renamed", by, "name", held, fresh)
            _record("tag.recoloured", by, "color", held, fresh)
    except IntegrityError:
        # Somebody else took the name between our look and our write.
        _no_other(by, tag, name)
        raise


def _no_other(by: Member, tag: Tag, name: str) -> None:
    other = row(
        "SELECT id, name FROM tag WHERE organization_id = ? AND name_key = ? AND id <> ?",
        (by.organization_id, fold(name), tag.id),
    )
    if other:
        raise NameTaken(*other)


def _record(act: str, by: Member, field: str, old: Label, new: Label) -> None:
    """One entry, if the field has changed."""
    pair = [getattr(old, field), getattr(new, field)]
    if pair[0] != pair[1]:
        about = ("tag", new.id, new.name)
        journal.record(act, by=by, organization=by.organization_id, about=about, changes={field: pair})


@writing
def merge(by: Member, tag: Tag, into: Tag) -> int:
    """What carries `tag` carries `into` afterwards, once, and `tag` is gone. Returns on how many products it was."""
    by.require(Permission.TAGS_MANAGE)
    if tag.id == into.id:
        raise Refused(N_("Choose another tag to merge into."), field="into")
    held = {label.id: label for label in _hold(by, tag, into)}
    run(
        "INSERT INTO product_tag (product_id, tag_id, name_key, due_key) "
        "SELECT l.product_id, ?, l.name_key, l.due_key FROM product_tag l WHERE l.tag_id = ? "
        "ON CONFLICT (product_id, tag_id) DO NOTHING",
        (into.id, tag.id),
    )
    return _end("tag.merged", by, held[tag.id], into=held[into.id].name)


@writing
def delete(by: Member, tag: Tag) -> int:
    """Take the tag off every product and away. Returns on how many products it was."""
    by.require(Permission.TAGS_MANAGE)
    return _end("tag.deleted", by, *_hold(by, tag))


def _end(act: str, by: Member, tag: Label, **details: str) -> int:
    count = on_products(tag)
    run("DELETE FROM tag WHERE id = ?", (tag.id,))
    about = ("tag", tag.id, tag.name)
    journal.record(act, by=by, organization=by.organization_id, about=about, **details, count=count)
    return count


def _hold(by: Member, *held: Tag) -> list[Label]:
    """Keep others from setting, changing or deleting these tags until we are done; returns them as they are now.

    Raises NotFound where one is gone. SQLite has one writer anyway; on PostgreSQL a product tagged in this very
    moment would lose the link.
    """
    lock, found = " FOR UPDATE" if is_postgresql() else "", list[Label]()
    for number in sorted(int(tag.id) for tag in held):
        mine = (number, by.organization_id)
        now_is = row(f"SELECT id, name, color FROM tag WHERE id = ? AND organization_id = ?{lock}", mine)
        if now_is is None:
            raise NotFound
        found.append(Label(*now_is))
    return found

"""The product: one thing that an organization holds."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from peewee import AutoField, BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from models import journal
from models.base import DateField, Model, UTCField, fold, now, tidy, write
from models.errors import N_, Conflict, Refused
from models.organization.organizations import Organization

ACTIVE, EXPIRED, CANCELLED = "active", "expired", "cancelled"
NO_DATE = "9999-12-31"

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def keys(name: str, identifier: str, expires_on: date | None) -> dict[str, str]:
    """What is derived from a product's columns and kept beside them: sort keys and the text that is searched."""
    return {
        "name_key": fold(name),
        "due_key": expires_on.isoformat() if expires_on else NO_DATE,
        "search": fold(f"{name} {identifier}"),
    }


def tidy_lines(text: str) -> str:
    """Typed text of several lines as it is kept: of control characters only tabs and the ends of lines."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    """Columns as they are kept; all texts but the notes are of one line."""
    cleaners = {"notes": tidy_lines}
    return {n: cleaners.get(n, tidy)(v) if isinstance(v, str) else v for n, v in values.items()}


class Category(Model):
    """A kind of product; operators edit them. `key` never changes, `has_holder` asks for a registered holder."""

    id = AutoField()
    key = CharField(unique=True)
    name = CharField()
    icon = CharField()
    position = IntegerField()
    has_holder = BooleanField(default=False)
    archived_at = UTCField(null=True)


class Product(Model):
    """Price in minor units of its currency per period of months; `due_key` is the expiry date or 9999-12-31."""

    id = AutoField()
    organization = ForeignKeyField(Organization, on_delete="CASCADE")
    organization_id: int
    category = ForeignKeyField(Category)
    category_id: int
    name = CharField()
    name_key = CharField()
    plan = CharField(default="")
    identifier = CharField(default="")
    holder_name = CharField(default="")
    holder_organization = CharField(default="")
    holder_email = CharField(default="")
    expires_on = DateField(null=True)
    due_key = CharField(default=NO_DATE)
    auto_renew = BooleanField(default=False)
    price_minor = BigIntegerField(null=True)
    currency = CharField(null=True)
    period_months = IntegerField(null=True)
    state = CharField(default=ACTIVE)
    notes = TextField(default="")
    search = TextField(default="")
    created_at = UTCField()
    updated_at = UTCField()
    version = IntegerField(default=1)

    @property
    def about(self) -> tuple[str, int, str]:
        """The product as the subject of a journal entry."""
        return ("product", self.id, self.name)

    def change(self, by: journal.Actor, *, version: int | None = None, **changes: Any) -> Product:
        """Change columns; with `version`, raises Conflict if somebody else changed them since.

        Raises Refused if the organization has another product of this name in the category.
        """
        changes = _tidied(changes)
        told = {n: [_plain(getattr(self, n)), _plain(v)] for n, v in changes.items() if getattr(self, n) != v}
        if not told:
            return self
        whole = {n: changes.get(n, getattr(self, n)) for n in ("name", "identifier", "expires_on")}
        with write():
            self._refuse_twin(changes)
            query = Product.update(**changes, **keys(**whole), updated_at=now(), version=Product.version + 1)
            query = query.where(Product.id == self.id)
            if version is not None:
                query = query.where(Product.version == version)
            if not query.execute():
                raise Conflict(N_("Somebody changed this product a moment ago. Look at it, then save again."))
            journal.record("product.changed", by=by, organization=self.organization_id, about=self.about, changes=told)
        return reload(self)

    def write_notes(self, by: journal.Actor, notes: str, *, over: str) -> Product:
        """Replace the notes. Raises Conflict if they are not any more what the writer saw before (`over`)."""
        if tidy_lines(self.notes) not in (tidy_lines(over), tidy_lines(notes)):
            sentence = N_("Somebody else wrote notes here in the meantime. Look at both, then save again.")
            raise Conflict(sentence, field="notes")
        return self.change(by, version=self.version, notes=notes)

    def _refuse_twin(self, changes: dict[str, Any]) -> None:
        category = changes.get("category_id", self.category_id)
        refuse_twin(self.organization_id, category, changes.get("name", self.name), other_than=self.id)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def reload(product: Product) -> Product:
    """The row as it is now."""
    fresh: Product = Product.get_by_id(product.id)
    return fresh


def refuse_twin(organization_id: int, category_id: int, name: str, *, other_than: int | None = None) -> None:
    """Raises Refused if the organization has a product of this name in this category already."""
    twin = Product.select().where(
        Product.organization == organization_id, Product.category == category_id, Product.name_key == fold(name)
    )
    if other_than is not None:
        twin = twin.where(Product.id != other_than)
    if twin.exists():
        raise Refused(N_("There is a product of this name in this category already."), field="name")


def create(by: journal.Actor, organization_id: int, **values: Any) -> Product:
    """A new product; `values` are its columns with `category_id`. Raises Refused for a name that is taken."""
    values = _tidied(values)
    with write():
        refuse_twin(organization_id, values["category_id"], values["name"])
        made: Product = Product.create(
            organization=organization_id,
            **values,
            **keys(values["name"], values.get("identifier", ""), values.get("expires_on")),
            created_at=now(),
            updated_at=now(),
        )
        journal.record("product.created", by=by, organization=organization_id, about=made.about)
    return made

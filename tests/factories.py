"""Small makers of rows: each gives the least that is true, and takes what the test is about."""

from __future__ import annotations

import functools
import itertools
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext

from models import access
from models.account import passwords, sessions
from models.account.users import User
from models.base import fold, now
from models.organization.grants import Grant
from models.organization.members import Membership
from models.organization.organizations import Organization, make_slug
from models.permissions import OperatorRole, Role
from models.products.products import NO_DATE, Category, Product
from models.products.tags import ProductTag, Tag

PASSWORD = "oak bench by the river"

_numbers = itertools.count(1)


@functools.cache
def _password_hash() -> str:
    return passwords.make_hash(PASSWORD)


def user(name: str = "Mira Castellan", *, operator_roles: tuple[OperatorRole, ...] = (), **values: Any) -> User:
    """A verified user whose password is PASSWORD and whose address is made of the name."""
    email = values.pop("email", None) or f"{fold(name).replace(' ', '.')}.{next(_numbers)}@example.org"
    made: User = User.create(
        email=email,
        email_key=fold(email),
        name=name,
        name_key=fold(name),
        password_hash=_password_hash(),
        verified_at=values.pop("verified_at", now()),
        operator_roles=[role.value for role in operator_roles],
        created_at=now(),
        **values,
    )
    return made


def organization(name: str = "Quillmark Press", **values: Any) -> Organization:
    """A company in Switzerland without members."""
    made: Organization = Organization.create(
        slug=values.pop("slug", None) or make_slug(name),
        name=name,
        name_key=fold(name),
        kind=values.pop("kind", "company"),
        country=values.pop("country", "CH"),
        created_at=now(),
        **values,
    )
    return made


def member(organization: Organization, person: User | None = None, role: Role = Role.COLLABORATOR) -> Membership:
    """The person (or a new one) as a member."""
    made: Membership = Membership.create(
        organization=organization, user=person or user(f"Person {next(_numbers)}"), role=role.value, created_at=now()
    )
    return made


def product(organization: Organization, name: str | None = None, category: str = "domain", **values: Any) -> Product:
    """An active product of a shipped category (by key), without expiry date unless one is given."""
    name = name or f"product-{next(_numbers)}.example"
    expires_on: date | None = values.get("expires_on")
    made: Product = Product.create(
        organization=organization,
        category=Category.get(Category.key == category),
        name=name,
        name_key=fold(name),
        due_key=expires_on.isoformat() if expires_on else NO_DATE,
        search=fold(f"{name} {values.get('identifier', '')}"),
        created_at=now(),
        updated_at=now(),
        **values,
    )
    return made


def tag(organization: Organization, name: str, *products: Product, color: str = "moss") -> Tag:
    """A tag, set on these products."""
    made: Tag = Tag.create(organization=organization, name=name, name_key=fold(name), color=color, created_at=now())
    for one in products:
        set_tag(made, one)
    return made


def set_tag(tag: Tag, product: Product) -> None:
    """The tag on one more product."""
    ProductTag.create(product=product, tag=tag, name_key=product.name_key, due_key=product.due_key)


def grant(member: Membership, *, product: Product | None = None, category: str | None = None) -> Grant:
    """One product, or a category by its key, given to a member."""
    made: Grant = Grant.create(
        membership=member,
        product_id=product.id if product else None,
        category_id=Category.get(Category.key == category).id if category else None,
        created_at=now(),
    )
    return made


def sign_in(client: FlaskClient, person: User, *, address: str = "127.0.0.1") -> sessions.Session:
    """Sign the person in on this client, without the form."""
    opened = sessions.open_session(person, keep=False, address=address, device="Test browser", device_key="known")
    client.set_cookie("intendant", opened.key)
    return opened.session


def sign_in_browser(context: BrowserContext, server: str, person: User) -> None:
    """Sign the person in in a real browser, without the form."""
    opened = sessions.open_session(person, keep=False, address="127.0.0.1", device="Chromium", device_key="known")
    context.add_cookies([{"name": "intendant", "value": opened.key, "url": server}])


def access_of(member: Membership) -> access.Access:
    """The member's access, as a request would have it."""
    opened = sessions.open_session(member.user, keep=False, address="127.0.0.1", device="Test", device_key="known")
    visitor = access.visitor(sessions.key_hash(opened.key), "127.0.0.1")
    assert visitor is not None
    entered = access.enter(visitor, member.organization.slug)
    assert entered is not None
    return entered

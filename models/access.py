"""Access: who acts, on which organization, by which right, with which permissions. Stands above the areas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.base import moment, now, row, rows, stamp
from models.errors import N_, Forbidden
from models.permissions import (
    PERMISSIONS,
    READ_ONLY,
    ROLE_LABELS,
    SEES_ALL_PRODUCTS,
    OperatorRole,
    Permission,
    Role,
    roles_with,
)
from models.products.reach import Reach


@dataclass(frozen=True, slots=True)
class Place:
    """One organization that a person belongs to: enough for navigation and for a decision."""

    organization_id: int
    slug: str
    name: str
    membership_id: int
    role: Role
    suspended: bool

    @property
    def initials(self) -> str:
        return initials(self.name)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind a session, as one query finds them: themselves, their session and their places."""

    user_id: int
    name: str
    email: str
    language: str
    time_zone: str
    theme: str
    density: str
    product_columns: list[str]
    operator_roles: list[str]
    verified: bool
    session_id: int
    last_used_at: datetime
    password_at: datetime | None
    viewing_id: int | None
    address: str
    places: tuple[Place, ...]
    behalf: str | None = None

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def is_operator(self) -> bool:
        return bool(self.operator_roles)

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.user_id)


@dataclass(frozen=True, slots=True)
class Named:
    """An organization as pages name it."""

    name: str
    slug: str

    @property
    def initials(self) -> str:
        return initials(self.name)


@dataclass(frozen=True, slots=True)
class Access:
    """One person (or operator who looks on) in one organization. Verbs get it as `by`."""

    visitor: Visitor
    organization_id: int
    slug: str
    organization_name: str
    role: Role | None
    membership_id: int | None
    suspended: bool = False
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    @property
    def organization(self) -> Named:
        return Named(self.organization_name, self.slug)

    @property
    def user_id(self) -> int | None:
        return self.visitor.user_id

    @property
    def name(self) -> str:
        return self.visitor.name

    @property
    def address(self) -> str | None:
        return self.visitor.address

    @property
    def behalf(self) -> str | None:
        return N_("the provider") if self.role is None else None

    @property
    def viewing(self) -> bool:
        """Whether an operator looks on; nothing can be changed then."""
        return self.role is None

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role] if self.role else N_("Viewing as the provider")

    @property
    def writable(self) -> bool:
        """Whether anything can be changed now: not by who looks on, nor while the organization is suspended."""
        return not self.viewing and not self.suspended

    def may(self, permission: Permission | str) -> bool:
        """Whether the permission can be used now; what is offered on a page depends on it."""
        return permission in self.permissions and (self.writable or permission in READ_ONLY)

    def can(self, permission: Permission | str) -> bool:
        """Whether this access carries the permission."""
        return permission in self.permissions

    def sees(self, permission: Permission | str) -> bool:
        """Whether this access is shown what those with the permission see, be it without the acts: who looks on sees
        what a legal representative sees."""
        return self.viewing or permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises Forbidden, naming the roles that may, unless this access carries the permission."""
        if permission not in self.permissions:
            raise Forbidden(N_("Your role here does not allow this."), roles=tuple(roles_with(permission)))

    def require_writable(self) -> None:
        """Raises Forbidden where an operator only looks on, or the organization is suspended."""
        if self.viewing:
            raise Forbidden(N_("You are looking on as the provider. Nothing can be changed this way."))
        if self.suspended:
            raise Forbidden(N_("This organization is suspended. Its data can be read, but not changed."))

    def products(self) -> Reach:
        """Which products this access reaches: the only place that narrows them."""
        all_of_them = self.role is None or self.role in SEES_ALL_PRODUCTS
        return Reach(self.organization_id, None if all_of_them else self.membership_id)


def initials(name: str) -> str:
    """One or two capital letters that stand for a name."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


_SESSION = """
SELECT u.id, u.name, u.email, u.language, u.time_zone, u.theme, u.density, u.product_columns, u.operator_roles,
  u.verified_at, s.id, s.last_used_at, s.password_at, s.viewing_id, m.id, m.role, o.id, o.slug, o.name,
  o.suspended_at
FROM session s JOIN users u ON u.id = s.user_id
LEFT JOIN membership m ON m.user_id = u.id LEFT JOIN organization o ON o.id = m.organization_id
WHERE s.key_hash = ? AND s.expires_at > ? AND u.suspended_at IS NULL ORDER BY o.name_key, o.id
"""


def _decode(value: Any) -> Any:
    """A JSON column as raw SQL gives it: text on SQLite, already read on PostgreSQL."""
    return json.loads(value) if isinstance(value, str) else value


def visitor(key_hash: str, address: str) -> Visitor | None:
    """Who holds the session with this key, and where they belong: one query."""
    found: Sequence[tuple[Any, ...]] = rows(_SESSION, (key_hash, stamp(now())))
    if not found:
        return None
    one = found[0]
    places = tuple(
        Place(r[16], r[17], r[18], r[14], Role(r[15]), r[19] is not None) for r in found if r[14] is not None
    )
    return Visitor(
        user_id=one[0],
        name=one[1],
        email=one[2],
        language=one[3],
        time_zone=one[4],
        theme=one[5],
        density=one[6],
        product_columns=_decode(one[7]),
        operator_roles=_decode(one[8]),
        verified=one[9] is not None,
        session_id=one[10],
        last_used_at=moment(one[11]) or now(),
        password_at=moment(one[12]),
        viewing_id=one[13],
        address=address,
        places=places,
    )


def enter(visitor: Visitor, slug: str) -> Access | None:
    """The visitor's access to the organization with this slug, or None if there is none."""
    for place in visitor.places:
        if place.slug == slug:
            return Access(
                visitor,
                place.organization_id,
                place.slug,
                place.name,
                place.role,
                place.membership_id,
                place.suspended,
                PERMISSIONS[place.role],
            )
    may_look = OperatorRole.SUPPORT in visitor.operator_roles
    return _look_on(visitor, slug) if may_look and visitor.viewing_id else None


def _look_on(visitor: Visitor, slug: str) -> Access | None:
    found = row("SELECT id, slug, name, suspended_at FROM organization WHERE id = ?", (visitor.viewing_id,))
    if found is None or found[1] != slug:
        return None
    return Access(visitor, found[0], slug, found[2], None, None, found[3] is not None, READ_ONLY)

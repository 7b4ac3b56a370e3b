"""Who acts inside an organization, as the verbs of this area need to know it; an `Access` is one."""

from __future__ import annotations

from typing import Protocol

from models.journal import Actor
from models.permissions import Permission, Role


class Acting(Actor, Protocol):
    """A person in an organization. `role` and `membership_id` are None for an operator who only looks on."""

    @property
    def organization_id(self) -> int: ...

    @property
    def membership_id(self) -> int | None: ...

    @property
    def role(self) -> Role | None: ...

    def require(self, permission: Permission) -> None: ...


class Narrowing(Protocol):
    """Which products somebody may see; a `Reach` is one."""

    def where(self) -> tuple[str, tuple[int, ...]]: ...

"""Reach: which products of an organization somebody may see, as a piece of SQL."""

from __future__ import annotations

from dataclasses import dataclass

from models.permissions import SEES_ALL_PRODUCTS, Role

SEEING_ALL = ", ".join(f"'{role.value}'" for role in Role if role in SEES_ALL_PRODUCTS)
"""The roles that reach every product, for an IN list."""

GRANTED = (
    "(p.id IN (SELECT g.product_id FROM product_grant g WHERE g.membership_id = ? AND g.product_id IS NOT NULL) "
    "OR p.category_id IN (SELECT g.category_id FROM product_grant g WHERE g.membership_id = ? "
    "AND g.category_id IS NOT NULL))"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """All products of an organization, or only those granted to a membership."""

    organization_id: int
    membership_id: int | None

    @property
    def everything(self) -> bool:
        """Whether no grant narrows it."""
        return self.membership_id is None

    def where(self) -> tuple[str, tuple[int, ...]]:
        """A condition on `product p` and its parameters."""
        if self.membership_id is None:
            return "p.organization_id = ?", (self.organization_id,)
        return f"p.organization_id = ? AND {GRANTED}", (self.organization_id, self.membership_id, self.membership_id)

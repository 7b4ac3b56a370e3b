"""Who can touch a product, and by which right."""

from __future__ import annotations

from dataclasses import dataclass

from models.base import rows
from models.permissions import SEES_ALL_PRODUCTS, Role
from models.products.products import Product


@dataclass(frozen=True)
class Hand:
    """One person who reaches the product: by `role`, by a grant of the product, or by one of its `category`."""

    user_id: int
    name: str
    email: str
    role: Role
    why: str


def who_reaches(product: Product) -> list[Hand]:
    """Everybody in the organization who reaches the product, strongest role first."""
    found = rows(
        "SELECT u.id, u.name, u.email, m.role, "
        "EXISTS (SELECT 1 FROM product_grant g WHERE g.membership_id = m.id AND g.product_id = ?), "
        "EXISTS (SELECT 1 FROM product_grant g WHERE g.membership_id = m.id AND g.category_id = ?) "
        "FROM membership m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? ORDER BY u.name, u.id",
        (product.id, product.category_id, product.organization_id),
    )
    hands = [
        Hand(user_id, name, email, Role(role), _why(Role(role), bool(by_product), bool(by_category)))
        for user_id, name, email, role, by_product, by_category in found
    ]
    order = list(Role)
    return sorted((hand for hand in hands if hand.why), key=lambda hand: order.index(hand.role))


def _why(role: Role, by_product: bool, by_category: bool) -> str:
    if role in SEES_ALL_PRODUCTS:
        return "role"
    return "product" if by_product else "category" if by_category else ""

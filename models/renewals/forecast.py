"""The forecast of one product: the days on which it is told of, while its deadline and the settings stay."""

from __future__ import annotations

from datetime import date

from models.base import row
from models.products.products import ACTIVE, Product
from models.renewals.choice import Choice
from models.renewals.course import Course, Reason
from models.renewals.due import TAGGED_OUT


def of(product: Product, choice: Choice, until: date | None) -> list[tuple[date, Reason]]:
    """The days from the next sweep on; `until` is the day before which it is snoozed."""
    if product.expires_on is None or product.state != ACTIVE or not choice.people or is_left_out(product, choice):
        return []
    course = Course(product.expires_on, product.auto_renew, _told(product), until)
    return list(course.days(choice.wanted, choice.first))


def is_left_out(product: Product, choice: Choice) -> bool:
    """Whether its category or one of its tags is left out."""
    if product.category_id in choice.out.categories:
        return True
    if not choice.out.tags:
        return False
    return row(f"SELECT 1 FROM product p WHERE p.id = ? AND {TAGGED_OUT}", (product.id,)) is not None


def _told(product: Product) -> int | None:
    """The most urgent lead time at which somebody was told of its deadline."""
    found = row(
        "SELECT MIN(lead) FROM renewal_notice WHERE product_id = ? AND expires_on = ?",
        (product.id, product.expires_on),
    )
    return found[0] if found else None

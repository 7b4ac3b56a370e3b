"""Ways into the product list: each is one index range; together they lead to every product of a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.base import marks
from models.products import search
from models.products.products import NO_DATE
from models.products.reach import Reach
from models.products.search import Found
from models.products.views import View

Conditions = tuple[list[str], list[object]]


@dataclass(slots=True)
class Way:
    """A source with its key and id columns, conditions and parameters."""

    source: str
    key: str
    id: str
    where: list[str]
    params: list[object]


def ways(reach: Reach, view: View, found: Found, today: date) -> list[Way]:
    """The ways that together lead to every product of the view."""
    where, params = _conditions(reach, view, today)
    if view.words:
        held, values = search.holds(view.words, found)
        where, params = [*where, *held], [*params, *values]
    if found.few is not None:
        return _searched(view, found, where, params)
    if not view.tags:
        return [Way("product p", f"p.{view.column}", "p.id", where, params)]
    if view.match == "any":
        return [_by_tag(view, tag, where, params) for tag in view.tags]
    rest, values = _tagged(view, view.tags[1:])
    return [_by_tag(view, view.tags[0], [*where, *rest], [*params, *values])]


def _searched(view: View, found: Found, where: list[str], params: list[object]) -> list[Way]:
    """The few products that indexes found, and those of the tags that are looked through besides."""
    tagged, tags = _tagged(view, view.tags)
    where, params = [*where, *tagged], [*params, *tags]
    few = Way(
        f"{search.of_list()} CROSS JOIN product p",
        f"p.{view.column}",
        "p.id",
        ["p.id = f.id", *where],
        [found.few, *params],
    )
    return [few, *(_by_tag(view, tag, where, params) for tag in found.ranges)]


def _by_tag(view: View, tag: int, where: list[str], params: list[object]) -> Way:
    """The index range of one tag."""
    return Way(
        "product_tag x CROSS JOIN product p",
        f"x.{view.column}",
        "x.product_id",
        ["x.tag_id = ?", "p.id = x.product_id", *where],
        [tag, *params],
    )


def _tagged(view: View, tags: Sequence[int]) -> Conditions:
    """Conditions that a product has any, or all, of these tags."""
    if not tags:
        return [], []
    one = "EXISTS (SELECT 1 FROM product_tag y WHERE y.product_id = p.id AND y.tag_id "
    if view.match == "any":
        return [f"{one} IN ({marks(tags)}))"], list(tags)
    return [f"{one} = ?)"] * len(tags), list(tags)


def _conditions(reach: Reach, view: View, today: date) -> Conditions:
    """What holds for every product of the view, search and tags aside."""
    text, given = reach.where()
    where, params = [text], list[object](given)
    if view.categories:
        where.append(
            f"p.category_id IN ({marks(view.categories)})" if len(view.categories) > 1 else "p.category_id = ?"
        )
        params += view.categories
    if view.state:
        where.append("p.state = ?" if view.state == "active" else "p.state = ? AND p.state <> 'active'")
        params.append(view.state)
    if view.renewal:
        where.append("p.auto_renew = ?")
        params.append(view.renewal == "auto")
    if view.expiry:
        least, most = _window(view.expiry, today)
        where.append("p.due_key >= ? AND p.due_key <= ?")
        params += [least, most]
    return where, params


def _window(expiry: str, today: date) -> tuple[str, str]:
    if expiry == "none":
        return NO_DATE, NO_DATE
    if expiry == "past":
        return "0001-01-01", (today - timedelta(days=1)).isoformat()
    return today.isoformat(), (today + timedelta(days=int(expiry))).isoformat()

"""The roster: the members of an organization as a list, searched, filtered and paged by key.

Rows are plain tuples. They are sorted among the members of one organization, which are people, not products.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.base import fold, like, moment, row, rows
from models.paging import Edge, Page, cut, is_backwards
from models.permissions import Role

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the roster. `products` and `categories` count the grants."""

    id: int
    user_id: int
    name: str
    email: str
    role: Role
    since: datetime | None
    verified: bool
    products: int
    categories: int
    key: str


_COLUMNS = """
SELECT m.id, m.user_id, u.name, u.email, m.role, m.created_at, u.verified_at,
  (SELECT count(*) FROM product_grant g WHERE g.membership_id = m.id AND g.product_id IS NOT NULL),
  (SELECT count(*) FROM product_grant g WHERE g.membership_id = m.id AND g.category_id IS NOT NULL), u.name_key
FROM membership m JOIN users u ON u.id = m.user_id WHERE
"""


def page(
    organization_id: int, search: str, role: Role | None, edge: Edge | None, size: int = PAGE_SIZE
) -> Page[Person]:
    """One page by name; `search` is looked for in names and e-mail addresses."""
    where, params = _conditions(organization_id, search, role)
    if edge:
        where += f" AND (u.name_key, m.id) {'<' if edge.backwards else '>'} (?, ?)"
        params += [edge.key, edge.id]
    down = " DESC" if is_backwards(edge) else ""
    sql = f"{_COLUMNS} {where} ORDER BY u.name_key{down}, m.id{down} LIMIT ?"
    found = [_person(one) for one in rows(sql, (*params, size + 1))]
    return cut(found, edge, size, lambda person: (person.key, person.id))


def count(organization_id: int, search: str = "", role: Role | None = None) -> int:
    """How many members there are, or match."""
    where, params = _conditions(organization_id, search, role)
    found = row(f"SELECT count(*) FROM membership m JOIN users u ON u.id = m.user_id WHERE {where}", params)
    return int(found[0]) if found else 0


def by_role(organization_id: int) -> dict[Role, int]:
    """How many members there are in each role."""
    found = dict.fromkeys(Role, 0)
    for role, number in rows(
        "SELECT role, count(*) FROM membership WHERE organization_id = ? GROUP BY role", (organization_id,)
    ):
        found[Role(role)] = number
    return found


def _conditions(organization_id: int, search: str, role: Role | None) -> tuple[str, list[object]]:
    where, params = "m.organization_id = ?", list[object]([organization_id])
    if role:
        where += " AND m.role = ?"
        params.append(role.value)
    for word in search.split()[:6]:
        where += " AND (u.name_key LIKE ? ESCAPE '\\' OR u.email_key LIKE ? ESCAPE '\\')"
        params += [like(fold(word))] * 2
    return where, params


def _person(one: tuple[object, ...]) -> Person:
    values = list(one)
    values[4], values[5], values[6] = Role(str(one[4])), moment(one[5]), one[6] is not None  # type: ignore[arg-type]  # both databases' own types
    return Person(*values)  # type: ignore[arg-type]  # in the order of the columns

"""The ledger: which mails on renewals were sent to whom, of what, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.base import day, moment, row, rows
from models.errors import NotFound
from models.outbox import SENT
from models.paging import Edge, Page, cut, is_backwards
from models.renewals.notices import kinds_of

PAGE_SIZE = 50
MOST_OF_ONE = 200
"""Notices of one product that are looked through."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail: of `products` or of the one that is named, to an address (`name` where it is a member's).

    `state` is that of the outbox, which forgets what was sent long ago; `answer` are the server's own words.
    """

    id: int
    day: date | None
    address: str
    name: str
    product_id: int | None
    product: str | None
    kinds: tuple[str, ...]
    products: int
    state: str
    sent_at: datetime | None
    answer: str


_MAILS = """
SELECT g.id, b.day, g.address_key, COALESCE(u.name, g.address_key), p.id, p.name, g.kinds, g.products, x.state,
  x.sent_at, x.answer
FROM renewal_mail g JOIN renewal_batch b ON b.id = g.batch_id
LEFT JOIN membership m ON m.organization_id = g.organization_id
  AND m.user_id = (SELECT v.id FROM users v WHERE v.email_key = g.address_key)
LEFT JOIN users u ON u.id = m.user_id
LEFT JOIN product p ON p.id = g.product_id LEFT JOIN outbox x ON x.dedupe_key = 'renewals:' || g.id
WHERE g.organization_id = ?
"""


def page(organization_id: int, address: str = "", edge: Edge | None = None, size: int = PAGE_SIZE) -> Page[Sent]:
    """One page, newest first; all of them or those to one address."""
    where, params = "", list[object]([organization_id])
    if address:
        where, params = " AND g.address_key = ?", [*params, address]
    if edge:
        where, params = f"{where} AND g.id {'>' if edge.backwards else '<'} ?", [*params, edge.id]
    order = "g.id" if is_backwards(edge) else "g.id DESC"
    found = [_sent(one) for one in rows(f"{_MAILS}{where} ORDER BY {order} LIMIT ?", [*params, size + 1])]
    return cut(found, edge, size, lambda sent: ("", sent.id))


def one(organization_id: int, mail_id: int) -> Sent:
    """One mail of an organization. Raises NotFound."""
    found = row(f"{_MAILS} AND g.id = ?", (organization_id, mail_id))
    if found is None:
        raise NotFound
    return _sent(found)


def _sent(found: tuple[Any, ...]) -> Sent:
    mail, swept_on, key, name, product_id, product, kinds, number, state, sent_at, answer = found
    told = (product_id, product, kinds_of(kinds), number)
    return Sent(mail, day(swept_on), key, name, *told, state or SENT, moment(sent_at), answer or "")


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one product on a day, and to whom."""

    day: date | None
    kind: str
    lead: int
    expires_on: date | None
    names: list[str]


def of_product(product_id: int) -> list[Told]:
    """What was told of a product, newest first."""
    found = rows(
        "SELECT n.sent_on, n.kind, n.lead, n.expires_on, COALESCE(u.name, n.address_key) FROM renewal_notice n "
        "LEFT JOIN users u ON u.email_key = n.address_key WHERE n.product_id = ? "
        "ORDER BY n.sent_on DESC, n.lead, COALESCE(u.name, n.address_key) LIMIT ?",
        (product_id, MOST_OF_ONE),
    )
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for *what, name in found:
        grouped.setdefault(tuple(what), []).append(name)
    return [Told(day(w[0]), w[1], w[2], day(w[3]), names) for w, names in grouped.items()]

"""What a mail of the sweep says: read from the notices when it is written, so that the message itself stays small."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.base import day as read_day
from models.base import row, rows
from models.errors import NotFound
from models.renewals.notices import RENEWAL, kinds_of

MOST_TOLD = 50
"""Products that a mail names; the others are counted, and the page has them all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a mail. `days` are those left on the day of the sweep, negative once it has expired."""

    product_id: int
    name: str
    expires_on: date
    days: int
    kind: str
    lead: int
    price_minor: int | None
    currency: str | None


_MAIL = """
SELECT g.organization_id, g.address_key, g.batch_id, g.product_id, g.kinds, g.products, b.day, o.name, o.slug
FROM renewal_mail g JOIN renewal_batch b ON b.id = g.batch_id JOIN organization o ON o.id = g.organization_id
WHERE g.id = ?
"""

_LINES = """
SELECT p.id, p.name, n.expires_on, n.kind, n.lead, p.price_minor, p.currency
FROM renewal_notice n JOIN product p ON p.id = n.product_id
WHERE n.batch_id = ? AND n.organization_id = ? AND n.address_key = ?
"""


def told(mail_id: int) -> dict[str, Any]:
    """The values of a mail's template: what waits for somebody (`open`), what renews by itself (`fine`), how many are
    not named (`more`). Raises NotFound where the mail is gone."""
    mail = row(_MAIL, (mail_id,))
    if mail is None:
        raise NotFound
    organization_id, key, batch, product, kinds, total, swept_on, name, slug = mail
    sql, params = _LINES, [batch, organization_id, key]
    if product is not None:
        sql, params = f"{sql} AND n.product_id = ?", [*params, product]
    found = rows(f"{sql} ORDER BY n.expires_on, p.name_key LIMIT {MOST_TOLD}", params)
    lines = [_line(one, read_day(swept_on)) for one in found]
    return {
        "organization": name,
        "slug": slug,
        "kinds": kinds_of(kinds),
        "open": [line for line in lines if line.kind != RENEWAL],
        "fine": [line for line in lines if line.kind == RENEWAL],
        "total": total,
        "more": max(0, total - len(lines)),
    }


def _line(one: tuple[Any, ...], swept_on: date | None) -> Line:
    expires_on = read_day(one[2])
    if expires_on is None or swept_on is None:
        raise NotFound
    return Line(one[0], one[1], expires_on, (expires_on - swept_on).days, one[3], one[4], one[5], one[6])

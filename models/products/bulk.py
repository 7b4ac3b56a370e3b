"""Acts on many products at once: one statement each, whatever their number."""

from __future__ import annotations

from models import journal
from models.base import now, stamp, writing
from models.permissions import Permission
from models.products import traces
from models.products.search import Sql
from models.products.tags import Member
from models.products.traces import Change


@writing
def set_auto_renewal(by: Member, *, on: bool, selection: Sql) -> int:
    """Turn automatic renewal on or off on a selection; returns how many products changed.

    The selection is already narrowed to what the person may see.
    """
    by.require(Permission.PRODUCTS_RENEW)
    text, params = selection
    wanted = f"SELECT p.id FROM product p WHERE p.organization_id = ? AND p.auto_renew <> ? AND p.id IN ({text})"
    wanted_params = [by.organization_id, on, *params]
    act = f"UPDATE product SET auto_renew = ?, updated_at = ?, version = version + 1 WHERE id IN ({wanted})"
    change = Change((wanted, wanted_params), (act, [on, stamp(now()), *wanted_params]), "id")
    count = traces.leave(change, "product.auto_renewal_set", by, on=on, count=1)
    if count > 1:
        journal.record("product.auto_renewal_set", by=by, organization=by.organization_id, on=on, count=count)
    return count

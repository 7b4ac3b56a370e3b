"""Acts on many products at once: one statement each, whatever their number."""

from __future__ import annotations

from models import journal
from models.base import now, run, stamp, write
from models.products.search import Sql


def set_auto_renewal(by: journal.Actor, organization_id: int, *, on: bool, selection: Sql) -> int:
    """Turn automatic renewal on or off on a selection; returns how many products changed."""
    text, params = selection
    with write():
        changed: int = run(
            "UPDATE product SET auto_renew = ?, updated_at = ?, version = version + 1 "
            f"WHERE organization_id = ? AND auto_renew <> ? AND id IN ({text})",
            (on, stamp(now()), organization_id, on, *params),
        ).rowcount
        if changed:
            journal.record("product.auto_renewal_set", by=by, organization=organization_id, on=on, count=changed)
    return changed

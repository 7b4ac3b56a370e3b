"""Addresses at which an organization is told of renewals and no mail arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from models.base import fold, marks, now, rows, stamp
from models.renewals.recipients import TOLD

SINCE = timedelta(days=30)
LOOKED_AT = 500
"""How many of an organization's messages are looked at, the latest first."""

LATEST = f"""
SELECT to_address, max(CASE WHEN state = 'failed' AND created_at >= ? THEN id END),
  max(CASE WHEN state = 'sent' THEN id END)
FROM (
  SELECT id, to_address, state, created_at FROM outbox WHERE organization_id = ? ORDER BY id DESC LIMIT {LOOKED_AT}
) AS latest WHERE state IN ('failed', 'sent') GROUP BY to_address
"""


@dataclass(frozen=True, slots=True)
class Unreached:
    """An address that bounces: that for invoices, or with `user_id` and `name` that of a member."""

    address: str
    user_id: int | None = None
    name: str = ""


def of(organization_id: int) -> list[Unreached]:
    """Where the latest message failed in the last 30 days and none was sent after it; one query where all is well."""
    failing = _failing(organization_id)
    if not failing:
        return []
    found = rows("SELECT billing_email FROM organization WHERE id = ?", (organization_id,))
    billing = fold(found[0][0]) if found else ""
    at_billing = [Unreached(failing.pop(billing))] if billing in failing else []
    return [*at_billing, *_members(organization_id, failing)]


def _members(organization_id: int, failing: dict[str, str]) -> list[Unreached]:
    """Those of these addresses at which a member is told of renewals."""
    if not failing:
        return []
    told = TOLD.replace("{which}", "o.id = ?")
    found = rows(
        f"SELECT u.email_key, u.id, u.name FROM ({told}) AS r JOIN users u ON u.email_key = r.address_key "
        f"WHERE u.email_key IN ({marks([*failing])}) ORDER BY u.name_key, u.id",
        [organization_id, organization_id, *failing],
    )
    return [Unreached(failing[key], user_id, name) for key, user_id, name in found]


def _failing(organization_id: int) -> dict[str, str]:
    """Addresses as they were written to, by the key under which members and organizations have them."""
    latest: dict[str, tuple[str, int, int]] = {}
    for address, failed, sent in rows(LATEST, [stamp(now() - SINCE), organization_id]):
        key = fold(address)
        _written, other_failed, other_sent = latest.get(key, ("", 0, 0))
        latest[key] = (address, max(failed or 0, other_failed), max(sent or 0, other_sent))
    return {key: address for key, (address, failed, sent) in latest.items() if failed > sent}

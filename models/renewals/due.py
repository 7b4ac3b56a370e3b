"""What is due as of a day: SQL over all organizations at once, which the sweep writes down and the preview counts.

A product is due for the most urgent lead time that it has reached and that was chosen, unless the recipient was told
of this deadline at that lead time or a more urgent one. So nobody is told twice, however often and on however many
machines the sweep runs, nobody is missed, and after days without one only the most urgent lead time is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from models.base import marks, rows
from models.products.reach import GRANTED
from models.renewals.notices import EXPIRED, REMINDER, RENEWAL
from models.renewals.preferences import AUTO_LEAD, BITS, DEFAULTS, LEADS, OVER
from models.renewals.recipients import TOLD

Sql = tuple[str, list[object]]

TAGGED_OUT = (
    "EXISTS (SELECT 1 FROM renewal_left_out_tag x JOIN product_tag t ON t.tag_id = x.tag_id "
    "WHERE x.organization_id = p.organization_id AND t.product_id = p.id)"
)
"""Whether `product p` has a tag that its organization leaves out."""


def candidates(day: date, which: Sql, deadlines: Sequence[date] = ()) -> Sql:
    """Products that have reached a lead time as of a day, as rows of `id, organization_id, category_id, expires_on,
    lead, kind`; `which` is a condition on `organization o`, `deadlines` narrows it to some."""
    leads, params = _most_urgent(day)
    narrower = f" AND p.expires_on IN ({marks(deadlines)})" if deadlines else ""
    text = f"""
SELECT id, organization_id, category_id, expires_on, lead,
  CASE WHEN lead = {OVER} THEN '{EXPIRED}' WHEN auto_renew THEN '{RENEWAL}' ELSE '{REMINDER}' END AS kind
FROM (
  SELECT p.id, p.organization_id, p.category_id, p.expires_on, p.auto_renew, {leads} AS lead
  FROM product p JOIN organization o ON o.id = p.organization_id
  LEFT JOIN renewal_preference w ON w.organization_id = o.id
  WHERE p.state = 'active' AND p.expires_on <= ? AND {which[0]}{narrower}
) AS reached WHERE lead IS NOT NULL"""
    return text, [*params, day + timedelta(days=max(LEADS)), *which[1], *deadlines]


def _most_urgent(day: date) -> Sql:
    """The lead time that `product p` has reached and that preferences `w` hold; NULL for none."""
    chosen = f"COALESCE(w.leads, {DEFAULTS['leads']})"
    steps = [f"WHEN p.expires_on <= ? AND ({chosen} & {BITS[lead]}) <> 0 THEN {lead}" for lead in sorted(LEADS)]
    text = (
        f"CASE WHEN p.expires_on < ? THEN {OVER} WHEN p.auto_renew THEN "
        f"CASE WHEN p.expires_on <= ? AND {_on('auto_reminder')} THEN {AUTO_LEAD} END "
        f"WHEN {_on('reminders')} THEN CASE {' '.join(steps)} END END"
    )
    return text, [day, day + timedelta(days=AUTO_LEAD), *(day + timedelta(days=lead) for lead in sorted(LEADS))]


def _on(name: str) -> str:
    return f"COALESCE(w.{name}, {'TRUE' if DEFAULTS[name] else 'FALSE'})"


def untold(day: date, which: Sql, deadlines: Sequence[date] = ()) -> Sql:
    """What has to be told as of a day: rows of `id, organization_id, expires_on, lead, kind, address_key`."""
    found, found_params = candidates(day, which, deadlines)
    told, told_params = TOLD.replace("{which}", which[0]), [*which[1], *which[1]]
    text = f"""
SELECT c.id, c.organization_id, c.expires_on, c.lead, c.kind, r.address_key
FROM ({found}) AS c JOIN ({told}) AS r ON r.organization_id = c.organization_id
WHERE NOT EXISTS (
  SELECT 1 FROM renewal_notice n WHERE n.product_id = c.id AND n.address_key = r.address_key
  AND (n.expires_on = c.expires_on AND n.lead <= c.lead OR n.sent_on = ?)
)"""
    params = [*found_params, *told_params, day]
    for table, condition, more in _exceptions(day):
        if rows(f"SELECT 1 FROM {table} LIMIT 1"):
            text, params = f"{text} AND {condition}", [*params, *more]
    return text, params


def _exceptions(day: date) -> tuple[tuple[str, str, list[object]], ...]:
    """Tables of exceptions, each with the condition that keeps what it does not hold; an empty one costs nothing."""
    granted = GRANTED.replace("?", "r.narrowed").replace("p.", "c.")
    refused = "f.organization_id = c.organization_id AND f.address_key = r.address_key AND f.kind = c.kind"
    category = "x.organization_id = c.organization_id AND x.category_id = c.category_id"
    snoozed = f"s.product_id = c.id AND s.expires_on = c.expires_on AND s.until > ? AND c.lead <> {OVER}"
    return (
        ("renewal_recipient", f"(r.narrowed = 0 OR {granted})", []),
        ("renewal_refusal", f"NOT EXISTS (SELECT 1 FROM renewal_refusal f WHERE {refused})", []),
        ("renewal_left_out_category", f"NOT EXISTS (SELECT 1 FROM renewal_left_out_category x WHERE {category})", []),
        ("renewal_left_out_tag", f"NOT {TAGGED_OUT.replace('p.', 'c.')}", []),
        ("renewal_snooze", f"NOT EXISTS (SELECT 1 FROM renewal_snooze s WHERE {snoozed})", [day]),
    )

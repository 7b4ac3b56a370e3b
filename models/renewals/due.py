"""What is due as of a day: SQL over all organizations at once, which the sweep writes down and the preview counts.

A product is due for the most urgent lead time that it has reached and that was chosen, unless the recipient was told
of this deadline at that lead time or a more urgent one. So nobody is told twice, however often and on however many
machines the sweep runs, nobody is missed, and after days without one only the most urgent lead time is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from models.base import is_postgresql, marks, rows
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
    lead, kind`; `which` is a condition on `organization o`, `deadlines` narrows it to some.

    Each organization is joined with its spans first, so that nothing has to be decided for each product.
    """
    spans, span_params = _spans(day)
    narrower = f" AND p.expires_on IN ({marks(deadlines)})" if deadlines else ""
    text = f"""
SELECT p.id, p.organization_id, p.category_id, p.expires_on, s.lead, s.kind
FROM (
  SELECT o.id, {_WANTED} AS wanted FROM organization o LEFT JOIN renewal_preference w ON w.organization_id = o.id
  WHERE {which[0]}
) AS o CROSS JOIN ({spans}) AS s CROSS JOIN product p
WHERE (o.wanted & s.chosen) = s.chosen AND (o.wanted & s.nearer) = 0 AND p.organization_id = o.id
  AND p.state = 'active' AND p.expires_on BETWEEN s.since AND s.until AND p.auto_renew = s.auto{narrower}"""
    return text, [*which[1], *span_params, *deadlines]


_AUTO = 1 << len(LEADS)


def _on(name: str) -> str:
    return f"COALESCE(w.{name}, {'TRUE' if DEFAULTS[name] else 'FALSE'})"


_WANTED = (
    f"CASE WHEN {_on('reminders')} THEN COALESCE(w.leads, {DEFAULTS['leads']}) ELSE 0 END + "
    f"CASE WHEN {_on('auto_reminder')} THEN {_AUTO} ELSE 0 END"
)
"""What an organization wants to be told of, as one mask."""


class _Span(NamedTuple):
    """Deadlines between two days that are told of at a lead time by who has chosen it (a bit) and nothing `nearer`."""

    since: date
    until: date
    auto: bool
    chosen: int
    nearer: int
    lead: int
    kind: str


def _spans(day: date) -> Sql:
    """Every span as of a day, as a query."""
    typed = "CAST(? AS DATE)" if is_postgresql() else "?"
    one = f"SELECT {typed} AS since, {typed} AS until, {{0}} AS auto, {{1}} AS chosen, {{2}} AS nearer, {{3}} AS lead, "
    texts: list[str] = []
    params: list[object] = []
    for span in _all_spans(day):
        auto = "TRUE" if span.auto else "FALSE"
        texts.append(one.format(auto, span.chosen, span.nearer, span.lead) + f"'{span.kind}' AS kind")
        params += [span.since, span.until]
    return " UNION ALL ".join(texts), params


def _all_spans(day: date) -> Iterator[_Span]:
    """What has passed is told to everybody; before an automatic renewal there is one reminder; between two lead times a
    product that is renewed by hand is told of at the nearest one from there on that was chosen."""
    for auto in (False, True):
        yield _Span(date.min, day - timedelta(days=1), auto, 0, 0, OVER, EXPIRED)
    yield _Span(day, day + timedelta(days=AUTO_LEAD), True, _AUTO, 0, AUTO_LEAD, RENEWAL)
    ordered = sorted(LEADS)
    for place, until in enumerate(ordered):
        since = day + timedelta(days=ordered[place - 1] + 1) if place else day
        for lead in ordered[place:]:
            nearer = sum(BITS[other] for other in ordered[place:] if other < lead)
            yield _Span(since, day + timedelta(days=until), False, BITS[lead], nearer, lead, REMINDER)


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

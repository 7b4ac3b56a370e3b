"""The sweep: writes down what is due as of a day and the mails that tell it, and lets products expire.

Each step is one statement over all rows, so memory does not grow with their number; all of it is one transaction, so a
sweep that was killed has done nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models import journal
from models.base import after_commit, is_postgresql, locked, marks, now, rows, run, stamp, write
from models.links import Purpose
from models.products import traces
from models.renewals.due import Sql, untold
from models.renewals.notices import ID_SUM, KIND_BITS, Batch
from models.renewals.preferences import DEFAULTS
from models.wake import wake

HOUR = 8
"""A day is swept at this hour of the organization's own time."""


class Swept(NamedTuple):
    """What a sweep did: how many mails it wrote, of how many notices, and how many products expired."""

    mails: int = 0
    notices: int = 0
    expired: int = 0

    def plus(self, other: Swept) -> Swept:
        """Both together."""
        return Swept(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def due(at: datetime) -> dict[date, list[str]]:
    """Time zones of organizations in which it is 08:00 or later, and whose day was not swept yet; by their day."""
    found: dict[date, list[str]] = {}
    known = dict(rows("SELECT time_zone, swept_on FROM renewal_zone"))
    for (zone,) in rows("SELECT DISTINCT time_zone FROM organization"):
        here = at.astimezone(ZoneInfo(zone))
        if here.hour >= HOUR and str(known.get(zone, "")) < here.date().isoformat():
            found.setdefault(here.date(), []).append(zone)
    return found


def keep(at: datetime) -> Swept:
    """Sweep the days that have come since the last time; of several that were missed, the last stands for all."""
    done = Swept()
    for day, zones in sorted(due(at).items()):
        with write():
            done = done.plus(sweep(day, sorted(zones)))
            _note(day, zones)
    return done


def sweep_all(day: date) -> Swept:
    """Sweep every organization as of a day, whatever time it is there and whenever it was swept.

    The days that come by themselves are swept all the same: a day asked for by hand takes no other's place.
    """
    return sweep(day, [zone for (zone,) in rows("SELECT DISTINCT time_zone FROM organization")])


def sweep(day: date, zones: list[str]) -> Swept:
    """Sweep the organizations of these time zones as of a day, in one transaction."""
    if not zones:
        return Swept()
    with locked("renewals"):
        here: Sql = (f"o.time_zone IN ({marks(zones)})", list(zones))
        batch = Batch.create(day=day, made_at=now())
        notices = _notice(day, batch.id, here)
        mails = _write_mails(batch.id) if notices else 0
        if not notices:
            batch.delete_instance()
        expired = _expire(day, here)
    return Swept(mails, notices, expired)


def _notice(day: date, batch: int, here: Sql) -> int:
    """Write down what has to be told; returns how many notices that are.

    They are written in the order of their key, which is faster; the sum keeps SQLite from reading all products for it.
    """
    text, params = untold(day, here)
    typed = "CAST(? AS DATE), CAST(? AS BIGINT)" if is_postgresql() else "?, ?"
    return int(
        run(
            "INSERT INTO renewal_notice (product_id, organization_id, expires_on, lead, kind, address_key, sent_on, "
            f"batch_id) SELECT u.*, {typed} FROM ({text}) AS u WHERE TRUE ORDER BY u.id + 0 ON CONFLICT DO NOTHING",
            (day, batch, *params),
        ).rowcount
    )


_PARTS = f"""
INSERT INTO renewal_part (organization_id, address_key, expires_on, lead, kind, batch_id, products, id_sum)
SELECT n.organization_id, n.address_key, n.expires_on, n.lead, n.kind, n.batch_id, COUNT(*),
  {ID_SUM.format(id="n.product_id")}
FROM renewal_notice n WHERE n.batch_id = ?
GROUP BY n.batch_id, n.organization_id, n.address_key, n.expires_on, n.lead, n.kind
"""

_KINDS = " + ".join(f"MAX(CASE k.kind WHEN '{kind}' THEN {bit} ELSE 0 END)" for kind, bit in KIND_BITS.items())
_KIND = "CASE n.kind " + " ".join(f"WHEN '{kind}' THEN {bit}" for kind, bit in KIND_BITS.items()) + " END"
_DIGEST = f"COALESCE(w.digest, {'TRUE' if DEFAULTS['digest'] else 'FALSE'})"

_MAILS = f"""
INSERT INTO renewal_mail (batch_id, organization_id, address_key, product_id, kinds, products)
SELECT k.batch_id, k.organization_id, k.address_key, NULL, {_KINDS}, SUM(k.products)
FROM renewal_part k LEFT JOIN renewal_preference w ON w.organization_id = k.organization_id
WHERE k.batch_id = ? AND {_DIGEST} GROUP BY k.batch_id, k.organization_id, k.address_key
"""

_SINGLE_MAILS = f"""
INSERT INTO renewal_mail (batch_id, organization_id, address_key, product_id, kinds, products)
SELECT n.batch_id, n.organization_id, n.address_key, n.product_id, {_KIND}, 1
FROM renewal_preference w JOIN renewal_notice n ON n.organization_id = w.organization_id
WHERE NOT w.digest AND n.batch_id = ?
"""

_SAME_LINK = f"""
l.purpose = '{Purpose.UNSUBSCRIBE.value}' AND l.organization_id = g.organization_id AND l.address = g.address_key
AND l.subject_id = g.kinds
"""

_LINKS = f"""
INSERT INTO links (purpose, organization_id, subject_id, address, data, created_at)
SELECT DISTINCT '{Purpose.UNSUBSCRIBE.value}', g.organization_id, g.kinds, g.address_key, {{empty}}, {{at}}
FROM renewal_mail g WHERE g.batch_id = ? AND NOT EXISTS (SELECT 1 FROM links l WHERE {_SAME_LINK})
"""

_POST = f"""
INSERT INTO outbox (name, to_address, to_name, language, time_zone, user_id, organization_id, link_id, context,
  optional, message_id, dedupe_key, state, attempts, next_at, created_at)
SELECT 'renewals', COALESCE(u.email, o.billing_email), COALESCE(u.name, o.name), COALESCE(u.language, o.language),
  COALESCE(u.time_zone, o.time_zone), u.id, g.organization_id, l.id, {{context}}, TRUE, {{random}},
  'renewals:' || g.id, 'waiting', 0, {{at}}, {{at}}
FROM renewal_mail g JOIN organization o ON o.id = g.organization_id LEFT JOIN users u ON u.email_key = g.address_key
JOIN links l ON {_SAME_LINK} WHERE g.batch_id = ?
"""


class _Dialect(NamedTuple):
    """What the two databases write differently."""

    at: str
    empty: str
    random: str
    context: str


def _dialect() -> _Dialect:
    if is_postgresql():
        random, context = "replace(gen_random_uuid()::text, '-', '')", "jsonb_build_object('mail', g.id)"
        return _Dialect("CAST(? AS TIMESTAMPTZ)", "'{}'::jsonb", random, context)
    return _Dialect("?", "'{}'", "lower(hex(randomblob(16)))", "json_object('mail', g.id)")


def _write_mails(batch: int) -> int:
    """Write the mails that tell the notices of a batch; returns how many. Each bears a link to do without its kinds."""
    how, moment = _dialect(), stamp(now())
    run(_PARTS, (batch,))
    run(_MAILS, (batch,))
    if rows("SELECT 1 FROM renewal_preference WHERE NOT digest LIMIT 1"):
        run(_SINGLE_MAILS, (batch,))
    run(_LINKS.format(empty=how.empty, at=how.at), (moment, batch))
    text = _POST.format(context=how.context, random=how.random, at=how.at)
    count = int(run(text, (moment, moment, batch)).rowcount)
    after_commit(lambda: wake("mail"))
    return count


def _expire(day: date, here: Sql) -> int:
    """Products whose deadline has passed are expired from now on; returns how many."""
    mine = f"p.organization_id IN (SELECT o.id FROM organization o WHERE {here[0]})"
    over, params = f"p.state = 'active' AND p.expires_on < ? AND {mine}", [day, *here[1]]
    act = f"UPDATE product AS p SET state = 'expired', updated_at = {_dialect().at}, version = version + 1 WHERE {over}"
    wanted = (f"SELECT p.id FROM product p WHERE {over}", params)
    change = traces.Change(wanted, (act, [stamp(now()), *params]), "p.id")
    return traces.leave(change, "product.expired", journal.SYSTEM)


def _note(day: date, zones: list[str]) -> None:
    """These time zones have been swept as of the day."""
    run(
        f"INSERT INTO renewal_zone (time_zone, swept_on) VALUES {', '.join(['(?, ?)'] * len(zones))} "
        "ON CONFLICT (time_zone) DO UPDATE SET swept_on = excluded.swept_on",
        [value for zone in zones for value in (zone, day)],
    )

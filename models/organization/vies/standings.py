"""What stands of each EU number: waiting, confirmed or invalid; and every answer of VIES, kept as evidence.

A number that an organization has and that has no row yet is found by the sweep (`keep_up`), whoever wrote it: a
form, an import, the command line. A question is asked under a lease, outside any transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import AutoField, CharField, IntegerField, TextField

from models import journal
from models.base import Model, UTCField, is_postgresql, marks, now, row, rows, run, stamp, write
from models.organization.vies import answers
from models.organization.vies.answers import Answer

WAITING, CONFIRMED, REFUSED = "waiting", "confirmed", "invalid"

LEASE = timedelta(minutes=2)
MOST_FOUND = 1000
"""So many new numbers are taken in by one sweep."""

YEAR = timedelta(days=365)
PAUSES = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720, 1440))
"""How long to wait after each question without an answer; the last one is kept to."""

DOUBTS = tuple(timedelta(days=d) for d in (1, 2, 4, 7, 7, 7))
"""When to ask again about a number that VIES does not know: a new one takes days to show. Then no more."""


class Standing(Model):
    """One number of one organization. `attempts` counts questions without an answer since the last one with, `refusals`
    how often running VIES did not know it; without `next_at` it is not asked about any more."""

    id = AutoField()
    organization_id = IntegerField()
    number = CharField()
    state = CharField(default=WAITING)
    confirmed_at = UTCField(null=True)
    asked_at = UTCField(null=True)
    outcome = CharField(null=True)
    attempts = IntegerField(default=0)
    refusals = IntegerField(default=0)
    next_at = UTCField(null=True)
    leased_by = CharField(null=True)

    class Meta:
        table_name = "vat_standing"


class Check(Model):
    """One question and what came of it; `requester` is the provider's own number, if it was given."""

    id = AutoField()
    organization_id = IntegerField()
    number = CharField()
    asked_at = UTCField()
    outcome = CharField()
    requester = CharField(default="")
    consultation = CharField(default="")
    name = TextField(default="")
    address = TextField(default="")
    raw_answer = TextField(default="")
    error = TextField(default="")

    class Meta:
        table_name = "vat_check"


_IN_USE = "SELECT 1 FROM organization o WHERE o.id = {0} AND o.vat_number = {1}"

_NEW = (
    "SELECT o.id, o.vat_number FROM organization o WHERE o.vat_number <> '' AND substr(o.vat_number, 1, 2) IN ({}) "
    "AND NOT EXISTS (SELECT 1 FROM vat_standing s WHERE s.organization_id = o.id AND s.number = o.vat_number) "
    "ORDER BY o.id LIMIT ?"
)


def keep_up(limit: int = MOST_FOUND) -> None:
    """Take in numbers that organizations have by now, due at once, and drop those that they have no more."""
    found = rows(_NEW.format(marks(answers.PREFIXES)), (*answers.PREFIXES, limit))
    fresh = [{"organization_id": of, "number": number} for of, number in found if answers.split(number)]
    with write():
        run(f"DELETE FROM vat_standing WHERE NOT EXISTS ({_IN_USE.format('organization_id', 'number')})")
        moment = now()
        if fresh:
            Standing.insert_many([{**one, "next_at": moment} for one in fresh]).on_conflict_ignore().execute()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A number that one worker asks about now."""

    id: int
    organization_id: int
    number: str
    leased_by: str


def claim(worker: str, *, without: Collection[str] = ()) -> Claimed | None:
    """Take a lease on the number that has been due longest; none of the countries `without`. Nobody else gets it."""
    moment = now()
    skip = " FOR UPDATE SKIP LOCKED" if is_postgresql() else ""
    sql = (
        "UPDATE vat_standing SET leased_by = ?, next_at = ? WHERE id IN (SELECT id FROM vat_standing "
        f"WHERE next_at <= ? AND substr(number, 1, 2) NOT IN ({marks(list(without) or ('',))}) "
        f"ORDER BY next_at, id LIMIT 1{skip}) RETURNING id, organization_id, number"
    )
    found = rows(sql, (worker, stamp(moment + LEASE), stamp(moment), *(without or ("",))))
    return Claimed(found[0][0], found[0][1], found[0][2], worker) if found else None


def settle(claimed: Claimed, answer: Answer, requester: str) -> str | None:
    """Keep the answer, and what follows from it where the organization still has the number; returns its new state.

    A number that was changed while it was asked about keeps its evidence and changes nothing.
    """
    with write():
        used = row(_IN_USE.format("?", "?"), (claimed.organization_id, claimed.number))
        mine = Standing.get_or_none(Standing.id == claimed.id, Standing.leased_by == claimed.leased_by)
        if row("SELECT 1 FROM organization WHERE id = ?", (claimed.organization_id,)):
            _keep(claimed, answer, requester)
        if used is None or mine is None:
            return None
        changes = _after(mine, answer, now())
        Standing.update(**changes, leased_by=None).where(Standing.id == mine.id).execute()
        _tell(mine, str(changes["state"]), answer)
        return str(changes["state"])


def _keep(claimed: Claimed, answer: Answer, requester: str) -> None:
    Check.create(
        organization_id=claimed.organization_id,
        number=claimed.number,
        asked_at=now(),
        outcome=answer.outcome,
        requester=requester,
        consultation=answer.consultation,
        name=answer.name,
        address=answer.address,
        raw_answer=answer.raw,
        error=answer.error,
    )


def _after(one: Standing, answer: Answer, at: datetime) -> dict[str, Any]:
    """The row's next values. Only a verdict changes the state; what VIES can't read is wrong until it is mended."""
    changes: dict[str, Any] = {"asked_at": at, "outcome": answer.outcome, "attempts": 0, "state": REFUSED}
    if answer.outcome == answers.VALID:
        return {**changes, "state": CONFIRMED, "confirmed_at": at, "refusals": 0, "next_at": at + YEAR}
    if answer.outcome == answers.MALFORMED:
        return {**changes, "next_at": None}
    if answer.outcome == answers.INVALID:
        again = at + DOUBTS[one.refusals] if one.refusals < len(DOUBTS) else None
        return {**changes, "refusals": one.refusals + 1, "next_at": again}
    pause = PAUSES[min(one.attempts, len(PAUSES) - 1)]
    return {**changes, "state": one.state, "attempts": one.attempts + 1, "next_at": at + pause}


def _tell(one: Standing, state: str, answer: Answer) -> None:
    """The organization reads in its journal when a number's state becomes another."""
    act = {CONFIRMED: "vat.confirmed", REFUSED: "vat.refused"}.get(state)
    if act is None or state == one.state:
        return
    about, detail = ("vat_number", one.id, one.number), {"consultation": answer.consultation}
    journal.record(act, by=journal.SYSTEM, organization=one.organization_id, about=about, **detail)


def ask_anew() -> None:
    """Whatever waits for an answer is due now, as after the operators changed how VIES is asked."""
    Standing.update(next_at=now(), attempts=0).where(
        Standing.leased_by.is_null(), (Standing.attempts > 0) | (Standing.state == WAITING)
    ).execute()

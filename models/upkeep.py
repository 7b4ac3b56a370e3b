"""What is over and nobody needs any more: deleted in small steps, so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.base import is_postgresql, run, stamp

STEP = 1000

OUTBOX_KEPT = timedelta(days=90)
WORK_KEPT = timedelta(days=30)
LINKS_KEPT = timedelta(days=90)
QUESTIONS_KEPT = timedelta(days=90)
WORKERS_KEPT = timedelta(days=1)


def _delete(table: str, condition: str, before: datetime) -> int:
    """Delete rows whose moment in the condition is before `before`; each step is a transaction of its own."""
    key = "ctid" if is_postgresql() else "rowid"
    sql = f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT {STEP})"
    gone = 0
    while True:
        deleted = int(run(sql, (stamp(before),)).rowcount)
        gone += deleted
        if deleted < STEP:
            return gone


def sessions(at: datetime) -> int:
    """Sessions that ended by themselves."""
    return _delete("session", "expires_at < ?", at)


def workers(at: datetime) -> int:
    """Signs of life of workers that have been gone for a day."""
    return _delete("heartbeat", "at < ?", at - WORKERS_KEPT)


def outbox(at: datetime) -> int:
    """Messages that were sent 90 days ago; what failed stays until an operator has decided."""
    return _delete("outbox", "state = 'sent' AND sent_at < ?", at - OUTBOX_KEPT)


def links(at: datetime) -> int:
    """Links that have been dead for 90 days; until then they say what became of the thing."""
    return _delete("links", "expires_at < ?", at - LINKS_KEPT)


def work(at: datetime) -> int:
    """Work that ended 30 days ago."""
    return _delete("work", "state IN ('done', 'failed') AND finished_at < ?", at - WORK_KEPT)


def vat_checks(at: datetime) -> int:
    """Questions to VIES that got no answer 90 days ago; what it said of a number is evidence and stays."""
    return _delete(
        "vat_check", "outcome IN ('requester', 'blocked', 'unavailable') AND asked_at < ?", at - QUESTIONS_KEPT
    )

"""Journal entries of an import, all in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from models import journal
from models.base import now
from models.products.importing.plans import CHANGED, NEW, Line, chunks

About = tuple[str, int | None, str]
Told = tuple[str, int, About, dict[str, Any]]
"""The act, the organization that reads it, what it is about, its details."""


def record_all(by: journal.Actor, told: Iterable[Told]) -> None:
    """Write many entries at once."""
    moment = now()
    entries = [
        {
            "at": moment,
            "organization_id": organization,
            "user_id": by.user_id,
            "actor": by.name,
            "behalf": by.behalf,
            "address": by.address,
            "act": act,
            "subject_kind": about[0],
            "subject_id": about[1],
            "subject": about[2],
            "details": details,
        }
        for act, organization, about, details in told
    ]
    for part in chunks(entries):
        journal.Entry.insert_many(part).execute()


def count_rows(act: str, source: str, done: Iterable[Line]) -> list[Told]:
    """One entry for each organization that something was written for: how many rows of the file `source`."""
    counts: dict[int, Counter[str]] = {}
    for line in done:
        if line.organization_id is not None:
            counts.setdefault(line.organization_id, Counter())[line.verdict] += 1
    file = ("file", None, source)
    return [(act, number, file, {"new": c[NEW], "changed": c[CHANGED]}) for number, c in counts.items()]

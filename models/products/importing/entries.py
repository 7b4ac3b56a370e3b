"""Journal entries of an import: one for each organization that it touched, all in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import journal
from models.base import now
from models.products.importing.plans import chunks

About = tuple[str, int | None, str]


def record_each(act: str, by: journal.Actor, told: Mapping[int, tuple[About, dict[str, Any]]]) -> None:
    """Write the same act for every organization, each with what it is about and its own details."""
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
        for organization, (about, details) in told.items()
    ]
    for part in chunks(entries):
        journal.Entry.insert_many(part).execute()

"""How the instance does, in few small queries."""

from __future__ import annotations

from models import journal
from models.base import row
from models.work import Work

MOST_COUNTED = 100_000
IMPORTS = frozenset({"products.imported", "members.imported"})


def numbers() -> dict[str, int]:
    """How many there are of what; products are counted to one more than 100,000."""
    found = row(
        "SELECT (SELECT count(*) FROM organization), "
        "(SELECT count(*) FROM organization WHERE suspended_at IS NOT NULL), "
        "(SELECT count(*) FROM users), (SELECT count(*) FROM users WHERE password_hash IS NULL), "
        f"(SELECT count(*) FROM (SELECT 1 FROM product LIMIT {MOST_COUNTED + 1}) AS capped)"
    )
    assert found is not None
    return dict(zip(("organizations", "suspended", "users", "pending", "products"), found, strict=True))


def latest_acts(limit: int = 12) -> list[journal.Entry]:
    """The latest acts of operators and of the provider's command line; an import counts once for all it touched."""
    latest = journal.Entry.select().where(journal.Entry.behalf.is_null(False)).order_by(journal.Entry.id.desc())
    found: dict[object, journal.Entry] = {}
    for entry in latest.limit(40 * limit):
        key = (entry.act, entry.at, entry.subject) if entry.act in IMPORTS else entry.id
        if key not in found and len(found) == limit:
            break
        told = found.setdefault(key, entry)
        if told is not entry:
            for name in ("new", "changed"):
                told.details[name] += entry.details[name]
    return list(found.values())


def latest_work(limit: int = 20) -> list[Work]:
    """The latest background work."""
    return list(Work.select().order_by(Work.id.desc()).limit(limit))

"""A person's calendar: a secret address at which programs read it, and the renewals that stand in it.

The address alone opens it, so it is shown once and only its hash is kept. What it shows is what its person may see at
that moment: nothing of an organization that they left, nothing at all while they are suspended.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from peewee import CharField, ForeignKeyField

from models import journal
from models.account.sessions import key_hash
from models.account.users import User
from models.base import Model, UTCField, locked, moment, now, row, rows, run, stamp, today, write
from models.base import day as read_day
from models.errors import N_, Conflict, NotFound
from models.products.products import ACTIVE
from models.products.reach import GRANTED, SEEING_ALL

DAYS_BACK, DAYS_AHEAD = 30, 400

MOST_A_DAY = 20
"""More products than these of one organization on one day are one event, which names so many."""

MOST_TOLD = 2_000
"""Products that are named at most, the earliest first: to write one takes half a millisecond."""

NOTE_EVERY = timedelta(hours=1)


class Feed(Model):
    """The address of one person's calendar. `read_at` is when a program last read it, to the hour."""

    user = ForeignKeyField(User, primary_key=True, on_delete="CASCADE")
    secret_hash = CharField(unique=True)
    created_at = UTCField()
    read_at = UTCField(null=True)

    class Meta:
        table_name = "calendar_feed"

    def is_opened_by(self, secret: str) -> bool:
        """Whether this is the secret of the address."""
        return secrets.compare_digest(self.secret_hash, key_hash(secret))


class Due(NamedTuple):
    """A product with its day. `changed_at` and `version` grow with every change of it."""

    organization_id: int
    organization: str
    slug: str
    product_id: int
    name: str
    category: str
    day: date
    auto_renew: bool
    price_minor: int | None
    currency: str | None
    period_months: int | None
    version: int
    changed_at: datetime


class Crowd(NamedTuple):
    """A day of an organization on which more than MOST_A_DAY products are due: the first of them, and how many."""

    first: list[Due]
    total: int
    changed_at: datetime


class Calendar(NamedTuple):
    """What a program reads, and the language that its person reads."""

    language: str
    events: list[Due | Crowd]


def of_user(user_id: int) -> Feed | None:
    """The address of a person, if they have one."""
    found: Feed | None = Feed.get_or_none(Feed.user == user_id)
    return found


def make(user: User, by: journal.Actor) -> str:
    """Make the person's address; returns its secret, which is kept nowhere. Raises Conflict where there is one."""
    with locked(f"calendar.{user.id}"):
        if of_user(user.id):
            raise Conflict(N_("Your calendar has an address already. If it is lost, make a new one."))
        journal.record("calendar.made", by=by, about=("user", user.id, user.name))
        return _write(user)


def replace(user: User, by: journal.Actor) -> str:
    """Make a new address; the old one is dead at once. Returns the new secret, which is kept nowhere."""
    with locked(f"calendar.{user.id}"):
        act = "calendar.replaced" if Feed.delete().where(Feed.user == user).execute() else "calendar.made"
        journal.record(act, by=by, about=("user", user.id, user.name))
        return _write(user)


def stop(user: User, by: journal.Actor) -> None:
    """The address is dead from now on; to stop it twice is no fault."""
    with write():
        if Feed.delete().where(Feed.user == user).execute():
            journal.record("calendar.stopped", by=by, about=("user", user.id, user.name))


def _write(user: User) -> str:
    secret = secrets.token_urlsafe(24)
    Feed.create(user=user, secret_hash=key_hash(secret), created_at=now())
    return secret


def read(secret: str) -> Calendar:
    """The calendar that this secret opens, as it is now. Raises NotFound for one that opens none."""
    hashed = key_hash(secret)
    found = row(
        "SELECT u.id, u.language, u.time_zone, f.read_at FROM calendar_feed f JOIN users u ON u.id = f.user_id "
        "WHERE f.secret_hash = ? AND u.suspended_at IS NULL",
        (hashed,),
    )
    if found is None:
        raise NotFound
    user_id, language, time_zone, read_at = found
    _note_reading(hashed, moment(read_at))
    return Calendar(language, _events(user_id, today(time_zone)))


def _note_reading(hashed: str, read_at: datetime | None) -> None:
    """Note that the address was read, at most once an hour: it takes the write lock, and programs ask often."""
    at = now()
    if read_at is None or at - read_at >= NOTE_EVERY:
        with write():
            run("UPDATE calendar_feed SET read_at = ? WHERE secret_hash = ?", (stamp(at), hashed))


_DUE = f"""
SELECT * FROM (
  SELECT o.id AS organization_id, o.name AS organization, o.slug, p.id, p.name, c.name AS category, p.expires_on,
    p.auto_renew, p.price_minor, p.currency, p.period_months, p.version, p.updated_at, o.name_key, p.due_key,
    row_number() OVER (PARTITION BY o.id, p.due_key ORDER BY p.name_key, p.id) AS place,
    count(*) OVER (PARTITION BY o.id, p.due_key) AS total,
    max(p.updated_at) OVER (PARTITION BY o.id, p.due_key) AS changed_at
  FROM membership m JOIN organization o ON o.id = m.organization_id JOIN product p ON p.organization_id = o.id
  JOIN category c ON c.id = p.category_id
  WHERE m.user_id = ? AND p.state = '{ACTIVE}' AND p.due_key BETWEEN ? AND ?
    AND (m.role IN ({SEEING_ALL}) OR {GRANTED.replace("?", "m.id")})
) AS due WHERE place <= {MOST_A_DAY} ORDER BY due_key, name_key, organization_id, place LIMIT {MOST_TOLD}
"""


def _events(user_id: int, here: date) -> list[Due | Crowd]:
    """What is due around a day, the earliest first: one query whatever the number of organizations."""
    least, most = here - timedelta(days=DAYS_BACK), here + timedelta(days=DAYS_AHEAD)
    events: list[Due | Crowd] = []
    for found in rows(_DUE, (user_id, least.isoformat(), most.isoformat())):
        place, total, changed_at = found[15:]
        due = _due(found)
        if total <= MOST_A_DAY:
            events.append(due)
        elif place == 1:
            events.append(Crowd([due], total, moment(changed_at) or due.changed_at))
        else:
            crowd = events[-1]
            assert isinstance(crowd, Crowd)
            crowd.first.append(due)
    return events


def _due(found: tuple[Any, ...]) -> Due:
    day, changed_at = read_day(found[6]), moment(found[12])
    assert day is not None
    assert changed_at is not None
    values = dict(zip(Due._fields, found, strict=False))
    return Due(**values | {"day": day, "auto_renew": bool(values["auto_renew"]), "changed_at": changed_at})

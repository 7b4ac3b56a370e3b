"""The journal: who did what, when, from where, on whose behalf. Entries are never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from peewee import AutoField, CharField, IntegerField, JSONField, TextField

from models.base import Model, UTCField, now, run, stamp


@runtime_checkable
class Actor(Protocol):
    """Whoever acts: an `Access`, a user outside any organization, an operator, or the system."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str | None: ...

    @property
    def behalf(self) -> str | None: ...


@dataclass(frozen=True)
class Person:
    """An actor that is not bound to an organization. `address` is the network address of the request."""

    user_id: int | None
    name: str
    address: str | None = None
    behalf: str | None = None


SYSTEM = Person(None, "Intendant")


class Entry(Model):
    """One act. Names are copied, so that an entry still reads right when the thing is gone."""

    id = AutoField()
    at = UTCField()
    organization_id = IntegerField(null=True)
    user_id = IntegerField(null=True)
    actor = CharField()
    behalf = CharField(null=True)
    address = CharField(null=True)
    act = CharField()
    subject_kind = CharField(null=True)
    subject_id = IntegerField(null=True)
    subject = TextField(null=True)
    details = JSONField(default=dict)

    class Meta:
        table_name = "journal"


_encode = json.JSONEncoder(separators=(",", ":")).encode

# Every act writes here: building this statement anew took longer than all the rest of a small act.
_INSERT = (
    "INSERT INTO journal (at, organization_id, user_id, actor, behalf, address, act, subject_kind, subject_id, "
    "subject, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def record(
    act: str,
    *,
    by: Actor,
    organization: int | None = None,
    about: tuple[str, int | None, str] | None = None,
    **details: object,
) -> None:
    """Write one entry inside the act's transaction.

    `act` is `noun.verb` ("member.removed"); `about` is (kind, id, name as people know it); `details` are
    plain data, for changes as `changes={"field": [old, new]}`.
    """
    kind, subject_id, subject = about or (None, None, None)
    run(
        _INSERT,
        (
            stamp(now()),
            organization,
            by.user_id,
            by.name,
            by.behalf,
            by.address,
            act,
            kind,
            subject_id,
            subject,
            _encode(details),
        ),
    )

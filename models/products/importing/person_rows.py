"""Rows of a list of people compared with users and members that are there, and written.

New people get no password and no mail: they are pending until an operator sends them a sign-in mail. People who
have a password run their own profile: a file never changes it. Legal representatives are only ever added.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models import journal
from models.account.users import User
from models.base import fold, marks, now, rows, writing
from models.errors import N_, Refused
from models.organization.members import Membership
from models.permissions import Role
from models.products.importing import cells, entries
from models.products.importing.places import Places
from models.products.importing.plans import (
    CHANGED,
    NEW,
    UNCHANGED,
    Applied,
    Entry,
    Line,
    Mapping,
    Options,
    Reader,
    Tell,
    Writing,
    chunks,
    read_rows,
    refuse,
)
from models.products.importing.sheets import Sheet
from models.products.importing.words import ROLES

READERS: dict[str, Reader] = {
    "email": cells.email,
    "name": cells.text,
    "phone": cells.text,
    "language": cells.language,
    "time_zone": cells.time_zone,
    "organization": cells.text,
    "role": functools.partial(cells.word, ROLES, N_("“%(given)s” is not a role.")),
}
CLEARS: dict[str, Any] = {"phone": ""}
PROFILE = ("name", "phone", "language", "time_zone")
REPRESENTATIVE = Role.LEGAL_REPRESENTATIVE.value


@dataclass(frozen=True, slots=True)
class Known:
    """A user that is there, and their roles by organization."""

    id: int
    pending: bool
    profile: dict[str, str]
    roles: dict[int, str]


def _look_up(read: list[Entry]) -> dict[str, Known]:
    """The users with these addresses, by address."""
    found: dict[str, Known] = {}
    for part in chunks([fold(entry.values.get("email", "")) for entry in read]):
        for number, key, password, *profile, organization, role in rows(
            "SELECT u.id, u.email_key, u.password_hash, u.name, u.phone, u.language, u.time_zone, m.organization_id, "
            "m.role FROM users u LEFT JOIN membership m ON m.user_id = u.id "
            f"WHERE u.email_key IN ({marks(part)})",
            part,
        ):
            known = found.setdefault(key, Known(number, password is None, dict(zip(PROFILE, profile, strict=True)), {}))
            if organization is not None:
                known.roles[organization] = role
    return found


def compare(sheet: Sheet, mapping: Mapping, options: Options, tell: Tell) -> list[Line]:
    """What every row would do. Writes nothing."""
    read = list(read_rows(sheet, mapping, READERS, CLEARS, "email"))
    people = [one for one in read if isinstance(one, Entry)]
    places = Places.of((e.values.get("organization", "") for e in people), options.organization_id)
    comparing = _Comparing(options, places, _look_up(people))
    lines: list[Line] = []
    for done, one in enumerate(read):
        lines.append(one if isinstance(one, Line) else comparing.line(one))
        if done % 500 == 0:
            tell(done, len(read))
    return lines


@dataclass(slots=True)
class _Comparing:
    """One reading of a file: what is there, and what earlier rows said."""

    options: Options
    places: Places
    known: dict[str, Known]
    seen: dict[tuple[str, int], int] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)

    def line(self, entry: Entry) -> Line:
        """The verdict of one row, or the refusal."""
        values = entry.values
        organization = str(values.get("organization", ""))
        try:
            if not values.get("email"):
                raise Refused(N_("The row has no e-mail address."))
            number, organization = self.places.find(organization, self.options.organization_id)
            email = fold(values["email"])
            if (email, number) in self.seen:
                raise Refused(N_("Line %(line)d is about the same person there."), line=self.seen[(email, number)])
            told = self._profile_changes(email, values)
            line = _verdict(entry, self.known.get(email), number, organization, self.options, told)
        except Refused as fault:
            return refuse(entry.number, values.get("email", ""), fault, organization)
        self.seen[(email, number)] = entry.number
        self.people.add(email)
        return line

    def _profile_changes(self, email: str, values: dict[str, Any]) -> dict[str, list[Any]]:
        """What the file says differently about somebody who never signed in; the first of their rows counts."""
        known = self.known.get(email)
        if known is None or not known.pending or email in self.people:
            return {}
        return {
            name: [known.profile[name], values[name]]
            for name in PROFILE
            if name in values and values[name] != known.profile[name]
        }


def _verdict(
    entry: Entry,
    known: Known | None,
    number: int,
    organization: str,
    options: Options,
    changes: dict[str, list[Any]],
) -> Line:
    values = entry.values
    if known is None and not values.get("name"):
        raise Refused(N_("The row has no name."))
    role, old = values.get("role"), known.roles.get(number) if known else None
    if role is None and old is None:
        raise Refused(N_("The row names no role."))
    if old is not None and role not in (None, old):
        _check_role_change(old, str(role))
        changes["role"] = [old, role]
    verdict = NEW if old is None else CHANGED if changes else UNCHANGED
    profile = {
        "name": values.get("name", ""),
        "phone": values.get("phone", ""),
        "language": values.get("language", options.language),
        "time_zone": values.get("time_zone", options.time_zone),
    }
    given = {name: after for name, (_before, after) in changes.items() if name in PROFILE}
    record = {"email": values["email"], "organization_id": number, "role": role or old, "profile": profile} | {
        "given": given
    }
    return Line(entry.number, verdict, values["email"], number, organization, changes if old else {}, record=record)


def _check_role_change(old: str, role: str) -> None:
    if old == REPRESENTATIVE:
        raise Refused(N_("This person is a legal representative there. Only the organization changes that."))
    if role == REPRESENTATIVE:
        raise Refused(N_("This person is a member already. A legal representative is appointed, and accepts."))


def prepare(lines: Sequence[Line], by: journal.Actor, source: str) -> Writing:
    """Make ready what new people, memberships and roles take; nobody is told by mail."""
    wanted = [line for line in lines if line.verdict in (NEW, CHANGED)]
    return functools.partial(_write, wanted, _new_users(wanted), by, source)


@writing
def _write(wanted: list[Line], users: list[dict[str, Any]], by: journal.Actor, source: str) -> Applied:
    for part in chunks(users):
        User.insert_many(part).on_conflict_ignore().execute()
    ids = _ids([fold(line.record["email"]) for line in wanted])
    done = _join([line for line in wanted if line.verdict == NEW], ids)
    for line in wanted:
        _change_profile(line, ids)
        if line.verdict == CHANGED and _change_role(line, ids):
            done.add(line.number)
    _record([line for line in wanted if line.number in done], by, source)
    return _sum_up(wanted, done)


def _change_profile(line: Line, ids: dict[str, int]) -> None:
    """Only of somebody who still has no password."""
    if line.record["given"]:
        User.update(**line.record["given"], version=User.version + 1).where(
            User.id == ids[fold(line.record["email"])], User.password_hash.is_null()
        ).execute()


def _new_users(wanted: list[Line]) -> list[dict[str, Any]]:
    """A row for each address; where several rows name one person, the first says who they are."""
    made: dict[str, dict[str, Any]] = {}
    for line in wanted:
        email = line.record["email"]
        if line.verdict == NEW and fold(email) not in made:
            made[fold(email)] = {
                "email": email,
                "email_key": fold(email),
                **line.record["profile"],
                "created_at": now(),
            }
    return list(made.values())


def _ids(keys: list[str]) -> dict[str, int]:
    return {
        key: number
        for part in chunks(keys)
        for key, number in rows(f"SELECT email_key, id FROM users WHERE email_key IN ({marks(part)})", part)
    }


def _join(new: list[Line], ids: dict[str, int]) -> set[int]:
    """Write the new memberships; the numbers of the lines that became one."""
    made: set[int] = set()
    for part in chunks(new):
        pairs = {(line.record["organization_id"], ids[fold(line.record["email"])]): line for line in part}
        found = Membership.insert_many(
            [
                {"organization": organization, "user": user, "role": line.record["role"], "created_at": now()}
                for (organization, user), line in pairs.items()
            ]
        )
        query = found.on_conflict_ignore().returning(Membership.organization, Membership.user).tuples()
        made |= {pairs[(organization, user)].number for organization, user in query.execute()}
    return made


def _change_role(line: Line, ids: dict[str, int]) -> bool:
    if "role" not in line.changes:
        return True
    changed: int = (
        Membership.update(role=line.record["role"])
        .where(
            Membership.organization == line.record["organization_id"],
            Membership.user == ids[fold(line.record["email"])],
            Membership.role == line.changes["role"][0],
        )
        .execute()
    )
    return changed == 1


def _sum_up(wanted: list[Line], done: set[int]) -> Applied:
    verdicts = Counter(line.verdict for line in wanted if line.number in done)
    return Applied(verdicts[NEW], verdicts[CHANGED], [line.number for line in wanted if line.number not in done])


def _record(done: list[Line], by: journal.Actor, source: str) -> None:
    counts: dict[int, Counter[str]] = {}
    for line in done:
        counts.setdefault(line.record["organization_id"], Counter())[line.verdict] += 1
    file = ("file", None, source)
    entries.record_each(
        "members.imported",
        by,
        {number: (file, {"new": c[NEW], "changed": c[CHANGED]}) for number, c in counts.items()},
    )

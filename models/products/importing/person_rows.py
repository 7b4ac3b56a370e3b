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

from models import journal, phones
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
    Verdict,
    Writing,
    chunks,
    judge,
    read_rows,
    refuse,
)
from models.products.importing.sheets import Sheet
from models.products.importing.words import ROLES

READERS: dict[str, Reader] = {
    "email": cells.email,
    "name": cells.text,
    "phone": phones.check,
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

    def begin(people: list[Entry]) -> Verdict:
        places = Places.of((e.values.get("organization", "") for e in people), options.organization_id)
        return _Comparing(options, places, _look_up(people)).line

    return judge(read_rows(sheet, mapping, READERS, CLEARS, "email"), begin, tell)


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
            line = _verdict(entry, self.known.get(email), (number, organization), self.options, told)
            if email in self.people:
                line.record["unknown"] = False  # An earlier row says who they are.
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
    entry: Entry, known: Known | None, place: tuple[int, str], options: Options, changes: dict[str, list[Any]]
) -> Line:
    values, (number, organization) = entry.values, place
    if known is None and not values.get("name"):
        raise Refused(N_("The row has no name."))
    role, old = values.get("role"), known.roles.get(number) if known else None
    if role is None and old is None:
        raise Refused(N_("The row names no role."))
    if old is not None and role not in (None, old):
        _check_role_change(old, str(role))
        changes["role"] = [old, role]
    record = {
        "email": values["email"],
        "unknown": known is None,
        "organization_id": number,
        "role": role or old,
        "profile": _profile(values, options),
        "given": {name: after for name, (_before, after) in changes.items() if name in PROFILE},
    }
    verdict = NEW if old is None else CHANGED if changes else UNCHANGED
    return Line(entry.number, verdict, values["email"], number, organization, changes if old else {}, record=record)


def _profile(values: dict[str, Any], options: Options) -> dict[str, str]:
    """Who somebody new is, with what holds where the row says nothing."""
    otherwise = {"name": "", "phone": "", "language": options.language, "time_zone": options.time_zone}
    return {name: values.get(name, otherwise[name]) for name in PROFILE}


def _check_role_change(old: str, role: str) -> None:
    if old == REPRESENTATIVE:
        raise Refused(N_("This person is a legal representative there. Only the organization changes that."))
    if role == REPRESENTATIVE:
        raise Refused(N_("This person is a member already. A legal representative is appointed, and accepts."))


def given(line: Line) -> dict[str, Any]:
    """What a new member would have: the role, and what the file says about somebody who has no password."""
    record = line.record
    return {**(record["profile"] if record["unknown"] else record["given"]), "role": record["role"]}


def prepare(lines: Sequence[Line], by: journal.Actor, source: str) -> Writing:
    """Make ready what new people, memberships and roles take; nobody is told by mail."""
    wanted = [line for line in lines if line.verdict in (NEW, CHANGED)]
    return functools.partial(_write, wanted, _new_users(wanted), by, source)


@writing
def _write(wanted: list[Line], users: list[dict[str, Any]], by: journal.Actor, source: str) -> Applied:
    """A row whose person was deleted or changed their address meanwhile, or got another role, is left and told."""
    for part in chunks(users):
        User.insert_many(part).on_conflict_ignore().execute()
    ids = _ids([fold(line.record["email"]) for line in wanted])
    there = [line for line in wanted if fold(line.record["email"]) in ids]
    members = _join([line for line in there if line.verdict == NEW], ids)
    for line in there:
        if line.verdict == CHANGED and (member := _change_role(line, ids)):
            members[line.number] = member
    done = [line for line in wanted if line.number in members]
    _change_profiles(done, ids)
    _record(done, members, by, source)
    verdicts = Counter(line.verdict for line in done)
    return Applied(verdicts[NEW], verdicts[CHANGED], [line.number for line in wanted if line.number not in members])


def _change_profiles(done: list[Line], ids: dict[str, int]) -> None:
    """Only of those who still have no password."""
    for line in done:
        if line.record["given"]:
            User.update(**_keyed(line.record["given"]), version=User.version + 1).where(
                User.id == ids[fold(line.record["email"])], User.password_hash.is_null()
            ).execute()


def _keyed(profile: dict[str, str]) -> dict[str, str]:
    """A profile with the key by which its name is found."""
    return {**profile, "name_key": fold(profile["name"])} if "name" in profile else profile


def _new_users(wanted: list[Line]) -> list[dict[str, Any]]:
    """A row for each address that nobody had; where several rows name one person, the first says who they are."""
    made: dict[str, dict[str, Any]] = {}
    for line in wanted:
        email = line.record["email"]
        if line.record["unknown"]:
            row = {"email": email, "email_key": fold(email), **_keyed(line.record["profile"]), "created_at": now()}
            made.setdefault(fold(email), row)
    return list(made.values())


def _ids(keys: list[str]) -> dict[str, int]:
    return {
        key: number
        for part in chunks(keys)
        for key, number in rows(f"SELECT email_key, id FROM users WHERE email_key IN ({marks(part)})", part)
    }


def _join(new: list[Line], ids: dict[str, int]) -> dict[int, int]:
    """Write the new memberships; the member of each line that became one."""
    made: dict[int, int] = {}
    for part in chunks(new):
        pairs = {(line.record["organization_id"], ids[fold(line.record["email"])]): line for line in part}
        found = Membership.insert_many(
            [
                {"organization": organization, "user": user, "role": line.record["role"], "created_at": now()}
                for (organization, user), line in pairs.items()
            ]
        )
        query = found.on_conflict_ignore().returning(Membership.id, Membership.organization, Membership.user).tuples()
        made |= {pairs[(organization, user)].number: member for member, organization, user in query.execute()}
    return made


def _change_role(line: Line, ids: dict[str, int]) -> int | None:
    """The member whom the line is about, in the role that it says; None where they aren't what they were."""
    role = line.record["role"]
    found = (
        Membership.update(role=role)
        .where(
            Membership.organization == line.record["organization_id"],
            Membership.user == ids[fold(line.record["email"])],
            Membership.role == line.changes.get("role", [role])[0],
        )
        .returning(Membership.id)
        .tuples()
    )
    return next((member for (member,) in found.execute()), None)


def _record(done: list[Line], members: dict[int, int], by: journal.Actor, source: str) -> None:
    """What became of each member, and one entry for each organization about the whole file."""
    names = _names(list(members.values()))
    told: list[entries.Told] = []
    for line in done:
        member, organization = members[line.number], line.record["organization_id"]
        about = ("member", member, names[member])
        if line.verdict == NEW:
            told.append(("member.joined", organization, about, {"role": line.record["role"]}))
        elif "role" in line.changes:
            told.append(("member.role_changed", organization, about, {"changes": {"role": line.changes["role"]}}))
    entries.record_all(by, [*told, *entries.count_rows("members.imported", source, done)])


_NAMES = "SELECT m.id, u.name FROM membership m JOIN users u ON u.id = m.user_id"


def _names(members: list[int]) -> dict[int, str]:
    """The names of members, by the member's id."""
    return {
        member: name
        for part in chunks(members)
        for member, name in rows(
            f"SELECT m.id, u.name FROM membership m JOIN users u ON u.id = m.user_id WHERE m.id IN ({marks(part)})",
            part,
        )
    }

"""Users as operators see them: found, suspended, signed out, given roles; who never signed in is sent a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from models import journal, links, outbox
from models.account import sessions
from models.account.sessions import Session
from models.account.users import User
from models.base import fold, locked, marks, now, rows, run, tidy, write
from models.errors import N_, NotFound, Refused
from models.operators.paging import Cursor, Listing, Page, contains
from models.organization.members import Membership
from models.permissions import OperatorRole

COLUMNS = (
    "u.id, u.name, u.email, u.verified_at IS NOT NULL, u.suspended_at IS NOT NULL, u.password_hash IS NULL, "
    "u.operator_roles, u.created_at, (SELECT max(s.last_used_at) FROM session s WHERE s.user_id = u.id), "
    "(SELECT count(*) FROM membership m WHERE m.user_id = u.id), u.email_key, u.id"
)
FILTERS = {
    "": "",
    "pending": "u.password_hash IS NULL",
    "unverified": "u.verified_at IS NULL AND u.password_hash IS NOT NULL",
    "suspended": "u.suspended_at IS NOT NULL",
    "operators": "CAST(u.operator_roles AS TEXT) <> '[]'",
}
SIGN_IN_LIFE = timedelta(days=7)
CHUNK = 400


def page(search: str, narrowed: str, cursor: Cursor | None) -> Page:
    """A page of users by address; the search is in name and address."""
    where = [FILTERS[narrowed]] if FILTERS.get(narrowed) else []
    params: list[object] = []
    if key := fold(search):
        where.append("(u.email_key LIKE ? ESCAPE '\\' OR lower(u.name) LIKE ? ESCAPE '\\')")
        params += [contains(key)] * 2
    return Listing(COLUMNS, "users u", "u.email_key", "u.id", where, params).page(cursor)


def get(number: int) -> User:
    """The user with this id. Raises NotFound."""
    found: User | None = User.get_or_none(User.id == number)
    if found is None:
        raise NotFound
    return found


def places(user: User) -> list[tuple[Any, ...]]:
    """Organizations that the user belongs to: id, name, role."""
    return rows(
        "SELECT o.id, o.name, m.role FROM membership m JOIN organization o ON o.id = m.organization_id "
        "WHERE m.user_id = ? ORDER BY o.name_key, o.id",
        (user.id,),
    )


def _record(act: str, user: User, by: journal.Actor, **details: Any) -> None:
    """One entry for every organization that the user belongs to, and one where there is none."""
    organizations = [place[0] for place in places(user)] or [None]
    for organization in organizations:
        journal.record(act, by=by, organization=organization, about=("user", user.id, user.name), **details)


def suspend(user: User, reason: str, by: journal.Actor) -> None:
    """Nobody signs in as this user any more, and who is signed in is out. Not oneself, not the last for security."""
    if user.id == by.user_id:
        raise Refused(N_("You can't suspend yourself."))
    reason = tidy(reason)
    if not reason:
        raise Refused(N_("Say why in a few words."), field="reason")
    with locked("operators"):
        if OperatorRole.SECURITY.value in user.operator_roles:
            _keep_one(other_than=user.id)
        User.update(suspended_at=now()).where(User.id == user.id).execute()
        Session.delete().where(Session.user == user).execute()
        _record("user.suspended", user, by, reason=reason)


def resume(user: User, by: journal.Actor) -> None:
    """End a suspension."""
    with write():
        User.update(suspended_at=None).where(User.id == user.id).execute()
        _record("user.resumed", user, by)


def end_sessions(user: User, by: journal.Actor) -> int:
    """Sign the user out everywhere; returns how many sessions ended."""
    with write():
        ended = sessions.end_others(user, None, by)
    return ended


def resend_verification(user: User, by: journal.Actor) -> None:
    """Send the link that proves the address once more."""
    if user.verified_at:
        raise Refused(N_("This address is verified already."))
    with write():
        user.ask_for_verification()
        _record("user.verification_resent", user, by)


def set_roles(user: User, roles: Iterable[OperatorRole], by: journal.Actor) -> None:
    """Say what the user may do in the back office. There is always somebody for security."""
    wanted = [role.value for role in OperatorRole if role in set(roles)]
    with locked("operators"):
        fresh = get(user.id)
        if wanted == fresh.operator_roles:
            return
        if OperatorRole.SECURITY.value in fresh.operator_roles and OperatorRole.SECURITY.value not in wanted:
            _keep_one(other_than=user.id)
        User.update(operator_roles=wanted).where(User.id == user.id).execute()
        if not wanted:
            run("UPDATE session SET viewing_id = NULL, viewing_reason = NULL WHERE user_id = ?", (user.id,))
        changes = {"operator_roles": [", ".join(fresh.operator_roles), ", ".join(wanted)]}
        journal.record("operator.roles_changed", by=by, about=("user", user.id, user.name), changes=changes)


def _keep_one(*, other_than: int) -> None:
    """Raises Refused unless another operator for security can sign in."""
    others = User.select().where(User.id != other_than, User.suspended_at.is_null(), User.operator_roles != [])
    if not any(OperatorRole.SECURITY.value in one.operator_roles for one in others):
        raise Refused(
            N_("This is the last operator with the security role. Give it to somebody else first."), field="roles"
        )


def pending(organization_id: int | None = None) -> list[User]:
    """Who has no password and no sign-in mail that is still good; of one organization, or all of them."""
    return list(_pending(organization_id).order_by(User.id))


def count_pending(organization_id: int | None = None) -> int:
    """How many those are."""
    return int(_pending(organization_id).count())


def _pending(organization_id: int | None) -> Any:
    link = links.Link
    invited = link.select(link.user_id).where(
        link.purpose == links.Purpose.RESET_PASSWORD.value,
        link.used_at.is_null(),
        link.revoked_at.is_null(),
        link.expires_at > now(),
        link.user_id.is_null(False),
    )
    query = User.select().where(User.password_hash.is_null(), User.suspended_at.is_null(), User.id.not_in(invited))
    if organization_id is not None:
        theirs = Membership.select(Membership.user).where(Membership.organization == organization_id)
        query = query.where(User.id.in_(theirs))
    return query


def send_sign_in_mails(people: Sequence[User], by: journal.Actor) -> int:
    """Send each a link, good for a week, to set a password. Returns how many mails were posted."""
    chosen = [user for user in people if user.password_hash is None and user.suspended_at is None]
    for start in range(0, len(chosen), CHUNK):
        _send(chosen[start : start + CHUNK], by)
    return len(chosen)


def _send(people: Sequence[User], by: journal.Actor) -> None:
    ids, purpose = [user.id for user in people], links.Purpose.RESET_PASSWORD
    names = dict(
        rows(
            "SELECT m.user_id, min(o.name) FROM membership m JOIN organization o ON o.id = m.organization_id "
            f"WHERE m.user_id IN ({marks(ids)}) GROUP BY m.user_id",
            ids,
        )
    )
    with write():
        made = {
            user.id: links.make(purpose, user.email, user=user.id, subject=user.id, expires_at=now() + SIGN_IN_LIFE)
            for user in people
        }
        outbox.post_many(
            [
                outbox.draft(
                    "welcome",
                    user.recipient,
                    context={"organization": names.get(user.id, ""), "days": SIGN_IN_LIFE.days},
                    link=made[user.id].id,
                )
                for user in people
            ]
        )
        for user in people:
            _record("user.welcomed", user, by)

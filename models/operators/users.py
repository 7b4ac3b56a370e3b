"""Users as operators see them: found, suspended, signed out, given roles; who never signed in is sent a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from models import journal, links, outbox
from models.account.sessions import Session
from models.account.users import User
from models.base import fold, like, locked, marks, now, rows, tidy, write
from models.errors import N_, Conflict, NotFound, Refused
from models.operators.organizations import end_viewing
from models.operators.paging import Listed, Listing
from models.organization.members import Membership
from models.paging import Edge
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
JUST_NOW = timedelta(minutes=1)
CHUNK = 400


def page(search: str, narrowed: str, edge: Edge | None) -> Listed:
    """A page of users by address; the search is in name and address."""
    where = [FILTERS[narrowed]] if FILTERS.get(narrowed) else []
    params: list[object] = []
    if key := fold(search):
        where.append("(u.email_key LIKE ? ESCAPE '\\' OR u.name_key LIKE ? ESCAPE '\\')")
        params += [like(key)] * 2
    return Listing(COLUMNS, "users u", "u.email_key", "u.id", where, params).page(edge)


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
        if get(user.id).has_operator_role(OperatorRole.SECURITY):
            _keep_one(other_than=user.id)
        User.update(suspended_at=now()).where(User.id == user.id).execute()
        _end_sessions(user, by)
        _record("user.suspended", user, by, reason=reason)


def resume(user: User, by: journal.Actor) -> None:
    """End a suspension."""
    with write():
        User.update(suspended_at=None).where(User.id == user.id).execute()
        _record("user.resumed", user, by)


def end_sessions(user: User, by: journal.Actor) -> int:
    """Sign the user out everywhere; returns how many sessions ended."""
    with write():
        ended = _end_sessions(user, by)
        if ended:
            _record("session.others_ended", user, by, count=ended)
    return ended


def _end_sessions(user: User, by: journal.Actor) -> int:
    end_viewing(user, by)
    ended: int = Session.delete().where(Session.user == user).execute()
    return ended


def resend_verification(user: User, by: journal.Actor) -> None:
    """Send the link that proves the address once more. Raises Refused where it is proven."""
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
        if OperatorRole.SUPPORT.value not in wanted:
            end_viewing(user, by)
        changes = {"operator_roles": [", ".join(fresh.operator_roles), ", ".join(wanted)]}
        journal.record("operator.roles_changed", by=by, about=("user", user.id, user.name), changes=changes)


def _keep_one(*, other_than: int) -> None:
    """Raises Refused unless another operator for security can sign in."""
    others = User.select().where(User.id != other_than, User.suspended_at.is_null(), User.operator_roles != [])
    if not any(OperatorRole.SECURITY.value in one.operator_roles for one in others):
        raise Refused(
            N_("This is the last operator with the security role. Give it to somebody else first."), field="roles"
        )


def count_pending(organization_id: int | None = None) -> int:
    """How many have no password and no sign-in mail that is still good; of one organization, or all of them."""
    return int(_pending(organization_id).count())


def names_pending(organization_id: int | None = None, limit: int = 5) -> list[str]:
    """The names of the first few of them."""
    people = _pending(organization_id).select(User.name).order_by(User.name_key, User.id).limit(limit)
    return [name for (name,) in people.tuples()]


def _pending(organization_id: int | None) -> Any:
    query = User.select().where(
        User.password_hash.is_null(), User.suspended_at.is_null(), User.id.not_in(_good_links())
    )
    if organization_id is not None:
        theirs = Membership.select(Membership.user).where(Membership.organization == organization_id)
        query = query.where(User.id.in_(theirs))
    return query


def _good_links() -> Any:
    """Whom a link to set a password was sent that still works."""
    link = links.Link
    return link.select(link.user_id).where(
        link.purpose == links.Purpose.RESET_PASSWORD.value,
        link.used_at.is_null(),
        link.revoked_at.is_null(),
        link.expires_at > now(),
        link.user_id.is_null(False),
    )


def send_sign_in_mails(by: journal.Actor, organization_id: int | None = None, *, at_most: int) -> int:
    """Send each of them a link, good for a week, to set a password. Returns how many mails were posted.

    Raises Conflict if there are more of them by now than the number that was confirmed.
    """
    ids = [found[0] for found in _pending(organization_id).select(User.id).order_by(User.id).tuples()]
    if len(ids) > at_most:
        raise Conflict(N_("More people need a sign-in mail by now. Look at the number again, then send."))
    return sum(_send_pending(ids[start : start + CHUNK], by) for start in range(0, len(ids), CHUNK))


def _send_pending(ids: Sequence[int], by: journal.Actor) -> int:
    """Whoever pressed the button first sends; who waited meanwhile finds nobody left."""
    with locked("welcome"):
        people = list(_pending(None).where(User.id.in_(ids)))
        _send(people, by)
    return len(people)


def send_sign_in_mail(user: User, by: journal.Actor) -> None:
    """Send one person such a link, again if need be; of two within a minute, the first is enough.

    Raises Refused where the person needs none.
    """
    with locked("welcome"):
        fresh = get(user.id)
        if fresh.password_hash is not None or fresh.suspended_at:
            raise Refused(N_("This person has a password, or is suspended."))
        if not _good_links().where(links.Link.user_id == user.id, links.Link.created_at > now() - JUST_NOW).exists():
            _send([fresh], by)


def _send(people: Sequence[User], by: journal.Actor) -> None:
    """Inside the lock that keeps two from sending to the same person."""
    purpose, names = links.Purpose.RESET_PASSWORD, _organization_names([user.id for user in people])
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


def _organization_names(ids: Sequence[int]) -> dict[int, str]:
    """The first organization of each user, by name."""
    return dict(
        rows(
            "SELECT m.user_id, min(o.name) FROM membership m JOIN organization o ON o.id = m.organization_id "
            f"WHERE m.user_id IN ({marks(ids)}) GROUP BY m.user_id",
            ids,
        )
    )

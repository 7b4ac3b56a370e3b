"""Organizations as operators see them: found, set up, looked at as their people see them."""

from __future__ import annotations

from typing import Any

from models import journal
from models.account.sessions import Session
from models.account.users import User
from models.base import fold, like, rows, tidy, write
from models.errors import N_, NotFound, Refused
from models.operators.paging import Listed, Listing
from models.organization.organizations import Organization, create
from models.paging import Edge
from models.products.importing import places

COLUMNS = (
    "o.id, o.slug, o.name, o.kind, o.city, o.country, o.created_at, o.suspended_at, "
    "(SELECT count(*) FROM membership m WHERE m.organization_id = o.id), o.name_key, o.id"
)
LEAST_REASON = 5


def page(search: str, *, suspended: bool, edge: Edge | None) -> Listed:
    """A page of organizations by name; the search is in name, short name and city."""
    where: list[str] = ["o.suspended_at IS NOT NULL"] if suspended else []
    params: list[object] = []
    if key := fold(search):
        where.append("(o.name_key LIKE ? ESCAPE '\\' OR o.slug LIKE ? ESCAPE '\\' OR o.city_key LIKE ? ESCAPE '\\')")
        params += [like(key)] * 3
    return Listing(COLUMNS, "organization o", "o.name_key", "o.id", where, params).page(edge)


def offered(typed: str, limit: int = 100) -> list[tuple[str, str]]:
    """Organizations to choose from for a file, by name: how each is written there, and its other name."""
    key = like(fold(typed))
    found = rows(
        f"{places.SPELLED} WHERE o.name_key LIKE ? ESCAPE '\\' OR o.slug LIKE ? ESCAPE '\\' "
        "ORDER BY o.name_key, o.id LIMIT ?",
        (key, key, limit),
    )
    return [(written, name if written == slug else slug) for written, slug, name in found]


def get(number: int) -> Organization:
    """The organization with this id. Raises NotFound."""
    found: Organization | None = Organization.get_or_none(Organization.id == number)
    if found is None:
        raise NotFound
    return found


def people(organization: Organization) -> list[tuple[Any, ...]]:
    """Members by rank and name: user id, name, e-mail, role, pending (never signed in), suspended."""
    return rows(
        "SELECT u.id, u.name, u.email, m.role, u.password_hash IS NULL, u.suspended_at IS NOT NULL "
        "FROM membership m JOIN users u ON u.id = m.user_id WHERE m.organization_id = ? "
        "ORDER BY CASE m.role WHEN 'legal_representative' THEN 0 WHEN 'administrator' THEN 1 "
        "WHEN 'collaborator' THEN 2 ELSE 3 END, lower(u.name), u.id LIMIT 200",
        (organization.id,),
    )


def product_counts(organization: Organization) -> dict[str, int]:
    """How many products are in each state."""
    found = rows("SELECT state, count(*) FROM product WHERE organization_id = ? GROUP BY state", (organization.id,))
    return dict(found)


def last_acts(organization: Organization, limit: int = 20) -> list[journal.Entry]:
    """The latest entries of its journal."""
    return list(
        journal.Entry.select()
        .where(journal.Entry.organization_id == organization.id)
        .order_by(journal.Entry.at.desc(), journal.Entry.id.desc())
        .limit(limit)
    )


def set_up(by: journal.Actor, **details: Any) -> Organization:
    """A new organization without members; who runs it is invited or imported afterwards."""
    return create(by, terms_version=None, **details)


def checked_reason(reason: str) -> str:
    """A reason that somebody can understand later. Raises Refused (field `reason`)."""
    kept = tidy(reason)
    if len(kept) < LEAST_REASON:
        raise Refused(N_("Say why in a few words; the organization reads it in its journal."), field="reason")
    return kept[:300]


def start_viewing(organization: Organization, session: Session, reason: str, by: journal.Actor) -> None:
    """Look on as the organization's people see it, read-only; it is told in its journal, with the reason."""
    reason = checked_reason(reason)
    with write():
        Session.update(viewing_id=organization.id, viewing_reason=reason).where(Session.id == session.id).execute()
        journal.record("viewing.started", by=by, organization=organization.id, about=organization.about, reason=reason)


def stop_viewing(session: Session, by: journal.Actor) -> Organization | None:
    """Stop looking on; returns what was looked at."""
    seen: Organization | None = Organization.get_or_none(Organization.id == session.viewing_id)
    with write():
        ended = (
            Session.update(viewing_id=None, viewing_reason=None)
            .where(Session.id == session.id, Session.viewing_id.is_null(False))
            .execute()
        )
        if ended and seen:
            journal.record("viewing.stopped", by=by, organization=seen.id, about=seen.about)
    return seen


def end_viewing(user: User, by: journal.Actor) -> None:
    """The user looks on nowhere any more; each organization that they looked on is told."""
    viewer = journal.Person(user.id, user.name, behalf=by.behalf)
    for session in Session.select().where(Session.user == user, Session.viewing_id.is_null(False)):
        stop_viewing(session, viewer)


def suspend(organization: Organization, reason: str, by: journal.Actor) -> None:
    """Stop all acts of its people, for a reason that they read."""
    organization.suspend(checked_reason(reason), by)

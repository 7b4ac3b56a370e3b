"""Members: the list with those who are invited, and each member's own page."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.organization import edges
from blueprints.organization.blueprint import blueprint
from blueprints.organization.held import held
from models.access import Access
from models.base import now, tidy
from models.organization import grants, invitations, representatives, roster
from models.organization.members import Membership, get
from models.permissions import ROLE_LABELS, ROLE_SUMMARIES, SEES_ALL_PRODUCTS, Permission, Role


def role_labels() -> dict[str, str]:
    """The words for each role, by its value."""
    return {role.value: _(ROLE_LABELS[role]) for role in Role}


def role_summaries() -> dict[str, str]:
    """What each role is for, by its value."""
    return {role.value: _(ROLE_SUMMARIES[role]) for role in Role}


def may_touch(access: Access, member: Membership) -> bool:
    """Whether this person may change or remove the member: administrators can't touch legal representatives."""
    needed = Permission.REPRESENTATIVES_MANAGE if member.is_representative else Permission.MEMBERS_MANAGE
    return access.may(needed)


@blueprint.get("/o/<slug>/members")
@organization(Permission.MEMBERS_SEE)
def members(access: Access) -> Response:
    """The list, or the part of it that a search, a filter or a page swaps in."""
    search, given = tidy(request.args.get("q", ""))[:80], request.args.get("role", "")
    role = Role(given) if given in list(Role) else None
    page = roster.page(access.organization_id, search, role, edges.read())
    narrowed = {"slug": access.slug, "q": search or None, "role": role.value if role else None}
    values: dict[str, Any] = {
        "page": page,
        "search": search,
        "role": role,
        "total": roster.count(access.organization_id, search, role),
        "roles": role_labels(),
        "sees_all": SEES_ALL_PRODUCTS,
        "previous": edges.turn(page.previous, "organization.members", **narrowed),
        "next": edges.turn(page.next, "organization.members", **narrowed),
    }
    if wants_fragment() or edges.swaps("members"):
        return show("organization/_members.html", **values)
    return show(
        "organization/members.html", numbers=roster.by_role(access.organization_id), **values, **_waiting(access)
    )


@blueprint.get("/o/<slug>/members/<int:member_id>")
@organization(Permission.MEMBERS_SEE)
def members_person(access: Access, member_id: int) -> Response:
    """One member: who they are, what they may touch, and what can be changed about it."""
    return show("organization/member.html", **about(access, get(access.organization_id, member_id)))


def about(access: Access, member: Membership) -> dict[str, Any]:
    """What the member's page shows."""
    role = Role(member.role)
    return {
        "member": member,
        "role": role,
        "roles": role_labels(),
        "summaries": role_summaries(),
        "held": held(grants.given(member), access.products()),
        "sees_all": role in SEES_ALL_PRODUCTS,
        "own": member.user_id == access.user_id,
        "may_touch": may_touch(access, member),
        "alone": representatives.is_last(member),
        "asked": representatives.asked(access.organization_id, member.user_id),
    }


def _waiting(access: Access) -> dict[str, Any]:
    """Who was invited or asked and has not answered, for those who run the members."""
    if not access.sees(Permission.MEMBERS_MANAGE):
        return {"invited": [], "appointed": []}
    return {
        "invited": invitations.pending(access.organization_id),
        "appointed": representatives.pending(access.organization_id),
        "moment": now(),
    }


helps("organization.members", "members-and-roles")
helps("organization.members_person", "members-and-roles")

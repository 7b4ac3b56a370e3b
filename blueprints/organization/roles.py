"""Roles: the table of permissions in words, made from the table that decides."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.organization.blueprint import blueprint
from blueprints.organization.people import role_labels, role_summaries
from models.access import Access
from models.organization import roster
from models.permissions import PERMISSION_LABELS, Permission, Role, extent


@blueprint.get("/o/<slug>/roles")
@organization(Permission.MEMBERS_SEE)
def roles(access: Access) -> BaseResponse:
    """What each role may do, and how many have it."""
    return show(
        "organization/roles.html",
        roles=list(Role),
        labels=role_labels(),
        summaries=role_summaries(),
        numbers=roster.by_role(access.organization_id),
        lines=[(_(PERMISSION_LABELS[p]), [extent(role, p) for role in Role]) for p in Permission],
    )


helps("organization.roles", "who-may-do-what")

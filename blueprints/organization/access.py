"""What a member may touch: whole categories, and products one by one."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import done, organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.organization import picker
from blueprints.organization.blueprint import blueprint
from blueprints.organization.people import role_labels
from models.access import Access
from models.organization import grants
from models.organization.members import get
from models.permissions import SEES_ALL_PRODUCTS, Permission, Role


@blueprint.get("/o/<slug>/members/<int:member_id>/access")
@organization(Permission.MEMBERS_MANAGE)
def members_access(access: Access, member_id: int) -> BaseResponse:
    """What the member has, to be changed."""
    return _page(access, member_id, fresh=True)


@blueprint.post("/o/<slug>/members/<int:member_id>/access/search")
@organization(Permission.MEMBERS_MANAGE)
def members_access_search(access: Access, member_id: int) -> BaseResponse:
    """The same form with other products to tick; nothing is saved."""
    return _page(access, member_id, fresh=False)


@blueprint.post("/o/<slug>/members/<int:member_id>/access")
@organization(Permission.MEMBERS_MANAGE)
def members_access_save(access: Access, member_id: int) -> BaseResponse:
    """Give what is ticked, take back what was offered and is not."""
    member = get(access.organization_id, member_id)
    ticked, offered = picker.posted()
    grants.change(member, access, add=ticked, drop=offered)
    said = _("Saved what %(name)s may touch.", name=member.user.name)
    return done(said, "organization.members_person", slug=access.slug, member_id=member.id)


def _page(access: Access, member_id: int, *, fresh: bool) -> BaseResponse:
    member = get(access.organization_id, member_id)
    return show(
        "organization/_picker.html" if wants_fragment() else "organization/member_access.html",
        member=member,
        role_label=role_labels()[member.role],
        sees_all=Role(member.role) in SEES_ALL_PRODUCTS,
        picker=picker.show(access, grants.given(member), fresh=fresh),
        search_at=url_for("organization.members_access_search", slug=access.slug, member_id=member.id),
    )


for endpoint in ("members_access", "members_access_search", "members_access_save"):
    helps(f"organization.{endpoint}", "members-and-roles")

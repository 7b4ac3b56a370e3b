"""Who is told beside the roles, and what is left out: two lists of boxes that save as soon as one is ticked."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import ids
from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.organization.people import role_labels
from blueprints.renewals.blueprint import blueprint
from blueprints.renewals.saving import save, version
from models.access import Access
from models.base import tidy
from models.permissions import Permission
from models.products import categories, tag_list
from models.products.views import LONGEST_SEARCH
from models.renewals import choice, left_out, preferences, recipients, snoozes


@blueprint.get("/o/<slug>/billing/notifications/people")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_people(access: Access) -> Response:
    """All members; who is chosen by name is told whatever the role."""
    return _people(access)


@blueprint.post("/o/<slug>/billing/notifications/people")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_people_save(access: Access) -> BaseResponse:
    """Save who is ticked."""
    people = frozenset(ids.read(request.form.getlist("person")))
    return save(
        access,
        "renewals.notifications_people",
        lambda read: recipients.choose(access, version=read, memberships=people),
        _people,
        version,
    )


@blueprint.get("/o/<slug>/billing/notifications/left-out")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_left_out(access: Access) -> Response:
    """All categories and tags; of what is ticked nobody is told. And what is snoozed. `find` looks for tags."""
    return _left_out(access)


@blueprint.post("/o/<slug>/billing/notifications/left-out")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_left_out_save(access: Access) -> BaseResponse:
    """Save what is ticked."""
    out = {name: frozenset(ids.read(request.form.getlist(name))) for name in ("categories", "tags")}
    return save(
        access,
        "renewals.notifications_left_out",
        lambda read: left_out.choose(access, version=read, **out),
        _left_out,
        version,
    )


def _people(access: Access, status: int = 200, problem: str = "") -> Response:
    return show(
        "renewals/people.html",
        status,
        version=preferences.of(access.organization_id).version,
        people=recipients.candidates(access.organization_id),
        told={one.address_key for one in recipients.of(access.organization_id)},
        roles=role_labels(),
        problem=problem,
    )


def _left_out(access: Access, status: int = 200, problem: str = "") -> Response:
    out, known = left_out.of(access.organization_id), categories.known()
    find = tidy(request.args.get("find", ""))[:LONGEST_SEARCH]
    _zone, first = choice.next_day(access.organization_id)
    in_use = {one.id for one in categories.choices()}
    return show(
        "renewals/left_out.html",
        status,
        version=preferences.of(access.organization_id).version,
        categories=[
            (i, _(name), picture, i in out.categories)
            for i, (name, picture) in known.items()
            if i in in_use | out.categories
        ],
        tags=tag_list.choices(access.products(), find, sorted(out.tags)),
        ticked=out.tags,
        find=find,
        snoozed=snoozes.open_at(access.organization_id, first),
        problem=problem,
    )


for endpoint in ("people", "people_save", "left_out", "left_out_save"):
    helps(f"renewals.notifications_{endpoint}", "renewal-notifications")

"""The notifications of an organization: what is told, when, and to whom; saved as soon as it is changed."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import ids
from blueprints.ground.formats import show_time
from blueprints.ground.guard import done, organization, refused_text
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.renewals.blueprint import blueprint
from models.access import Access
from models.base import now
from models.errors import Refused
from models.permissions import Permission
from models.renewals import preferences, recipients
from models.renewals.preferences import LEADS, ROLES, SWITCHES, Preference


@blueprint.get("/o/<slug>/billing/notifications")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications(access: Access) -> Response:
    """The two blocks, who gets the mails, and how they are gathered."""
    return _page(access, preferences.of(access.organization_id))


@blueprint.post("/o/<slug>/billing/notifications")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_save(access: Access) -> BaseResponse:
    """Save the whole form, as often as anything in it changes."""
    try:
        saved = preferences.change(access, version=ids.posted("version"), **_sent())
        if wants_fragment():
            told = recipients.names(access.organization_id)
            return show("renewals/_saved.html", at=show_time(now()), version=saved.version, addresses=told)
    except Refused as fault:
        return _refused(access, fault)
    return done(_("Saved."), "renewals.notifications", slug=access.slug)


def _sent() -> dict[str, Any]:
    """What the form says; a box that is not ticked is not sent."""
    ticked: dict[str, Any] = {name: name in request.form for name in (*SWITCHES, *ROLES) if name != "digest"}
    leads = [int(lead) for lead in request.form.getlist("leads") if lead.isdecimal()]
    return {**ticked, "digest": request.form.get("digest") != "single", "leads": leads}


def _refused(access: Access, fault: Refused) -> BaseResponse:
    sentence = refused_text(fault)
    if wants_fragment():
        return show("renewals/_saved.html", fault.status, problem=sentence)
    return _page(access, preferences.of(access.organization_id), fault.status, problem=sentence)


def _page(access: Access, kept: Preference, status: int = 200, **values: Any) -> Response:
    return show(
        "renewals/notifications.html",
        status,
        wanted=kept,
        version=kept.version,
        leads=[(lead, lead in kept.chosen) for lead in LEADS],
        addresses=recipients.names(access.organization_id),
        **values,
    )


for endpoint in ("notifications", "notifications_save"):
    helps(f"renewals.{endpoint}", "renewal-notifications")

"""The notifications of an organization: what is told, when, and to whom; saved as soon as it is changed."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.renewals import wording
from blueprints.renewals.blueprint import blueprint
from blueprints.renewals.saving import save
from models.access import Access
from models.permissions import Permission
from models.products import categories
from models.renewals import choice, left_out, preferences, preview
from models.renewals.choice import Choice
from models.renewals.preferences import LEADS, ROLES, SWITCHES

NEXT_MAILS = 7


@blueprint.get("/o/<slug>/billing/notifications")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications(access: Access) -> Response:
    """The two blocks, who gets the mails, how they are gathered, and what goes out next with all that."""
    return _page(access)


@blueprint.post("/o/<slug>/billing/notifications")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_save(access: Access) -> BaseResponse:
    """Save the whole form, as often as anything in it changes."""
    return save(
        access,
        "renewals.notifications",
        lambda read: preferences.change(access, version=read, **_sent()),
        _page,
        lambda _saved: _beside(choice.read(access.organization_id)),
    )


def _sent() -> dict[str, Any]:
    """What the form says; a box that is not ticked is not sent."""
    ticked: dict[str, Any] = {name: name in request.form for name in (*SWITCHES, *ROLES) if name != "digest"}
    leads = [int(lead) for lead in request.form.getlist("leads") if lead.isdecimal()]
    return {**ticked, "digest": request.form.get("digest") != "single", "leads": leads}


def _page(access: Access, status: int = 200, problem: str = "") -> Response:
    found = choice.read(access.organization_id)
    return show(
        "renewals/notifications.html",
        status,
        switched=frozenset(name for name in (*SWITCHES, *ROLES) if getattr(found.wanted, name)),
        leads=tuple((lead, lead in found.wanted.chosen) for lead in LEADS),
        out_tags=tuple(left_out.tags(access.organization_id)) if found.out.tags else (),
        out_others=tuple(_out(found)),
        zone=found.time_zone,
        **_beside(found),
        problem=problem,
    )


def _out(found: Choice) -> list[str]:
    """What is left out beside tags: categories by name, and how many products are snoozed."""
    named = [_(categories.known()[one][0]) for one in sorted(found.out.categories)]
    if found.snoozed:
        named.append(ngettext("%(num)d product snoozed", "%(num)d products snoozed", found.snoozed))
    return named


def _beside(found: Choice) -> dict[str, Any]:
    """What follows from the choice, and is shown beside it."""
    return {
        "version": found.wanted.version,
        "addresses": tuple(one.name for one in found.people),
        "mails": [wording.line(mail) for mail in preview.mails(found, NEXT_MAILS)],
        "single": not found.wanted.digest,
    }


for endpoint in ("notifications", "notifications_save"):
    helps(f"renewals.{endpoint}", "renewal-notifications")

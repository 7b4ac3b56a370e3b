"""The overview of an organization: what needs somebody comes first, what is well is counted."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.organization import needs, sentences
from blueprints.organization.blueprint import blueprint
from blueprints.renewals import telling
from blueprints.renewals import timeline as drawing
from models.access import Access
from models.base import today
from models.organization import history, overview
from models.permissions import Permission
from models.renewals import timeline

ENTRIES = 8


@blueprint.get("/o/<slug>/")
@organization(Permission.ORGANIZATION_SEE)
def dashboard(access: Access) -> Response:
    """Open things, renewals ahead, people, journal."""
    things = needs.of(access)
    return show(
        "organization/dashboard.html",
        title=heading(things.count, viewing=access.viewing),
        things=things,
        **_renewals(access),
        people=overview.people(access.organization_id) if access.can(Permission.MEMBERS_SEE) else None,
        days=_journal(access),
        calendar="" if access.viewing else url_for("renewals.calendar"),
    )


def heading(count: int, *, viewing: bool = False) -> str:
    """The answer: how many things are open; spelled up to twelve."""
    if count == 0:
        return str(_("Nothing is open here") if viewing else _("Nothing needs you"))
    spelled = [
        _("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"),
        _("Seven"), _("Eight"), _("Nine"), _("Ten"), _("Eleven"), _("Twelve"),
    ]  # fmt: skip
    number = spelled[count - 1] if count <= len(spelled) else str(count)
    if viewing:
        return str(ngettext("%(number)s thing is open here", "%(number)s things are open here", count, number=number))
    return str(ngettext("%(number)s thing needs you", "%(number)s things need you", count, number=number))


def _renewals(access: Access) -> dict[str, Any]:
    """What renews within 60 days: how many, how many by themselves, and all of it as a drawing."""
    ahead = timeline.of(access.products(), today(access.visitor.time_zone))
    return {
        "renewing": _count(ahead.alone + ahead.by_hand, ahead),
        "alone": _count(ahead.alone, ahead),
        "until": ahead.until,
        "timeline": drawing.of(ahead, mine=access.may(Permission.PRODUCTS_RENEW)),
    }


def _count(number: int, ahead: timeline.Timeline) -> dict[str, Any]:
    return {"number": number, "shown": telling.counted(number, ahead)}


def _journal(access: Access) -> list[tuple[str, list[sentences.Line]]]:
    if not access.can(Permission.JOURNAL_SEE):
        return []
    return sentences.days(history.latest(access.organization_id, ENTRIES))


helps("organization.dashboard", "organizations")

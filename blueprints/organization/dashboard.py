"""The overview of an organization: what needs somebody comes first, what is well is counted."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.organization import needs, sentences
from blueprints.organization.blueprint import blueprint
from models.access import Access
from models.base import day, today
from models.organization import history, overview
from models.permissions import Permission
from models.products import categories, listing
from models.products.views import View

DAYS = "60"
SOONEST = 10
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
    """What expires within 60 days: the soonest, how many there are, and how many renew by themselves."""
    here, reach = today(access.visitor.time_zone), access.products()
    page = listing.page(reach, View(expiry=DAYS, state="active", sort="due"), here, size=SOONEST)
    by_themselves = View(expiry=DAYS, state="active", renewal="auto")
    names = categories.known()
    return {
        "renewals": [
            (row[0], row[1], *names[row[4]], day(row[6]), _days_until(day(row[6]), here), bool(row[7]))
            for row in page.rows
        ],
        "renewing": page.total,
        "alone": listing.count(reach, by_themselves, here) if page.total else 0,
        "products": listing.count(reach, View(), here),
        "cap": listing.COUNT_CAP,
        "until": here.fromordinal(here.toordinal() + int(DAYS)),
    }


def _days_until(due: Any, here: Any) -> int:
    return int((due - here).days)


def _journal(access: Access) -> list[tuple[str, list[sentences.Line]]]:
    if not access.can(Permission.JOURNAL_SEE):
        return []
    return sentences.days(history.latest(access.organization_id, ENTRIES))


helps("organization.dashboard", "organizations")

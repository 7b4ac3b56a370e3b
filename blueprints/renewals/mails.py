"""The mails of an organization on renewals: those that go out next, and the ledger of those that went out."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.organization import edges
from blueprints.renewals import wording
from blueprints.renewals.blueprint import blueprint
from models import limits
from models.access import Access
from models.base import tidy
from models.outbox import STATE_LABELS
from models.permissions import Permission
from models.renewals import choice, ledger, letters, preview
from models.renewals.notices import KINDS

ICONS = {"waiting": "clock", "sending": "send", "sent": "check", "failed": "octagon-alert"}


@blueprint.get("/o/<slug>/billing/notifications/preview")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_preview(access: Access) -> Response:
    """Every mail of the next 60 days, with the reason for it."""
    found = choice.read(access.organization_id)
    mails = [wording.line(mail) for mail in preview.mails(found)]
    days = len({mail.day for mail in mails})
    title = ngettext("Mails go out on %(num)d of the next 60 days", "Mails go out on %(num)d of the next 60 days", days)
    return show(
        "renewals/preview.html",
        title=title if days else _("No mail goes out in the next 60 days"),
        mails=mails,
        addresses=[one.name for one in found.people],
        single=not found.wanted.digest,
    )


@blueprint.get("/o/<slug>/billing/notifications/sent")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_sent(access: Access) -> Response:
    """The mails that went out, newest first; `to` narrows to one address."""
    address = tidy(request.args.get("to", ""))[: limits.LINE]
    page = ledger.page(access.organization_id, address, edges.read())
    around = {"slug": access.slug, "to": address or None}
    fragment = wants_fragment() or edges.swaps("list")
    return show(
        "renewals/_sent.html" if fragment else "renewals/sent.html",
        page=page,
        address=address,
        newer=edges.turn(page.previous, "renewals.notifications_sent", **around),
        older=edges.turn(page.next, "renewals.notifications_sent", **around),
        icons=ICONS,
        labels=_labels(),
        kinds={kind: _(label) for kind, label in KINDS.items()},
    )


@blueprint.get("/o/<slug>/billing/notifications/sent/<int:mail_id>")
@organization(Permission.NOTIFICATIONS_EDIT)
def notifications_sent_mail(access: Access, mail_id: int) -> Response:
    """One of them: what it told, and what became of it."""
    mail = ledger.one(access.organization_id, mail_id)
    told = letters.told(mail.id)
    lines = [(line, wording.lead(line.kind, line.lead)) for line in (*told["open"], *told["fine"])]
    number = ngettext("%(num)d product", "%(num)d products", mail.products)
    return show(
        "renewals/sent_mail.html",
        title=_("%(what)s, told to %(name)s", what=mail.product or number, name=mail.name),
        mail=mail,
        lines=lines,
        more=told["more"],
        labels=_labels(),
    )


def _labels() -> dict[str, str]:
    return {state: _(label) for state, label in STATE_LABELS.items()}


for endpoint in ("preview", "sent", "sent_mail"):
    helps(f"renewals.notifications_{endpoint}", "renewal-notifications")

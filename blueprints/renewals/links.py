"""The link under mails on renewals: which of them one does without."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints import links as link_pages
from blueprints.ground.session import remote_address
from models.links import Link, Purpose
from models.organization import organizations
from models.renewals import notices, refusals


@link_pages.page(Purpose.UNSUBSCRIBE)
class UnsubscribeLink:
    """Every kind with a tick; those of the mail that the link stands under are ticked off already."""

    @staticmethod
    def show(link: Link) -> tuple[str, dict[str, Any]]:
        """What this address gets, and what it would get after the button."""
        refused = refusals.of(_organization(link), link.address)
        proposed = frozenset() if "chosen" in request.args else frozenset(notices.kinds_of(link.subject_id or 0))
        return "links/unsubscribe.html", {
            "organization": organizations.get(_organization(link)),
            "kinds": [(kind, _(label), kind in refused) for kind, label in notices.KINDS.items()],
            "proposed": proposed - refused,
        }

    @staticmethod
    def act(link: Link) -> BaseResponse:
        """Do without what is not ticked."""
        wanted = frozenset(request.form.getlist("kind"))
        refusals.choose(_organization(link), link.address, notices.KINDS.keys() - wanted, remote_address())
        flash(_("Saved."), "ok")
        return redirect(f"{request.path}?chosen=1", 303)

    @staticmethod
    def one_click(link: Link) -> None:
        """Do without the kinds of this mail as well."""
        refusals.add(_organization(link), link.address, notices.kinds_of(link.subject_id or 0), remote_address())


def _organization(link: Link) -> int:
    """The organization whose mails the link is about; its purpose always has one."""
    if link.organization_id is None:
        raise LookupError("an unsubscribe link without an organization")
    return link.organization_id

"""Sign-in mails for people who never signed in: to whom they would go, and what was said when they went."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from blueprints.back_office import pages
from blueprints.ground import ids
from models.operators import users


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many people would be sent a mail, a few of them by name, and for how long their links are good."""

    count: int
    names: str
    days: int


def waiting(organization_id: int | None = None) -> Waiting:
    """Who needs a mail; of one organization, or of all."""
    count = users.count_pending(organization_id)
    return Waiting(count, pages.few(users.names_pending(organization_id), count), users.SIGN_IN_LIFE.days)


def send(organization_id: int | None = None) -> str:
    """Send to as many as the form confirmed; the sentence that says so. Raises Conflict where they are more."""
    sent = users.send_sign_in_mails(pages.actor(), organization_id, at_most=ids.posted("count"))
    if not sent:
        return str(_("Nobody needs a sign-in mail any more. Nothing was sent."))
    return str(_("Sign-in mails are on their way: %(count)s.", count=sent))

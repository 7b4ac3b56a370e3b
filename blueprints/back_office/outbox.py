"""The outbox: what waits, what was sent, what failed with the server's words; mails written to files."""

from __future__ import annotations

import email
from dataclasses import replace
from email import policy
from pathlib import Path

from flask import Response, request
from flask_babel import gettext as _
from jinja2 import TemplateError
from werkzeug.wrappers import Response as BaseResponse

from blueprints.back_office import pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground.guard import done, operator
from blueprints.ground.page import helps
from blueprints.ground.state import state as running
from jobs import letters
from models import outbox as rows_of
from models import settings
from models.errors import N_, NotFound
from models.operators import messages as verbs
from models.outbox import STATE_LABELS, Message
from models.permissions import OperatorRole

KIND_LABELS = {
    "address_changed": N_("Address changed"),
    "already_registered": N_("Account exists already"),
    "change_address": N_("Confirm a new address"),
    "invitation": N_("Invitation"),
    "invitation_accepted": N_("Invitation accepted"),
    "invitation_refused": N_("Invitation refused"),
    "member_left": N_("Member left"),
    "member_removed": N_("Member removed"),
    "renewals": N_("Renewals"),
    "new_sign_in": N_("Sign-in from a new device"),
    "password_changed": N_("Password changed"),
    "representative_appointed": N_("Legal representative appointed"),
    "representative_asked": N_("Request to become legal representative"),
    "representative_proposed": N_("Legal representative proposed"),
    "representative_refused": N_("Appointment refused"),
    "representative_removed": N_("Legal representative removed"),
    "reset_password": N_("Reset the password"),
    "role_changed": N_("Role changed"),
    "test_mail": N_("Test mail"),
    "verify_address": N_("Verify the address"),
    "welcome": N_("First sign-in"),
}
"""What the mails are called, by the name of their template."""

MOST_FILES = 200


@blueprint.get("/back-office/outbox")
@operator()
def outbox() -> Response:
    """Messages, newest first, by state."""
    state, search = request.args.get("state", ""), pages.search()
    state = state if state in STATE_LABELS else ""
    return pages.show_list(
        "outbox",
        verbs.page(state, search, pages.numbered_edge()),
        {"q": search, "state": state},
        state=state,
        search=search,
        health=rows_of.health(),
        labels={name: _(label) for name, label in STATE_LABELS.items()},
        kinds={name: _(label) for name, label in KIND_LABELS.items()},
        writes_files=running().environment.mail_url.startswith("file:"),
    )


@blueprint.get("/back-office/outbox/<int:number>")
@operator()
def outbox_message(number: int) -> Response:
    """One message: where it stands, and how it reads. The person's own link is never shown."""
    message = verbs.get(number)
    return pages.show(
        "back_office/message.html",
        message=message,
        letter=_letter(message),
        labels={name: _(label) for name, label in STATE_LABELS.items()},
        kind=_(KIND_LABELS.get(message.name, message.name)),
    )


def _letter(message: Message) -> letters.Letter | None:
    """How a message reads, its link hidden; None where its template can't be filled any more."""
    sender = replace(letters.Sender.of(running().environment, settings.current()), secret_key="hidden")
    claimed = verbs.as_claimed(message)
    try:
        letter = letters.write(claimed, sender)
    except (TemplateError, KeyError):
        return None
    link = letters.link_url(claimed, sender)
    return replace(letter, text=letter.text.replace(link, _("[the person's own link]"))) if link else letter


@blueprint.post("/back-office/outbox/<int:number>/retry")
@operator(OperatorRole.SUPPORT)
def outbox_retry(number: int) -> BaseResponse:
    """Try a failed message anew."""
    verbs.retry(verbs.get(number), pages.actor())
    return done(_("It is tried again."), "back_office.outbox_message", number=number)


@blueprint.post("/back-office/outbox/retry")
@operator(OperatorRole.SUPPORT)
def outbox_retry_all() -> BaseResponse:
    """Try everything that failed anew."""
    count = verbs.retry_all(pages.actor())
    return done(_("Tried again: %(count)s.", count=count), "back_office.outbox")


def _folder() -> Path:
    return running().environment.data / "mail"


@blueprint.get("/back-office/outbox/files")
@operator(OperatorRole.SECURITY)
def outbox_files() -> Response:
    """Mails that were written to files, newest first: their links work, so they are for the security role."""
    found = sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:MOST_FILES]
    mails = [(path.stem, _parsed(path)) for path in found]
    return pages.show("back_office/mail_files.html", mails=mails, folder=_folder())


@blueprint.get("/back-office/outbox/files/<name>")
@operator(OperatorRole.SECURITY)
def outbox_file(name: str) -> Response:
    """One of them, as text."""
    path = _folder() / f"{name}.eml"
    if path.parent != _folder() or not path.is_file():
        raise NotFound
    mail = _parsed(path)
    body = mail.get_body(("plain",))
    return pages.show("back_office/mail_file.html", mail=mail, body=body.get_content() if body else "")


def _parsed(path: Path) -> email.message.EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


helps("back_office.outbox", "outbox-and-mail")
helps("back_office.outbox_message", "outbox-and-mail")

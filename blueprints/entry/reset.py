"""A forgotten password: a link to the address, whether somebody has it or not is never said."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints import links as link_pages
from blueprints.entry.blueprint import blueprint
from blueprints.ground import session
from blueprints.ground.forms import Form, address_field, password_field, refuse
from blueprints.ground.guard import done, public
from blueprints.ground.limits import count, forgive_sign_ins, limit, network, typed_address
from blueprints.ground.page import helps, show
from models.account import credentials, users
from models.account.passwords import LEAST_LENGTH
from models.errors import Refused
from models.links import Link, Purpose


class ResetForm(Form):
    """Where the link goes."""

    email = address_field(_("E-mail"))


class NewPasswordForm(Form):
    """The new password; its length is what counts."""

    password = password_field(
        _("New password"), description=_("At least %(least)d characters. A sentence is fine.", least=LEAST_LENGTH)
    )


@blueprint.get("/login/reset")
@public
def login_reset() -> BaseResponse:
    """The form, with the address that was typed at the sign-in."""
    return show("entry/reset.html", form=ResetForm(email=request.args.get("email", "")))


@blueprint.post("/login/reset")
@public
@limit("5 per hour", typed_address)
@limit("30 per hour", network)
def login_reset_send() -> BaseResponse:
    """The same page for every address."""
    form = ResetForm()
    if not form.validate():
        return show("entry/reset.html", 422, form=form)
    count()
    credentials.ask_for_reset(form.email.data)
    return show("entry/reset_sent.html", email=form.email.data)


def over(link: Link) -> str:
    """What became of a link that does nothing any more."""
    if link.state == "used":
        return str(gettext("A password was set with this link. It works once."))
    if link.state == "revoked":
        return str(gettext("A newer link was sent, or the password was changed in the meantime."))
    return str(gettext("This link to set a password has run out. Ask for a new one on the sign-in page."))


@link_pages.page(Purpose.RESET_PASSWORD, over=over)
class ResetLink:
    """Sets a new password, ends every session, and leads to the sign-in."""

    @staticmethod
    def show(link: Link) -> tuple[str, dict[str, Any]]:
        """The form on the link's page."""
        return "links/reset_password.html", {"form": NewPasswordForm(), "person": users.by_id(link.user_id)}

    @staticmethod
    def act(link: Link) -> BaseResponse:
        """Set the password."""
        form = NewPasswordForm()
        if form.validate():
            try:
                forgive_sign_ins(credentials.reset(link, form.password.data, session.remote_address()).email)
                return done(gettext("Your new password is set. Sign in with it."), "entry.login")
            except Refused as fault:
                refuse(form, fault)
        template, values = ResetLink.show(link)
        token = (request.view_args or {})["token"]
        return show(template, 422, link=link, token=token, **{**values, "form": form})


helps("entry.login_reset", "signing-in")
helps("entry.login_reset_send", "signing-in")

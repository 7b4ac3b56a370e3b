"""The password: changing it ends the other sessions."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.account.blueprint import blueprint
from blueprints.ground.forms import Form, password_field, refuse
from blueprints.ground.guard import done, signed_in
from blueprints.ground.limits import asks_password, count_guess
from blueprints.ground.page import helps, show
from blueprints.ground.session import current_session, person, user
from models.account import credentials, sessions
from models.account.passwords import LEAST_LENGTH
from models.errors import Refused


class PasswordForm(Form):
    """The old one and the new one."""

    current = password_field(_("Current password"))
    password = password_field(
        _("New password"), description=_("At least %(least)d characters. A sentence is fine.", least=LEAST_LENGTH)
    )


def _page(form: PasswordForm, status: int = 200) -> BaseResponse:
    me = user()
    others = len(sessions.of_user(me)) - 1
    return show("account/security.html", status, form=form, changed_at=me.password_changed_at, others=others)


@blueprint.get("/account/security")
@signed_in
def security() -> BaseResponse:
    """When the password was set, and the form to change it."""
    return _page(PasswordForm())


@blueprint.post("/account/security/password")
@signed_in
@asks_password
def security_password() -> BaseResponse:
    """Change it."""
    form = PasswordForm()
    if form.validate():
        try:
            ended = credentials.change_password(
                user(), form.current.data, form.password.data, session=current_session(), by=person()
            )
            return done(_told(ended), "account.security")
        except Refused as fault:
            if fault.field == form.current.name:
                count_guess()
            refuse(form, fault)
    return _page(form, 422)


def _told(ended: int) -> str:
    if not ended:
        return str(gettext("Your password is changed."))
    return str(
        ngettext(
            "Your password is changed. Your other session was ended.",
            "Your password is changed. Your %(num)d other sessions were ended.",
            ended,
        )
    )


for endpoint in ("security", "security_password"):
    helps(f"account.{endpoint}", "signing-in")

"""Sign-in and sign-out: one answer for a wrong password and an unknown address, and a limit on guesses."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired

from blueprints.entry.blueprint import blueprint
from blueprints.ground import devices, session
from blueprints.ground.forms import Form, at_most, password_field, refuse, tidied
from blueprints.ground.guard import local_path, public
from blueprints.ground.limits import SIGN_INS, count, limit, network, typed_address
from blueprints.ground.page import helps, home, show
from models import settings
from models.account import credentials, sessions
from models.account.users import User
from models.errors import Refused


class LoginForm(Form):
    """Who it is. The address is not checked for its form: a wrong one fits no password either."""

    email = StringField(_("E-mail"), [DataRequired(_("Fill this in.")), at_most(254)], filters=[tidied])
    password = password_field(_("Password"))
    keep = BooleanField(_("Keep me signed in on this device"))
    next = HiddenField()


@blueprint.get("/login")
@public
def login() -> BaseResponse:
    """The form."""
    target = local_path(request.args.get("next", "")) or ""
    if session.visitor():
        return redirect(target or home_or_setup(), 303)
    return show("entry/login.html", form=LoginForm(next=target))


@blueprint.post("/login")
@public
@limit(SIGN_INS, typed_address)
@limit("50 per 15 minutes", network)
def login_send() -> BaseResponse:
    """Open a session for the right password; only wrong ones count."""
    form = LoginForm()
    if form.validate():
        try:
            user = credentials.authenticate(form.email.data, form.password.data)
            return enter(user, keep=form.keep.data, target=local_path(form.next.data or ""))
        except Refused as fault:
            count()
            refuse(form, fault)
    return show("entry/login.html", 422, form=form)


def enter(user: User, *, keep: bool = False, target: str | None = None) -> BaseResponse:
    """Sign the person in on this browser, in place of whoever was, and go on.

    Raises Refused where their password was changed or they were suspended a moment ago.
    """
    opened = sessions.open_session(
        user,
        keep=keep,
        address=session.remote_address(),
        device=devices.label(request.user_agent.string),
        device_key=session.device_key(),
        replaced=session.sent_key(),
    )
    response = make_response(redirect(target or url_for("entry.landing"), 303))
    session.sign_in(response, opened)
    return response


@blueprint.post("/logout")
@public
def logout() -> BaseResponse:
    """End this session; signing out twice is no fault."""
    response = make_response(redirect(url_for("entry.login"), 303))
    if found := session.visitor():
        if own := sessions.find(found.user_id, found.session_id):
            sessions.end(own, found)
        session.sign_out(response)
        flash(gettext("You are signed out."), "ok")
    return response


def home_or_setup() -> str:
    """Where somebody who is signed in begins; an operator finishes the setup first."""
    found = session.visitor()
    if found and found.is_operator and not settings.current().ready:
        return url_for("entry.setup_provider")
    return home()


helps("entry.login", "signing-in")
helps("entry.login_send", "signing-in")

"""Users: found, suspended, signed out, verified; operators' roles by the security role alone."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from blueprints.back_office import pages, welcome
from blueprints.back_office.blueprint import blueprint
from blueprints.ground.forms import Form, needed, refuse, tidied
from blueprints.ground.guard import done, operator
from blueprints.ground.limits import asks_password, count_guess
from blueprints.ground.page import helps
from blueprints.ground.session import user as oneself
from blueprints.organization import edges
from blueprints.organization.people import role_labels
from models.account import sessions
from models.errors import N_, Refused
from models.operators import users as verbs
from models.permissions import OPERATOR_ROLE_LABELS, OperatorRole

SUPPORT, SECURITY = OperatorRole.SUPPORT, OperatorRole.SECURITY
FILTER_LABELS = {
    "": N_("Everybody"),
    "pending": N_("Never signed in"),
    "unverified": N_("Address not verified"),
    "suspended": N_("Suspended"),
    "operators": N_("Operators"),
}


class SuspendForm(Form):
    """Why: it stands in the journal."""

    reason = StringField(_("Reason"), [needed()], filters=[tidied])


class RolesForm(Form):
    """What an operator may do; a sensitive act."""

    roles = SelectMultipleField(_("Roles in the back office"))
    password = PasswordField(_("Your own password"), [InputRequired(_("Fill this in."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = [(role.value, gettext(label)) for role, label in OPERATOR_ROLE_LABELS.items()]


@blueprint.get("/back-office/users")
@operator()
def users() -> Response:
    """All users by address, with a search and filters."""
    search, narrowed = pages.search(), request.args.get("who", "")
    narrowed = narrowed if narrowed in verbs.FILTERS else ""
    return pages.show_list(
        "users",
        verbs.page(search, narrowed, edges.read()),
        {"q": search, "who": narrowed},
        search=search,
        narrowed=narrowed,
        filters=[(name, gettext(label)) for name, label in FILTER_LABELS.items()],
        waiting=welcome.waiting() if narrowed == "pending" else None,
        asked=request.args.get("ask", ""),
    )


@blueprint.post("/back-office/users/welcome")
@operator(SUPPORT)
def users_welcome() -> BaseResponse:
    """Send sign-in mails to everybody who never signed in and was not sent one this week."""
    return done(welcome.send(), "back_office.users", who="pending")


@blueprint.get("/back-office/users/<int:number>")
@operator()
def users_detail(number: int) -> Response:
    """One user: state, organizations, sessions."""
    return _detail(number)


@blueprint.post("/back-office/users/<int:number>/suspend")
@operator(SUPPORT, SECURITY)
def users_suspend(number: int) -> BaseResponse:
    """Nobody signs in as this user any more."""
    user, form = verbs.get(number), SuspendForm()
    if form.validate():
        try:
            verbs.suspend(user, form.reason.data, pages.actor())
            return done(gettext("%(name)s is suspended.", name=user.name), "back_office.users_detail", number=number)
        except Refused as fault:
            refuse(form, fault)
    return _detail(number, suspend_form=form, asked="suspend", status=422)


@blueprint.post("/back-office/users/<int:number>/resume")
@operator(SUPPORT, SECURITY)
def users_resume(number: int) -> BaseResponse:
    """End a suspension."""
    user = verbs.get(number)
    verbs.resume(user, pages.actor())
    return done(gettext("%(name)s can sign in again.", name=user.name), "back_office.users_detail", number=number)


@blueprint.post("/back-office/users/<int:number>/sessions/end")
@operator(SUPPORT, SECURITY)
def users_end_sessions(number: int) -> BaseResponse:
    """Sign the user out everywhere."""
    ended = verbs.end_sessions(verbs.get(number), pages.actor())
    return done(gettext("Sessions ended: %(count)s.", count=ended), "back_office.users_detail", number=number)


@blueprint.post("/back-office/users/<int:number>/verification")
@operator(SUPPORT)
def users_verification(number: int) -> BaseResponse:
    """Send the link that proves the address once more."""
    verbs.resend_verification(verbs.get(number), pages.actor())
    return done(gettext("The mail is on its way."), "back_office.users_detail", number=number)


@blueprint.post("/back-office/users/<int:number>/sign-in-mail")
@operator(SUPPORT)
def users_sign_in_mail(number: int) -> BaseResponse:
    """Send one person who never signed in the link to set a password, again if need be."""
    verbs.send_sign_in_mail(verbs.get(number), pages.actor())
    return done(gettext("The mail is on its way."), "back_office.users_detail", number=number)


@blueprint.post("/back-office/users/<int:number>/roles")
@operator(SECURITY)
@asks_password
def users_roles(number: int) -> BaseResponse:
    """Say what the user may do in the back office."""
    user, form = verbs.get(number), RolesForm()
    if form.validate():
        try:
            if not oneself().check_password(form.password.data):
                count_guess()
                raise Refused(N_("This is not your password."), field="password")
            verbs.set_roles(user, [OperatorRole(role) for role in form.roles.data], pages.actor())
            message = gettext("The roles of %(name)s are set.", name=user.name)
            return done(message, "back_office.users_detail", number=number)
        except Refused as fault:
            refuse(form, fault)
    return _detail(number, roles_form=form, status=422)


def _detail(
    number: int,
    *,
    suspend_form: SuspendForm | None = None,
    roles_form: RolesForm | None = None,
    asked: str = "",
    status: int = 200,
) -> Response:
    user = verbs.get(number)
    return pages.show(
        "back_office/user.html",
        status,
        user=user,
        places=verbs.places(user),
        role_labels=role_labels(),
        operator_labels={role.value: gettext(label) for role, label in OPERATOR_ROLE_LABELS.items()},
        sessions=sessions.of_user(user),
        suspend_form=suspend_form or SuspendForm(),
        roles_form=roles_form or RolesForm(roles=user.operator_roles),
        form=roles_form or suspend_form,
        is_security=SECURITY.value in oneself().operator_roles,
        asked=asked or request.args.get("ask", ""),
    )


helps("back_office.users", "members-and-roles")
helps("back_office.users_detail", "members-and-roles")

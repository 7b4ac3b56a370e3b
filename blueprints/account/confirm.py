"""The password once more, before an act that only the person themselves may do; it then holds for ten minutes."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField

from blueprints.account.blueprint import blueprint
from blueprints.ground.forms import Form, password_field
from blueprints.ground.guard import SAFE, local_path, signed_in
from blueprints.ground.limits import count, limit, signed_in_person
from blueprints.ground.page import helps, home, show
from blueprints.ground.session import current_session, user


class ConfirmForm(Form):
    """The password, and where to go on."""

    current = password_field(_("Your password"))
    next = HiddenField()


def to_confirmation() -> BaseResponse:
    """Lead to the question and back, from a page or from inside a fragment."""
    back = request.full_path.rstrip("?") if request.method in SAFE else request.referrer or ""
    target = url_for("account.confirm_password", next=local_path(back))
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


@blueprint.get("/account/confirm-password")
@signed_in
def confirm_password() -> BaseResponse:
    """The question."""
    form = ConfirmForm(next=local_path(request.args.get("next", "")) or "")
    return show("account/confirm_password.html", form=form)


@blueprint.post("/account/confirm-password")
@signed_in
@limit("10 per 15 minutes", signed_in_person)
def confirm_password_send() -> BaseResponse:
    """Note the moment, and go on."""
    form = ConfirmForm()
    if form.validate():
        if user().check_password(form.current.data):
            current_session().confirm_password()
            return redirect(local_path(form.next.data or "") or home(), 303)
        count()
        form.current.errors = [gettext("This is not your password.")]
    return show("account/confirm_password.html", 422, form=form)


for endpoint in ("confirm_password", "confirm_password_send"):
    helps(f"account.{endpoint}", "signing-in")

"""Remedies: where a refusal's step leads, and forms that ask for the password beside an act."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms.validators import ValidationError

from blueprints.ground.forms import Form, password_field
from blueprints.ground.guard import local_path, refused_text
from blueprints.ground.limits import count_guess
from blueprints.ground.session import user
from models.access import Access
from models.errors import Refused


def remedy(access: Access, fault: Refused | None) -> tuple[str, str] | None:
    """The words and the address of the page that mends a refusal, if there is one."""
    if fault is None or fault.step is None:
        return None
    links = {
        "appoint": (_("Appoint a legal representative"), url_for("organization.members_appoint", slug=access.slug)),
        "verify": (_("Confirm your address"), url_for("account.profile")),
    }
    return links.get(fault.step)


def back(fault: Refused, endpoint: str, **values: Any) -> BaseResponse:
    """A refused act without a form of its own: the page that it came from says why."""
    flash(refused_text(fault), "danger")
    return redirect(local_path(request.referrer or "") or url_for(endpoint, **values), 303)


class PasswordForm(Form):
    """A sensitive act: the password is asked each time. Its view is one that `asks_password`."""

    password = password_field(_l("Your password"))

    def validate_password(self, field: Any) -> None:
        """The password of who is signed in."""
        if not user().check_password(field.data):
            count_guess()
            raise ValidationError(_("This is not your password."))

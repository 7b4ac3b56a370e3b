"""The person's own details: each is saved as soon as it is changed, the address only once it is confirmed."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField, TelField
from wtforms.validators import Optional

from blueprints.account.blueprint import blueprint
from blueprints.account.saving import not_saved, saved
from blueprints.ground import choices
from blueprints.ground.forms import Form, address_field, at_most, passes, password_field, refuse, text_field, tidied
from blueprints.ground.guard import done, signed_in
from blueprints.ground.limits import asks_password, count, count_guess, limit, signed_in_person
from blueprints.ground.page import helps, show
from blueprints.ground.session import person, user
from models import limits, phones
from models.account import credentials
from models.account.users import User
from models.errors import NotFound, Refused


class ProfileForm(Form):
    """What a person says about themselves."""

    name = text_field(_("Name"))
    phone = TelField(_("Phone"), [Optional(), at_most(limits.PHONE), passes(phones.check)], filters=[tidied])
    language = SelectField(_("Language"))
    time_zone = SelectField(_("Time zone"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = choices.languages()
        self.time_zone.choices = choices.time_zones()


class AddressForm(Form):
    """Another e-mail address, proven by the password and later by a link."""

    email = address_field(_("New address"))
    current = password_field(_("Your password"))


@blueprint.get("/account/profile")
@signed_in
def profile() -> BaseResponse:
    """All of it on one page."""
    return _page(ProfileForm(obj=user()))


def _page(form: ProfileForm, status: int = 200) -> Response:
    waiting = credentials.new_address(person().user_id)
    return show("account/profile.html", status, form=form, address=user().email, waiting=waiting)


@blueprint.post("/account/profile/<field>")
@signed_in
def profile_save(field: str) -> BaseResponse:
    """Save one field."""
    form = ProfileForm()
    if field not in form:
        raise NotFound
    wanted = form[field]
    if not wanted.validate(form):
        return not_saved(wanted.errors[0]) or _page(_rest(form, field), 422)
    user().change(person(), **{field: wanted.data})
    return saved("account.profile")


def _rest(form: ProfileForm, field: str) -> ProfileForm:
    """The whole form around one refused field: the others as they are kept."""
    kept: User = user()
    for other in form:
        if other.name != field:
            other.data = getattr(kept, other.name)
    return form


@blueprint.get("/account/profile/address")
@signed_in
def profile_address() -> BaseResponse:
    """The form for another address."""
    return show("account/address.html", form=AddressForm(), address=person().email)


@blueprint.post("/account/profile/address")
@signed_in
@asks_password
@limit("10 per 15 minutes", signed_in_person)
def profile_address_send() -> BaseResponse:
    """Send the link to the new address."""
    form = AddressForm()
    if form.validate():
        try:
            credentials.ask_for_new_address(user(), form.current.data, form.email.data, person())
            count()
            sentence = gettext(
                "A link is on its way to %(email)s. Until it is confirmed there, nothing changes.",
                email=form.email.data,
            )
            return done(sentence, "account.profile")
        except Refused as fault:
            if fault.field == form.current.name:
                count_guess()
            refuse(form, fault)
    return show("account/address.html", 422, form=form, address=person().email)


@blueprint.post("/account/profile/address/keep")
@signed_in
def profile_address_keep() -> BaseResponse:
    """Withdraw the change of address that waits."""
    credentials.keep_address(user(), person())
    return done(gettext("Your address stays %(email)s.", email=person().email), "account.profile")


@blueprint.post("/account/resend-verification")
@signed_in
@limit("5 per hour", signed_in_person)
def resend_verification() -> BaseResponse:
    """Send the link that verifies the address once more."""
    user().ask_for_verification()
    count()
    return done(gettext("The link is on its way to %(email)s.", email=person().email), "account.profile")


for endpoint in ("profile", "profile_save", "profile_address", "profile_address_send"):
    helps(f"account.{endpoint}", "profile-and-preferences")

"""Settings: what the business decides."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange

from blueprints.back_office import pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground import choices
from blueprints.ground.forms import Form, address_field, is_public, refuse, text_field
from blueprints.ground.guard import done, operator
from blueprints.ground.page import helps
from blueprints.ground.session import person
from models import limits
from models import settings as kept
from models.errors import Refused
from models.operators import business
from models.permissions import OperatorRole


class SettingsForm(Form):
    """All settings of the business."""

    provider_name = text_field(_("Name of the provider"))
    provider_country = SelectField(_("Country"), choices=choices.countries)
    support_email = address_field(_("E-mail for support"), optional=True)
    currency = SelectField(_("Currency"), choices=choices.currencies)
    language = SelectField(_("Language"), choices=choices.languages)
    time_zone = SelectField(_("Time zone"), choices=choices.time_zones)
    public_address = text_field(_("Public address"), most=200, rules=[is_public])
    signup = RadioField(
        _("Who may sign up"),
        choices=lambda: [("open", _("Anybody")), ("invitation", _("Only people with an invitation"))],
    )
    terms_version = text_field(_("Version of the terms"), most=20)
    backup_daily = BooleanField(_("Keep a daily backup in the data folder"))
    backups_kept = IntegerField(_("Backups to keep"), [NumberRange(1, 365, _("Write 1 to 365."))])
    vies_on = BooleanField(_("Confirm VAT numbers with VIES"))
    vies_address = text_field(_("Address of the service"), optional=True, most=200)
    vies_requester = text_field(_("Your own EU VAT number"), optional=True, most=limits.VAT_NUMBER)

    def values(self) -> dict[str, Any]:
        """The settings by name."""
        return {name: field.data for name, field in self._fields.items()}


@blueprint.get("/back-office/settings")
@operator()
def settings() -> Response:
    """All settings; who has not the security role only reads them."""
    may_save = OperatorRole.SECURITY.value in person().operator_roles
    return pages.show("back_office/settings.html", form=SettingsForm(obj=kept.business()), may_save=may_save)


@blueprint.post("/back-office/settings")
@operator(OperatorRole.SECURITY)
def settings_save() -> BaseResponse:
    """Save them."""
    form = SettingsForm()
    if form.validate():
        try:
            business.change(pages.actor(), **form.values())
            return done(gettext("The settings are saved."), "back_office.settings")
        except Refused as fault:
            refuse(form, fault)
    return pages.show("back_office/settings.html", 422, form=form, may_save=True)


helps("back_office.settings", "setting-up")

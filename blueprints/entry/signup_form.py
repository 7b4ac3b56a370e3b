"""The form of a sign-up: it follows the type of the organization and its country."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from blueprints.ground import choices
from blueprints.ground.formats import language
from blueprints.ground.forms import Form, address_field, at_most, password_field, text_field, tidied
from blueprints.organization.fields import NUMBER_HINTS, NUMBER_LABELS
from models import limits, settings
from models.account.passwords import LEAST_LENGTH
from models.organization.organizations import KINDS
from models.organization.vat import asked_of


class PersonForm(Form):
    """Who signs up; all that an invited person is asked."""

    name = text_field(_("Your name"))
    email = address_field(_("E-mail"))
    password = password_field(
        _("Password"), description=_("At least %(least)d characters. A sentence is fine.", least=LEAST_LENGTH)
    )
    language = SelectField(_("Language"))
    terms = BooleanField(_("I accept the terms"), [InputRequired(_("An account takes your agreement to the terms."))])
    next = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"language": language(), **values})
        self.language.choices = choices.languages()

    def person(self, country: str) -> dict[str, str]:
        """The user's values as the verb takes them; the time zone is a guess that the profile can mend."""
        return {
            "name": self.name.data,
            "email": self.email.data,
            "password": self.password.data,
            "language": self.language.data,
            "time_zone": choices.zones_by_country().get(country, settings.current().time_zone),
        }


_FIRST = ("kind", "country", "organization", "vat_number", "street", "postcode", "city")
"""The organization stands first on the page, and so do its sentences in the summary of what is wrong."""


class SignUpForm(PersonForm):
    """A person and the organization that they answer for."""

    kind = RadioField(_("Who are you?"), validators=[InputRequired(_("Choose one of the list."))], default="company")
    organization = StringField(_("Name of the organization"), [at_most()], filters=[tidied])
    country = SelectField(_("Country"))
    street = text_field(_("Street and number"))
    postcode = text_field(_("Postcode"), most=limits.POSTCODE)
    city = text_field(_("City"), most=limits.CITY)
    vat_number = text_field(_("VAT number"), optional=True, most=limits.VAT_NUMBER)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"country": settings.current().provider_country, **values})
        self.kind.choices = [(key, _(label)) for key, label in KINDS.items()]
        self.country.choices = choices.countries()
        self.asked = asked_of(self.kind.data or "", self.country.data or "")
        self._follow()
        self._fields: dict[str, Any] = {name: self._fields[name] for name in (*_FIRST, *self._fields)}

    def _follow(self) -> None:
        """A Swiss company has a UID, an EU company a VAT number, an individual neither; others aren't asked."""
        if self.asked:
            self.vat_number.label.text = NUMBER_LABELS[self.asked]
            self.vat_number.description = NUMBER_HINTS[self.asked]

    def validate_organization(self, field: Any) -> None:
        """Everybody but an individual has a name of its own."""
        if not field.data and self.kind.data != "individual":
            raise ValidationError(_("Fill this in."))

    def details(self) -> dict[str, Any]:
        """The organization's values as the verb takes them."""
        return {
            "kind": self.kind.data,
            "name": self.name.data if self.kind.data == "individual" else self.organization.data,
            "country": self.country.data,
            "street": self.street.data,
            "postcode": self.postcode.data,
            "city": self.city.data,
            "vat_number": self.vat_number.data if self.asked else "",
            "language": self.language.data,
            "time_zone": self.person(self.country.data)["time_zone"],
            "billing_email": self.email.data,
        }


def typed() -> SignUpForm:
    """The form with what is typed so far, for the parts that follow it."""
    return SignUpForm(formdata=request.form)

"""The fields of an organization's details: the same for another organization and in the settings."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from blueprints.ground import choices
from blueprints.ground.forms import text_field
from models import limits
from models.organization import vat
from models.organization.organizations import KINDS

NUMBER_LABELS = {"uid": _("UID"), "vat": _("VAT number")}
NUMBER_HINTS = {
    "uid": _("As in CHE-123.456.788, with MWST, TVA or IVA if you pay VAT."),
    "vat": _("With the letters of the country. Leave it empty if you have none."),
}


def kinds() -> choices.Pairs:
    """Types of entity."""
    return [(kind, gettext(label)) for kind, label in KINDS.items()]


class OrganizationFields:
    """A mixin for forms. The verb checks the tax number, since its form follows type and country. The provider may not
    know the address of a client yet."""

    kind = SelectField(_("Type"), choices=kinds, default="company")
    name = text_field(_("Name"))
    country = SelectField(_("Country"), choices=choices.countries)
    street = text_field(_("Street and number"), optional=True)
    postcode = text_field(_("Postcode"), optional=True, most=limits.POSTCODE)
    city = text_field(_("City"), optional=True, most=limits.CITY)
    vat_number = text_field(_("VAT number"), optional=True, most=limits.VAT_NUMBER)
    language = SelectField(_("Language of mails"), choices=choices.languages, default="en")
    time_zone = SelectField(_("Time zone of mails"), choices=choices.time_zones, default="UTC")

    def tax_number_asked(self) -> str | None:
        """Which tax number this type in this country is asked for: `uid`, `vat`, or None."""
        return vat.asked_of(self.kind.data or "", self.country.data or "")

    def name_tax_number(self) -> None:
        """Call the field what the country calls it."""
        if asked := self.tax_number_asked():
            self.vat_number.label.text = NUMBER_LABELS[asked]
            self.vat_number.description = NUMBER_HINTS[asked]

    def details(self) -> dict[str, Any]:
        """The values as the verb takes them; a number that is not asked for is none."""
        fields = ("kind", "name", "country", "street", "postcode", "city", "language", "time_zone")
        found: dict[str, Any] = {name: getattr(self, name).data for name in fields}
        found["vat_number"] = self.vat_number.data if self.tax_number_asked() else ""
        return found


class OwnOrganizationFields(OrganizationFields):
    """The same for those who answer for the organization: they know its address."""

    street = text_field(_("Street and number"))
    postcode = text_field(_("Postcode"), most=limits.POSTCODE)
    city = text_field(_("City"), most=limits.CITY)

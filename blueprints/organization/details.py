"""My organization: its details, and the form that changes them."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField

from blueprints.ground import choices, ids
from blueprints.ground.forms import Form, address_field, refuse
from blueprints.ground.guard import done, organization, signed_in
from blueprints.ground.languages import LANGUAGES
from blueprints.ground.page import helps, show
from blueprints.organization.blueprint import blueprint
from blueprints.organization.fields import NUMBER_LABELS, OrganizationFields, OwnOrganizationFields, kinds
from blueprints.organization.held import held
from blueprints.organization.people import role_labels, role_summaries
from models import settings as business
from models.access import Access
from models.errors import Conflict, Refused
from models.organization import grants, organizations, vat
from models.organization.members import own
from models.organization.organizations import Organization
from models.organization.vies import told
from models.permissions import SEES_ALL_PRODUCTS, Permission


class NumberForm(OrganizationFields, Form):
    """What a number depends on."""


class DetailsForm(OwnOrganizationFields, Form):
    """All details. A new tax number takes a new agreement to the terms; `version` is that of what was read, and one
    that can't be read is as stale as an old one."""

    billing_email = address_field(_("E-mail for invoices"), optional=True)
    agree = BooleanField(_("General terms"))
    version = HiddenField()

    def name_tax_number(self) -> None:
        """The hint says what a new number takes: the question comes with it."""
        super().name_tax_number()
        if self.tax_number_asked():
            asks = gettext("A new number takes your agreement to the general terms.")
            self.vat_number.description = f"{self.vat_number.description} {asks}"


@blueprint.get("/o/<slug>/settings")
@organization(Permission.ORGANIZATION_SEE)
def settings(access: Access) -> BaseResponse:
    """The details for those who run the organization; for everybody its name and their own access."""
    found = organizations.get(access.organization_id)
    labels = choices_of(found)
    checked = told.shown(found) if access.sees(Permission.DETAILS_EDIT) else None
    return show("organization/settings.html", organization=found, labels=labels, checked=checked, **_own_access(access))


def choices_of(found: Organization) -> dict[str, Any]:
    """The details in the reader's words."""
    asked = vat.asked_of(found.kind, found.country)
    return {
        "kind": dict(kinds())[found.kind],
        "country": choices.country_name(found.country),
        "language": LANGUAGES.get(found.language, found.language),
        "number": NUMBER_LABELS[asked] if asked else None,
    }


def _own_access(access: Access) -> dict[str, Any]:
    """What the person may here, and by which right."""
    if access.viewing or access.role is None:
        return {"own": None}
    return {
        "own": role_labels()[access.role.value],
        "summary": role_summaries()[access.role.value],
        "sees_all": access.role in SEES_ALL_PRODUCTS,
        "held": held(grants.given(own(access)), access.products()),
    }


@blueprint.get("/o/<slug>/settings/edit")
@organization(Permission.DETAILS_EDIT)
def settings_edit(access: Access) -> BaseResponse:
    """The form."""
    found = organizations.get(access.organization_id)
    form = DetailsForm(obj=found)
    form.name_tax_number()
    return _page(form, found)


@blueprint.post("/o/<slug>/settings/edit")
@organization(Permission.DETAILS_EDIT)
def settings_edit_save(access: Access) -> BaseResponse:
    """Save; what was typed stays where it can't be saved."""
    found = organizations.get(access.organization_id)
    form = DetailsForm()
    form.name_tax_number()
    if not form.validate():
        return _page(form, found, 422)
    agreed_to = business.current().terms_version if form.agree.data else None
    try:
        found.change(access, version=ids.posted("version"), agreed_to=agreed_to, **_typed(form))
    except Conflict as fault:
        refuse(form, fault)
        form.version.data = found.version
        return _page(form, found, 409, differs=_differing(form, found))
    except Refused as fault:
        refuse(form, fault)
        return _page(form, found, 422)
    return done(gettext("The details are saved."), "organization.settings", slug=access.slug)


@blueprint.post("/o/tax-number")
@signed_in
def tax_number() -> BaseResponse:
    """The part of another organization's form that follows type and country."""
    form = NumberForm(formdata=request.form)
    form.name_tax_number()
    return show("organization/_tax_number.html", form=form)


@blueprint.post("/o/<slug>/settings/edit/number")
@organization(Permission.DETAILS_EDIT)
def settings_edit_number(access: Access) -> BaseResponse:
    """The part of the form that follows type, country and the number itself: a new one takes an agreement."""
    found, form = organizations.get(access.organization_id), DetailsForm(formdata=request.form)
    form.name_tax_number()
    return _page(form, found, template="organization/_tax_number.html")


def _page(
    form: DetailsForm,
    found: Organization,
    status: int = 200,
    *,
    template: str = "organization/settings_edit.html",
    **values: Any,
) -> BaseResponse:
    kind, country = form.kind.data or "", form.country.data or ""
    agreement = found.is_new_number(form.vat_number.data or "", kind, country)
    follow_at = url_for("organization.settings_edit_number", slug=found.slug)
    return show(template, status, form=form, follow_at=follow_at, agreement=agreement, **values)


def _typed(form: DetailsForm) -> dict[str, Any]:
    return {**form.details(), "billing_email": form.billing_email.data}


def _differing(form: DetailsForm, found: Organization) -> list[tuple[str, str]]:
    """Labels and saved values of the fields that hold something else than what is saved now."""
    typed = _typed(form)
    fields = [form[name] for name in typed if typed[name] != getattr(found, name)]
    return [(field.label.text, _shown(field, getattr(found, field.name))) for field in fields]


def _shown(field: Any, value: str) -> str:
    if not hasattr(field, "iter_choices"):
        return value or "–"
    return next((label for code, label, *_rest in field.iter_choices() if code == value), value)


helps("organization.settings", "organizations")
helps("organization.settings_edit", "organizations")
helps("organization.settings_edit_save", "organizations")

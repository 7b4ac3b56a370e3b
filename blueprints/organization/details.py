"""My organization: its details, and the form that changes them."""

from __future__ import annotations

from typing import Any

from flask import request
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
from blueprints.organization.fields import NUMBER_LABELS, OrganizationFields, kinds
from blueprints.organization.people import role_labels, role_summaries
from models import settings as business
from models.access import Access
from models.base import now
from models.errors import Conflict, Refused
from models.organization import grants, organizations, vat
from models.organization.members import own
from models.organization.organizations import Organization
from models.permissions import SEES_ALL_PRODUCTS, Permission


class DetailsForm(OrganizationFields, Form):
    """All details. A new tax number takes a new agreement to the terms; `version` is that of what was read, and one
    that can't be read is as stale as an old one."""

    billing_email = address_field(_("E-mail for invoices"), optional=True)
    agree = BooleanField(_("General terms"))
    version = HiddenField()


@blueprint.get("/o/<slug>/settings")
@organization(Permission.ORGANIZATION_SEE)
def settings(access: Access) -> BaseResponse:
    """The details for those who run the organization; for everybody its name and their own access."""
    found = organizations.get(access.organization_id)
    labels = choices_of(found)
    return show("organization/settings.html", organization=found, labels=labels, **_own_access(access))


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
    held = grants.given(own(access))
    return {
        "own": role_labels()[access.role.value],
        "summary": role_summaries()[access.role.value],
        "sees_all": access.role in SEES_ALL_PRODUCTS,
        "held": held,
        "named": grants.named(access.products(), sorted(held.products)[:50]),
    }


@blueprint.get("/o/<slug>/settings/edit")
@organization(Permission.DETAILS_EDIT)
def settings_edit(access: Access) -> BaseResponse:
    """The form."""
    found = organizations.get(access.organization_id)
    form = DetailsForm(obj=found)
    form.name_tax_number()
    return show("organization/settings_edit.html", form=form, saved=found)


@blueprint.post("/o/<slug>/settings/edit")
@organization(Permission.DETAILS_EDIT)
def settings_edit_save(access: Access) -> BaseResponse:
    """Save; what was typed stays where it can't be saved."""
    found = organizations.get(access.organization_id)
    form = DetailsForm()
    form.name_tax_number()
    if not _checked(form, found):
        return show("organization/settings_edit.html", 422, form=form, saved=found)
    try:
        found.change(access, version=ids.posted("version"), **_changes(form, found, access))
    except Conflict as fault:
        refuse(form, fault)
        form.version.data = found.version
        return show("organization/settings_edit.html", 409, form=form, saved=found, differs=_differing(form, found))
    except Refused as fault:
        refuse(form, fault)
        return show("organization/settings_edit.html", 422, form=form, saved=found)
    return done(gettext("The details are saved."), "organization.settings", slug=access.slug)


@blueprint.post("/o/tax-number")
@signed_in
def tax_number() -> BaseResponse:
    """The part of the form that follows type and country."""
    form = DetailsForm(formdata=request.form)
    form.name_tax_number()
    return show("organization/_tax_number.html", form=form, terms="agree" in request.form.getlist("asks"))


def _checked(form: DetailsForm, found: Organization) -> bool:
    """Whether the form can be saved as far as it can be seen without the verb."""
    valid = form.validate()
    number = form.vat_number.data if form.tax_number_asked() else ""
    if number and number != found.vat_number and not form.agree.data:
        form.agree.errors = [*form.agree.errors, gettext("A new number takes your agreement.")]
        valid = False
    return bool(valid)


def _changes(form: DetailsForm, found: Organization, access: Access) -> dict[str, Any]:
    changes = {**form.details(), "billing_email": form.billing_email.data}
    if form.agree.data and changes["vat_number"] != found.vat_number:
        version = business.current().terms_version
        changes |= {"terms_version": version, "terms_at": now(), "terms_by": access.user_id}
    return changes


def _differing(form: DetailsForm, found: Organization) -> list[tuple[str, str]]:
    """Labels and saved values of the fields that hold something else than what is saved now."""
    typed = {**form.details(), "billing_email": form.billing_email.data}
    fields = [form[name] for name in typed if typed[name] != getattr(found, name)]
    return [(field.label.text, _shown(field, getattr(found, field.name))) for field in fields]


def _shown(field: Any, value: str) -> str:
    if not hasattr(field, "iter_choices"):
        return value or "–"
    return next((label for code, label, *_rest in field.iter_choices() if code == value), value)


helps("organization.settings", "organizations")
helps("organization.settings_edit", "organizations")
helps("organization.settings_edit_save", "organizations")

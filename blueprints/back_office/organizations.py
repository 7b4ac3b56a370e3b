"""Organizations: found, set up, suspended, and looked at as their people see them."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField

from blueprints.back_office import pages, welcome
from blueprints.back_office.blueprint import blueprint
from blueprints.ground.forms import Form, address_field, needed, refuse, tidied
from blueprints.ground.guard import done, operator
from blueprints.ground.page import helps
from blueprints.ground.session import current_session
from blueprints.organization import edges, sentences
from blueprints.organization.fields import OrganizationFields
from blueprints.organization.people import role_labels
from models import settings
from models.errors import Refused
from models.operators import organizations as verbs
from models.organization.vies import told
from models.permissions import OperatorRole

SUPPORT = OperatorRole.SUPPORT


class NewForm(OrganizationFields, Form):
    """An organization that the provider sets up for a client."""

    billing_email = address_field(_("E-mail for invoices"), optional=True)


class ReasonForm(Form):
    """Why: it stands in the organization's journal."""

    reason = StringField(_("Reason"), [needed()], filters=[tidied])


@blueprint.get("/back-office/organizations")
@operator()
def organizations() -> Response:
    """All organizations by name, with a search."""
    search, suspended = pages.search(), request.args.get("suspended") == "1"
    shown = verbs.page(search, suspended=suspended, edge=edges.read())
    kept = {"q": search, "suspended": "1" if suspended else ""}
    return pages.show_list("organizations", shown, kept, search=search, suspended=suspended)


@blueprint.get("/back-office/organizations/new")
@operator(SUPPORT)
def organizations_new() -> Response:
    """The form for another one."""
    said = settings.current()
    form = NewForm(country=said.provider_country, language=said.language, time_zone=said.time_zone)
    form.name_tax_number()
    return pages.show("back_office/organization_new.html", form=form)


@blueprint.post("/back-office/organizations/new")
@operator(SUPPORT)
def organizations_new_create() -> BaseResponse:
    """Set it up; its people are invited or imported afterwards."""
    form = NewForm()
    form.name_tax_number()
    if form.validate():
        try:
            made = verbs.set_up(pages.actor(), billing_email=form.billing_email.data or "", **form.details())
            message = gettext("%(name)s is set up. It has no people yet.", name=made.name)
            return done(message, "back_office.organizations_detail", number=made.id)
        except Refused as fault:
            refuse(form, fault)
    return pages.show("back_office/organization_new.html", 422, form=form)


@blueprint.get("/back-office/organizations/<int:number>")
@operator()
def organizations_detail(number: int) -> Response:
    """Its details, people, products in numbers, and journal."""
    return _detail(number, ReasonForm())


@blueprint.post("/back-office/organizations/<int:number>/view")
@operator(SUPPORT)
def organizations_view(number: int) -> BaseResponse:
    """Look on, read-only, for a reason."""
    organization, form = verbs.get(number), ReasonForm()
    if form.validate():
        try:
            verbs.start_viewing(organization, current_session(), form.reason.data, pages.actor())
            return redirect(url_for("organization.dashboard", slug=organization.slug), 303)
        except Refused as fault:
            refuse(form, fault)
    return _detail(number, form, asked="view", status=422)


@blueprint.post("/back-office/viewing/stop")
@operator()
def organizations_stop_viewing() -> BaseResponse:
    """Stop looking on."""
    seen = verbs.stop_viewing(current_session(), pages.actor())
    if seen is None:
        return redirect(url_for("back_office.organizations"), 303)
    message = gettext("You no longer look on %(name)s.", name=seen.name)
    return done(message, "back_office.organizations_detail", number=seen.id)


@blueprint.post("/back-office/organizations/<int:number>/suspend")
@operator(SUPPORT)
def organizations_suspend(number: int) -> BaseResponse:
    """Stop all acts of its people."""
    organization, form = verbs.get(number), ReasonForm()
    if form.validate():
        try:
            verbs.suspend(organization, form.reason.data, pages.actor())
            message = gettext("%(name)s is suspended.", name=organization.name)
            return done(message, "back_office.organizations_detail", number=number)
        except Refused as fault:
            refuse(form, fault)
    return _detail(number, form, asked="suspend", status=422)


@blueprint.post("/back-office/organizations/<int:number>/resume")
@operator(SUPPORT)
def organizations_resume(number: int) -> BaseResponse:
    """End a suspension."""
    organization = verbs.get(number)
    organization.resume(pages.actor())
    message = gettext("%(name)s is in use again.", name=organization.name)
    return done(message, "back_office.organizations_detail", number=number)


@blueprint.post("/back-office/organizations/<int:number>/welcome")
@operator(SUPPORT)
def organizations_welcome(number: int) -> BaseResponse:
    """Send sign-in mails to its people who never signed in."""
    organization = verbs.get(number)
    return done(welcome.send(organization.id), "back_office.organizations_detail", number=number)


def _detail(number: int, form: ReasonForm, *, asked: str = "", status: int = 200) -> Response:
    organization = verbs.get(number)
    return pages.show(
        "back_office/organization.html",
        status,
        organization=organization,
        checked=told.shown(organization),
        evidence=told.evidence(organization),
        people=verbs.people(organization),
        waiting=welcome.waiting(organization.id),
        products=verbs.product_counts(organization),
        role_labels=role_labels(),
        days=sentences.days(verbs.last_acts(organization)),
        form=form,
        asked=asked or request.args.get("ask", ""),
    )


helps("back_office.organizations", "organizations")
helps("back_office.organizations_detail", "organizations")

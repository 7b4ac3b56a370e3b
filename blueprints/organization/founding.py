"""The person's organizations: the choice among them, and another one."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from blueprints.ground.forms import Form, needed, refuse
from blueprints.ground.guard import done, signed_in
from blueprints.ground.limits import count, limit, signed_in_person
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.ground.session import person, remote_address, user
from blueprints.organization.blueprint import blueprint
from blueprints.organization.fields import OwnOrganizationFields
from models import settings
from models.base import fold, tidy
from models.errors import Refused
from models.organization import members
from models.permissions import ROLE_LABELS

SEARCH_FROM = 8


class NewForm(OwnOrganizationFields, Form):
    """Another organization."""

    agree = BooleanField(_("I accept the terms"), [needed(_("An organization takes your agreement to the terms."))])


@blueprint.get("/o")
@signed_in
def index() -> BaseResponse:
    """Where the person belongs, by name; with a search where there are many."""
    search = tidy(request.args.get("q", ""))[:80]
    places = [place for place in person().places if fold(search) in fold(place.name)]
    return show(
        "organization/_places.html" if wants_fragment() else "organization/index.html",
        places=[(place, gettext(ROLE_LABELS[place.role])) for place in places],
        search=search,
        total=len(person().places),
        searchable=len(person().places) >= SEARCH_FROM,
    )


@blueprint.get("/o/new")
@signed_in
def new() -> BaseResponse:
    """The form, as the person and the provider suggest it."""
    form = NewForm(
        country=settings.current().provider_country, language=person().language, time_zone=person().time_zone
    )
    form.name_tax_number()
    return show("organization/new.html", form=form)


@blueprint.post("/o/new")
@signed_in
@limit("5 per hour;20 per day", signed_in_person)
def new_create() -> BaseResponse:
    """Make it, with the person as its legal representative."""
    form = NewForm()
    form.name_tax_number()
    if not form.validate():
        return show("organization/new.html", 422, form=form)
    me = user()
    details = {**form.details(), "billing_email": me.email}
    terms = settings.current().terms_version
    try:
        made = members.found(me, me.actor(remote_address()), terms_version=terms, **details)
    except Refused as fault:
        refuse(form, fault)
        return show("organization/new.html", 422, form=form)
    count()
    said = gettext("%(name)s is set up. You are its legal representative.", name=made.name)
    return done(said, "organization.dashboard", slug=made.slug)


for endpoint in ("index", "new", "new_create"):
    helps(f"organization.{endpoint}", "organizations")

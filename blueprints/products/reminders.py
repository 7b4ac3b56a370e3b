"""The reminders of one product: what is told of it next, how it is snoozed, what was told."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField
from wtforms.validators import InputRequired

from blueprints.ground.formats import show_date
from blueprints.ground.forms import Form, refuse
from blueprints.ground.guard import done, organization
from blueprints.ground.page import helps, show
from blueprints.products.blueprint import blueprint
from blueprints.products.detail import load
from blueprints.renewals import wording
from models.access import Access
from models.base import today
from models.errors import Refused
from models.permissions import Permission
from models.products import categories
from models.products.products import ACTIVE, Product
from models.renewals import choice, forecast, ledger, snoozes


class SnoozeForm(Form):
    """The first day on which people are reminded again."""

    until = DateField(_l("Remind again from"), [InputRequired(_l("Fill this in."))])


@blueprint.get("/o/<slug>/products/<int:product_id>/reminders")
@organization(Permission.NOTIFICATIONS_EDIT)
def index_detail_reminders(access: Access, product_id: int) -> Response:
    """What is told of it, when, and to whom it was told."""
    return _page(access, load(access, product_id), SnoozeForm())


@blueprint.post("/o/<slug>/products/<int:product_id>/reminders/snooze")
@organization(Permission.NOTIFICATIONS_EDIT)
def index_detail_reminders_snooze(access: Access, product_id: int) -> BaseResponse:
    """Remind nobody before a day."""
    product, form = load(access, product_id), SnoozeForm()
    if not form.validate_on_submit():
        return _page(access, product, form, 422)
    try:
        snoozes.snooze(access, product, form.until.data)
    except Refused as fault:
        refuse(form, fault)
        return _page(access, product, form, fault.status)
    told = _("Nobody is reminded of %(name)s before %(day)s.", name=product.name, day=show_date(form.until.data))
    return done(told, "products.index_detail_reminders", slug=access.slug, product_id=product.id)


@blueprint.post("/o/<slug>/products/<int:product_id>/reminders/wake")
@organization(Permission.NOTIFICATIONS_EDIT)
def index_detail_reminders_wake(access: Access, product_id: int) -> BaseResponse:
    """End the snooze; from the page of what is left out one stays there."""
    product = load(access, product_id)
    was_snoozed = snoozes.wake(access, product)
    told = _("%(name)s is told of again as chosen.") if was_snoozed else _("%(name)s was not snoozed.")
    if request.form.get("next") == "left-out":
        return done(told % {"name": product.name}, "renewals.notifications_left_out", slug=access.slug)
    told = told % {"name": product.name}
    return done(told, "products.index_detail_reminders", slug=access.slug, product_id=product.id)


def _page(access: Access, product: Product, form: SnoozeForm, status: int = 200) -> Response:
    found = choice.read(access.organization_id)
    until = snoozes.of(product)
    course = forecast.of(product, found, until)
    return show(
        "products/reminders.html",
        status,
        product=product,
        category=categories.known()[product.category_id],
        form=form,
        course=[(day, wording.told_of_it(reason, product.expires_on, day)) for day, reason in course],
        nothing=_nothing(product, forecast.is_left_out(product, found)),
        told=[(one, wording.lead(one.kind, one.lead)) for one in ledger.of_product(product.id)],
        until=until,
        tab="reminders",
        **_snooze(access, product, found.time_zone),
    )


def _snooze(access: Access, product: Product, time_zone: str) -> dict[str, Any]:
    """Whether it can be snoozed, and from which day on people could be reminded again."""
    here = today(time_zone)
    ahead = product.state == ACTIVE and product.expires_on is not None and product.expires_on > here
    return {"can_snooze": ahead and access.writable, "first": here.fromordinal(here.toordinal() + 1)}


def _nothing(product: Product, left_out: bool) -> str:
    """Why nothing is told."""
    if left_out:
        return str(_("Nothing: its category or one of its tags is left out."))
    if product.state != ACTIVE:
        return str(_("Nothing: it is not active any more."))
    if product.expires_on is None:
        return str(_("Nothing: it has no deadline."))
    return str(_("Nothing, with the settings of now."))


for endpoint in ("", "_snooze", "_wake"):
    helps(f"products.index_detail_reminders{endpoint}", "renewal-notifications")

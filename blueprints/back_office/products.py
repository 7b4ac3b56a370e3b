"""Products over all organizations, and what the provider alone may change of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from blueprints.back_office import pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground import choices, ids
from blueprints.ground.forms import Form, address_field, refuse, text_field, tidied
from blueprints.ground.guard import done, operator
from blueprints.ground.page import helps
from models import limits, money, settings
from models.base import day
from models.errors import Refused
from models.operators import organizations
from models.operators import products as verbs
from models.permissions import OperatorRole
from models.products import categories
from models.products.importing import cells
from models.products.products import Product

STATES = {"active": _("Active"), "expired": _("Expired"), "cancelled": _("Cancelled")}
MONTHS = _("Write 1 to %(most)d months.", most=limits.MOST_MONTHS)


class ProductForm(Form):
    """What the provider decides about a product, and its registered holder."""

    plan = text_field(_("Plan"), optional=True, most=limits.LINE)
    expires_on = DateField(_("Expiry date"), [Optional()])
    auto_renew = BooleanField(_("Renews by itself"))
    price = StringField(_("Price"), [Optional()], filters=[tidied])
    currency = SelectField(_("Currency"), choices=choices.currencies)
    period_months = IntegerField(_("Period in months"), [Optional(), NumberRange(1, limits.MOST_MONTHS, MONTHS)])
    state = SelectField(_("State"), choices=lambda: list(STATES.items()))
    holder_name = text_field(_("Holder's name"), optional=True, most=limits.LINE)
    holder_organization = text_field(_("Holder's organization"), optional=True, most=limits.LINE)
    holder_email = address_field(_("Holder's e-mail"), optional=True)
    version = IntegerField()

    def values(self) -> dict[str, Any]:
        """The columns as the verb takes them. Raises Refused for a price that can't be read."""
        names = ("plan", "holder_name", "holder_organization", "holder_email")
        found: dict[str, Any] = {name: getattr(self, name).data or "" for name in names}
        found |= {n: getattr(self, n).data for n in ("expires_on", "auto_renew", "period_months", "state")}
        found["price_minor"], found["currency"] = self._price()
        return found

    def _price(self) -> tuple[int | None, str | None]:
        if not self.price.data:
            return None, None
        try:
            amount, beside = cells.price(self.price.data)
            code = beside or self.currency.data
            return cells.minor(amount, code), code
        except Refused as fault:
            fault.field = "price"
            raise


@blueprint.get("/back-office/products")
@operator()
def products() -> Response:
    """All products, newest first, with a search over all organizations."""
    search, state = pages.search(), request.args.get("state", "")
    state = state if state in STATES else ""
    owner = next(iter(ids.read([request.args.get("organization", "")])), None)
    shown = verbs.page(search, owner, state, pages.numbered_edge())
    return pages.show_list(
        "products",
        replace(shown, rows=[(*found[:5], day(found[5]), *found[6:]) for found in shown.rows]),
        {"q": search, "state": state, "organization": owner},
        categories=categories.known(),
        states=STATES,
        search=search,
        state=state,
        owner=organizations.get(owner) if owner else None,
    )


@blueprint.get("/back-office/products/<int:number>")
@operator()
def products_detail(number: int) -> Response:
    """One product, in the form that changes it."""
    product = verbs.get(number)
    form = ProductForm(obj=product, price=_written(product), currency=product.currency or settings.current().currency)
    return pages.show("back_office/product.html", product=product, form=form)


@blueprint.post("/back-office/products/<int:number>")
@operator(OperatorRole.SUPPORT, OperatorRole.BILLING)
def products_change(number: int) -> BaseResponse:
    """Change it; the organization reads it in its journal."""
    product, form = verbs.get(number), ProductForm()
    if form.validate():
        try:
            product.change(pages.actor(), version=form.version.data, **form.values())
            message = gettext("%(name)s is saved.", name=product.name)
            return done(message, "back_office.products_detail", number=number)
        except Refused as fault:
            refuse(form, fault)
    return pages.show("back_office/product.html", 422, product=product, form=form)


def _written(product: Product) -> str:
    """The price as it is typed."""
    if product.price_minor is None or product.currency is None:
        return ""
    return money.plain(product.price_minor, product.currency)


helps("back_office.products", "products")
helps("back_office.products_detail", "products")

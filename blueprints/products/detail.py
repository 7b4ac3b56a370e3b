"""One product: overview, who can touch it and why, its journal."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField, TextAreaField

from blueprints.ground import formats
from blueprints.ground.forms import Form, at_most, refuse
from blueprints.ground.guard import done, organization
from blueprints.ground.page import asset, helps, show, wants_fragment
from blueprints.products import cells, chips
from blueprints.products.blueprint import blueprint
from models import limits
from models.access import Access
from models.base import now, today
from models.errors import Conflict, NotFound
from models.permissions import ROLE_LABELS, Permission
from models.products import categories, listing, people
from models.products.products import Product
from models.products.search import TagRow


class RenewalForm(Form):
    """The switch of one product."""

    auto_renew = BooleanField(_l("Renews by itself"))


def one_newline(text: str | None) -> str:
    """A text as it was before the browser sent its lines with two characters each."""
    return (text or "").replace("\r\n", "\n")


class NotesForm(Form):
    """What the organization wants to remember about a product; `over` are the notes that these replace."""

    notes = TextAreaField(_l("Notes"), [at_most(limits.NOTES)], filters=[one_newline])
    over = HiddenField(filters=[one_newline])


def load(access: Access, product_id: int) -> Product:
    """The product, if it is within reach. Raises NotFound."""
    where, params = access.products().where()
    found = listing.one(where, params, product_id)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/o/<slug>/products/<int:product_id>")
@organization(Permission.PRODUCTS_SEE)
def index_detail(access: Access, product_id: int) -> Response:
    """The overview: what it is, until when, for how much, whose."""
    product = load(access, product_id)
    return _overview(access, product, NotesForm(notes=product.notes, over=product.notes))


def _overview(
    access: Access, product: Product, form: NotesForm, status: int = 200, *, saved: str | None = None
) -> Response:
    return show(
        "products/detail.html",
        status,
        product=product,
        category=categories.known()[product.category_id],
        cell=chips.cell(access.slug, product.id, product.name, tuple(_tags(product)), editable=access.writable),
        due=_due(access, product),
        period=cells.period_words(product.period_months),
        state=cells.state_label(product.state),
        renewal=RenewalForm(auto_renew=product.auto_renew),
        form=form,
        saved=saved,
        tab="overview",
    )


def _due(access: Access, product: Product) -> Markup:
    """How it renews and when it ends, as the list says it."""
    here, language = today(access.visitor.time_zone), formats.language()
    return cells.due(product.expires_on, here, product.auto_renew, product.state, language, asset("icons.svg"))


def _tags(product: Product) -> list[TagRow]:
    return listing.tags_of([product.id]).get(product.id, [])


@blueprint.get("/o/<slug>/products/<int:product_id>/access")
@organization(Permission.MEMBERS_SEE)
def index_detail_access(access: Access, product_id: int) -> Response:
    """Who can touch it, and why."""
    product = load(access, product_id)
    return show(
        "products/access.html",
        product=product,
        category=categories.known()[product.category_id],
        hands=people.who_reaches(product),
        roles={role: _(label) for role, label in ROLE_LABELS.items()},
        tab="access",
    )


@blueprint.post("/o/<slug>/products/<int:product_id>/renewal")
@organization(Permission.PRODUCTS_RENEW)
def index_detail_renewal(access: Access, product_id: int) -> BaseResponse:
    """Turn its automatic renewal on or off; saved as soon as changed."""
    product = load(access, product_id).change(access, auto_renew=RenewalForm().auto_renew.data)
    if wants_fragment():
        return show("products/_saved.html", at=now(), product=product, due=_due(access, product))
    told = _("%(name)s renews by itself now.") if product.auto_renew else _("%(name)s is renewed by hand now.")
    return done(told % {"name": product.name}, "products.index_detail", slug=access.slug, product_id=product.id)


@blueprint.post("/o/<slug>/products/<int:product_id>/notes")
@organization(Permission.PRODUCTS_RENEW)
def index_detail_notes(access: Access, product_id: int) -> BaseResponse:
    """Keep the notes."""
    product, form = load(access, product_id), NotesForm()
    if not form.validate_on_submit():
        return _overview(access, product, form, 422)
    try:
        product.write_notes(access, form.notes.data or "", over=form.over.data or "")
    except Conflict as fault:
        refuse(form, fault)
        fresh = load(access, product_id)
        form.over.data = fresh.notes
        return _overview(access, fresh, form, 409, saved=fresh.notes)
    return done(_("Notes saved."), "products.index_detail", slug=access.slug, product_id=product.id)


helps("products.index_detail", "products")
helps("products.index_detail_access", "who-may-do-what")

"""Categories: added, renamed, put in order, archived."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, RadioField

from blueprints.back_office import pages
from blueprints.back_office.blueprint import blueprint
from blueprints.ground.forms import Form, refuse, text_field
from blueprints.ground.guard import done, operator
from blueprints.ground.page import helps
from models import journal
from models.errors import N_, Refused
from models.permissions import OperatorRole
from models.products import categories as verbs
from models.products.products import Category

SUPPORT = OperatorRole.SUPPORT


class CategoryForm(Form):
    """A kind of product."""

    name = text_field(_("Name"), most=verbs.LONGEST_NAME)
    icon = RadioField(_("Picture"), choices=lambda: [(icon, icon) for icon in verbs.ICONS], default="package")
    has_holder = BooleanField(_("Its products have a registered holder"))


@blueprint.get("/back-office/categories")
@operator()
def categories() -> Response:
    """All categories in their order, with the number of their products."""
    return pages.show("back_office/categories.html", found=verbs.overview())


@blueprint.get("/back-office/categories/new")
@operator(SUPPORT)
def categories_new() -> Response:
    """The form for another one."""
    return pages.show("back_office/category.html", form=CategoryForm(), category=None)


@blueprint.post("/back-office/categories/new")
@operator(SUPPORT)
def categories_new_create() -> BaseResponse:
    """Add it at the end."""
    form = CategoryForm()
    if form.validate():
        try:
            made = verbs.create(form.name.data, form.icon.data, pages.actor(), has_holder=form.has_holder.data)
            return done(gettext("%(name)s is added.", name=made.name), "back_office.categories")
        except Refused as fault:
            refuse(form, fault)
    return pages.show("back_office/category.html", 422, form=form, category=None)


@blueprint.get("/back-office/categories/<int:number>")
@operator(SUPPORT)
def categories_edit(number: int) -> Response:
    """The form for one."""
    category = verbs.get(number)
    return pages.show("back_office/category.html", form=CategoryForm(obj=category), category=category)


@blueprint.post("/back-office/categories/<int:number>")
@operator(SUPPORT)
def categories_change(number: int) -> BaseResponse:
    """Rename it, or give it another picture."""
    category, form = verbs.get(number), CategoryForm()
    if form.validate():
        try:
            verbs.change(category, form.name.data, form.icon.data, pages.actor(), has_holder=form.has_holder.data)
            return done(gettext("%(name)s is saved.", name=form.name.data), "back_office.categories")
        except Refused as fault:
            refuse(form, fault)
    return pages.show("back_office/category.html", 422, form=form, category=category)


@blueprint.post("/back-office/categories/<int:number>/up", defaults={"step": -1}, endpoint="categories_up")
@blueprint.post("/back-office/categories/<int:number>/down", defaults={"step": 1}, endpoint="categories_down")
@operator(SUPPORT)
def categories_move(number: int, step: int) -> BaseResponse:
    """One place up or down."""
    return _act(number, lambda category, by: verbs.move(category, step, by), N_("%(name)s is moved."))


@blueprint.post("/back-office/categories/<int:number>/archive")
@operator(SUPPORT)
def categories_archive(number: int) -> BaseResponse:
    """Take it out of use; its products stay."""
    return _act(number, verbs.archive, N_("%(name)s is archived."))


@blueprint.post("/back-office/categories/<int:number>/restore")
@operator(SUPPORT)
def categories_restore(number: int) -> BaseResponse:
    """Bring it back into use."""
    return _act(number, verbs.restore, N_("%(name)s is in use again."))


def _act(number: int, verb: Callable[[Category, journal.Actor], None], said: str) -> BaseResponse:
    category = verbs.get(number)
    verb(category, pages.actor())
    return done(gettext(said, name=category.name), "back_office.categories")


helps("back_office.categories", "products")

"""Tags in place: the editor below a product's Tag cell, and the same on a page where there is no script."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import done, organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.products import chips
from blueprints.products.blueprint import blueprint
from blueprints.products.tag_forms import TagForm, colors, refuse
from models.access import Access
from models.base import fold
from models.errors import Refused
from models.permissions import Permission
from models.products import tag_list, tagging, tags
from models.products.tagging import Tagged


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the editor of a product is had, and where its choices are posted."""

    slug: str
    product_id: int

    @property
    def editor(self) -> str:
        return url_for("products.index_detail_tags", slug=self.slug, product_id=self.product_id)

    @property
    def create(self) -> str:
        return f"{self.editor}/create"

    def set(self, tag_id: int) -> str:
        return f"{self.editor}/{tag_id}/set"

    def unset(self, tag_id: int) -> str:
        return f"{self.editor}/{tag_id}/unset"


@blueprint.get("/o/<slug>/products/<int:product_id>/tags")
@organization(Permission.PRODUCTS_TAG)
def index_detail_tags(access: Access, product_id: int) -> Response:
    """The editor: all of it, or narrowed to what has been typed (`q`)."""
    return _editor(access, tagging.of_product(access, product_id), TagForm(name=request.args.get("q", "")))


@blueprint.post("/o/<slug>/products/<int:product_id>/tags/<int:tag_id>/set")
@organization(Permission.PRODUCTS_TAG)
def index_detail_tags_set(access: Access, product_id: int, tag_id: int) -> BaseResponse:
    """Set a tag that there is."""
    return _changed(access, tagging.put(access, product_id, tag_id))


@blueprint.post("/o/<slug>/products/<int:product_id>/tags/<int:tag_id>/unset")
@organization(Permission.PRODUCTS_TAG)
def index_detail_tags_unset(access: Access, product_id: int, tag_id: int) -> BaseResponse:
    """Take a tag off."""
    return _changed(access, tagging.take_off(access, product_id, tag_id))


@blueprint.post("/o/<slug>/products/<int:product_id>/tags/create")
@organization(Permission.PRODUCTS_TAG)
def index_detail_tags_create(access: Access, product_id: int) -> BaseResponse:
    """Set the tag of a typed name; make it where there is none."""
    form = TagForm()
    try:
        tagged = tagging.put_named(access, product_id, form.name.data or "", form.color.data or "")
    except Refused as fault:
        refuse(form, fault)
        return _editor(access, tagging.of_product(access, product_id), form, 422)
    return _changed(access, tagged)


def _editor(access: Access, product: Tagged, form: TagForm, status: int = 200) -> Response:
    if status == 422 and wants_fragment():
        return show("products/_tag_problem.html", status, form=form)
    query = form.name.data or ""
    options = tag_list.options(access.products(), query, {tag.id for tag in product.tags})
    names = {tag.name for tag in product.tags} | {tag.name for tag in options}
    return show(
        "products/_tag_editor.html" if wants_fragment() else "products/product_tags.html",
        status,
        product=product,
        form=form,
        options=options,
        known=fold(query) in map(fold, names),
        colors=colors(),
        suggested=form.color.data or tags.least_used_color(access.organization_id),
        urls=Addresses(access.slug, product.id),
    )


def _changed(access: Access, product: Tagged) -> BaseResponse:
    """After an act: the cell, or back to the page that shows the product's tags."""
    if wants_fragment():
        return Response(chips.cell(access.slug, product.id, product.name, product.tags))
    names = ", ".join(tag.name for tag in product.tags)
    said = _("%(product)s carries %(tags)s now.", product=product.name, tags=names)
    if not names:
        said = _("%(product)s carries no tag now.", product=product.name)
    return done(said, "products.index_detail_tags", slug=access.slug, product_id=product.id)


helps("products.index_detail_tags", "tags")

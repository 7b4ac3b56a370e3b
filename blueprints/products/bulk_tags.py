"""Tags on chosen products, or on all that match: one page to choose the tag, one act to set or take it off."""

from __future__ import annotations

from flask import Response, flash, redirect
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import ids
from blueprints.ground.forms import refuse
from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.products import selection
from blueprints.products.blueprint import blueprint
from blueprints.products.selection import Selection
from blueprints.products.tag_forms import TagForm, colors
from models.access import Access
from models.errors import Refused
from models.permissions import Permission
from models.products import listing, tagging, tags


@blueprint.post("/o/<slug>/products/tags")
@organization(Permission.PRODUCTS_TAG)
def bulk_tags(access: Access) -> Response:
    """Ask which tag is set on the chosen products, or taken off them."""
    return _page(access, selection.read(access), TagForm(formdata=None))


@blueprint.post("/o/<slug>/products/tags/set")
@organization(Permission.PRODUCTS_TAG)
def bulk_tags_set(access: Access) -> BaseResponse:
    """Set one tag on them; a typed name makes it where there is none."""
    chosen, form = selection.read(access), TagForm()
    try:
        tag = _wanted(access, form)
    except Refused as fault:
        refuse(form, fault)
        return _page(access, chosen, form, 422)
    count = tagging.set_on(access, tag, chosen.query)
    told = ngettext("%(tag)s is now on %(num)d more product.", "%(tag)s is now on %(num)d more products.", count)
    flash(told % {"tag": tag.name, "num": count}, "ok")
    return redirect(chosen.back, 303)


@blueprint.post("/o/<slug>/products/tags/unset")
@organization(Permission.PRODUCTS_TAG)
def bulk_tags_unset(access: Access) -> BaseResponse:
    """Take one tag off them."""
    chosen = selection.read(access)
    tag = tags.get(access, ids.posted("tag"))
    count = tagging.unset_on(access, tag, chosen.query)
    told = ngettext("%(tag)s was taken off %(num)d product.", "%(tag)s was taken off %(num)d products.", count)
    flash(told % {"tag": tag.name, "num": count}, "ok")
    return redirect(chosen.back, 303)


def _wanted(access: Access, form: TagForm) -> tags.Tag | tags.Label:
    """The tag that was chosen from the list, or the one of the typed name."""
    picked = ids.posted("tag")
    if picked and not (form.name.data or "").strip():
        return tags.get(access, picked)
    return tags.obtain(access, form.name.data or "", form.color.data or "")[0]


def _page(access: Access, chosen: Selection, form: TagForm, status: int = 200) -> Response:
    return show(
        "products/bulk_tags.html",
        status,
        chosen=chosen,
        form=form,
        colors=colors(),
        suggested=form.color.data or tags.least_used_color(access.organization_id),
        tags=listing.reachable_tags(access.products()),
        capped=chosen.count > listing.COUNT_CAP,
    )


helps("products.bulk_tags", "tags")

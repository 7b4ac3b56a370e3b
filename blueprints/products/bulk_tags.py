"""Tags on chosen products, or on all that match: one page to choose the tag, one act to set or take it off."""

from __future__ import annotations

from flask import Response, flash, redirect, request
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import ids
from blueprints.ground.guard import organization
from blueprints.ground.page import helps, show
from blueprints.products import selection
from blueprints.products.blueprint import blueprint
from blueprints.products.selection import Selection
from blueprints.products.tag_forms import TagForm, colors, refuse
from models.access import Access
from models.errors import Refused
from models.permissions import Permission
from models.products import listing, tag_list, tagging, tags

WANTED = "wanted"
"""The field that holds the tag's id: `tag` holds those that the list is filtered by."""


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
        tag, count = _set(access, form, chosen)
    except Refused as fault:
        refuse(form, fault)
        return _page(access, chosen, form, fault.status)
    told = ngettext(
        "%(tag)s is now on %(num)d more product.", "%(tag)s is now on %(num)d more products.", count, tag=tag.name
    )
    flash(told, "ok")
    return redirect(chosen.back, 303)


@blueprint.post("/o/<slug>/products/tags/unset")
@organization(Permission.PRODUCTS_TAG)
def bulk_tags_unset(access: Access) -> BaseResponse:
    """Take one tag off them."""
    chosen = selection.read(access)
    tag = tags.get(access, ids.posted(WANTED))
    count = tagging.unset_on(access, tag, chosen.query)
    told = ngettext(
        "%(tag)s was taken off %(num)d product.", "%(tag)s was taken off %(num)d products.", count, tag=tag.name
    )
    flash(told, "ok")
    return redirect(chosen.back, 303)


def _set(access: Access, form: TagForm, chosen: Selection) -> tuple[tags.Tag | tags.Label, int]:
    """Set the tag that was chosen from the list, or the one of the typed name; on how many, too."""
    picked, name = ids.posted(WANTED), form.name.data or ""
    if picked and not name:
        tag = tags.get(access, picked)
        return tag, tagging.set_on(access, tag, chosen.query)
    return tagging.set_named_on(access, name, form.color.data or "", chosen.query)


def _page(access: Access, chosen: Selection, form: TagForm, status: int = 200) -> Response:
    find, wanted = request.form.get("find", ""), ids.posted(WANTED)
    return show(
        "products/bulk_tags.html",
        status,
        chosen=chosen,
        form=form,
        colors=colors(),
        suggested=form.color.data or tags.least_used_color(access.organization_id),
        listed=tag_list.choices(access.products(), find, [wanted] if wanted else []),
        wanted=wanted,
        find=find,
        capped=chosen.count > listing.COUNT_CAP,
    )


helps("products.bulk_tags", "tags")

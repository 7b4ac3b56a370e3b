"""The management of tags: all of an organization's tags with their use; adding, editing, merging, deleting."""

from __future__ import annotations

import json

from flask import Response, flash, make_response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field

from blueprints.ground import ids
from blueprints.ground.forms import Form
from blueprints.ground.guard import done, organization
from blueprints.ground.page import helps, show, wants_fragment
from blueprints.products.blueprint import blueprint
from blueprints.products.tag_forms import TagForm, colors, refuse
from models.access import Access
from models.errors import N_, NotFound, Refused
from models.permissions import Permission
from models.products import tag_list
from models.products import tags as verbs
from models.products.tags import NameTaken, Tag
from models.products.views import LONGEST_SEARCH


class MergeForm(Form):
    """Which tag stays, by its id."""

    into = Field(_l("Tag that stays"))


@blueprint.get("/o/<slug>/tags")
@organization(Permission.PRODUCTS_SEE)
def tags(access: Access) -> Response:
    """All tags that the person may see, by name."""
    query, reach = request.args.get("q", "")[:LONGEST_SEARCH], access.products()
    after, before = (request.args.get(name, "").replace("\0", "") or None for name in ("after", "before"))
    return show(
        "products/_tags.html" if wants_fragment() else "products/tags.html",
        page=tag_list.page(reach, query, after=after, before=before),
        query=query,
        counts=reach.everything,
    )


@blueprint.get("/o/<slug>/tags/add")
@organization(Permission.PRODUCTS_TAG)
def tags_add(access: Access) -> Response:
    """The form of a tag that is not on any product yet."""
    verbs.require_everything(access)
    return _add_form(access, TagForm())


@blueprint.post("/o/<slug>/tags/add")
@organization(Permission.PRODUCTS_TAG)
def tags_create(access: Access) -> BaseResponse:
    """Add it."""
    form = TagForm()
    try:
        tag = verbs.create(access, form.name.data or "", form.color.data or "")
    except Refused as fault:
        refuse(form, fault)
        return _add_form(access, form, 422)
    return done(
        _("Tag “%(tag)s” added. It is not on any product yet.", tag=tag.name), "products.tags", slug=access.slug
    )


def _add_form(access: Access, form: TagForm, status: int = 200) -> Response:
    return show(
        "products/_tag_add.html" if wants_fragment() else "products/tag_add.html",
        status,
        form=form,
        colors=colors(),
        suggested=verbs.least_used_color(access.organization_id),
    )


@blueprint.get("/o/<slug>/tags/<int:tag_id>")
@organization(Permission.TAGS_MANAGE)
def tags_row(access: Access, tag_id: int) -> Response:
    """The tag's row as it stands in the list, where an act was begun and left."""
    return _row(access, verbs.get(access, tag_id), None)


@blueprint.get("/o/<slug>/tags/<int:tag_id>/edit")
@organization(Permission.TAGS_MANAGE)
def tags_edit(access: Access, tag_id: int) -> Response:
    """The form of name and colour."""
    tag = verbs.get(access, tag_id)
    return _row(access, tag, "edit", form=TagForm(name=tag.name, color=tag.color))


@blueprint.post("/o/<slug>/tags/<int:tag_id>/edit")
@organization(Permission.TAGS_MANAGE)
def tags_save(access: Access, tag_id: int) -> BaseResponse:
    """Rename and recolour."""
    tag, form = verbs.get(access, tag_id), TagForm()
    try:
        verbs.edit(access, tag, form.name.data or "", form.color.data or "")
    except Refused as fault:
        refuse(form, fault)
        return _row(access, tag, "edit", 422, form=form, taken=fault.other if isinstance(fault, NameTaken) else None)
    said = _("Tag “%(tag)s” saved.", tag=form.name.data)
    if wants_fragment():
        return _say(_row(access, verbs.get(access, tag_id), None), said)
    return done(said, "products.tags", slug=access.slug)


@blueprint.get("/o/<slug>/tags/<int:tag_id>/delete")
@organization(Permission.TAGS_MANAGE)
def tags_delete(access: Access, tag_id: int) -> Response:
    """Say what deleting would do, and ask."""
    tag = verbs.get(access, tag_id)
    return _row(access, tag, "delete", count=verbs.on_products(tag))


@blueprint.post("/o/<slug>/tags/<int:tag_id>/delete")
@organization(Permission.TAGS_MANAGE)
def tags_deleted(access: Access, tag_id: int) -> BaseResponse:
    """Delete it."""
    tag = verbs.get(access, tag_id)
    count = verbs.delete(access, tag)
    said = ngettext(
        "Tag “%(tag)s” deleted. It was on %(num)d product.",
        "Tag “%(tag)s” deleted. It was on %(num)d products.",
        count,
        tag=tag.name,
    )
    if wants_fragment() and tag_list.page(access.products()).tags:
        return _say(make_response(""), said)
    return _onward(access, said)


@blueprint.get("/o/<slug>/tags/<int:tag_id>/merge")
@organization(Permission.TAGS_MANAGE)
def tags_merge(access: Access, tag_id: int) -> Response:
    """Ask which tag stays; `into` proposes one."""
    tag, form = verbs.get(access, tag_id), MergeForm()
    form.into.data = next(iter(ids.read([request.args.get("into", "")])), 0)
    return _merge_form(access, tag, form)


@blueprint.post("/o/<slug>/tags/<int:tag_id>/merge")
@organization(Permission.TAGS_MANAGE)
def tags_merged(access: Access, tag_id: int) -> BaseResponse:
    """Merge it into the chosen one."""
    tag, form = verbs.get(access, tag_id), MergeForm()
    form.into.data = ids.posted("into")
    try:
        into = _chosen(access, form)
        count = verbs.merge(access, tag, into)
    except Refused as fault:
        refuse(form, fault)
        return _merge_form(access, tag, form, 422)
    said = ngettext(
        "“%(tag)s” is “%(into)s” now, on %(num)d product.",
        "“%(tag)s” is “%(into)s” now, on %(num)d products.",
        count,
        tag=tag.name,
        into=into.name,
    )
    return _onward(access, said)


def _chosen(access: Access, form: MergeForm) -> Tag:
    try:
        return verbs.get(access, form.into.data)
    except NotFound:
        raise Refused(N_("Choose the tag that stays."), field="into") from None


def _merge_form(access: Access, tag: Tag, form: MergeForm, status: int = 200) -> Response:
    others = tag_list.others(access.products(), tag.id)
    return _row(access, tag, "merge", status, form=form, count=verbs.on_products(tag), others=others)


def _row(access: Access, tag: Tag, act: str | None, status: int = 200, **values: object) -> Response:
    """The tag's row with what is being done to it; a page of its own where there is no script."""
    (listed,) = tag_list.counted(access.products(), [(tag.id, tag.name, tag.color)])
    return show(
        "products/_tag_row.html" if wants_fragment() else "products/tag.html",
        status,
        tag=listed,
        act=act,
        colors=colors(),
        counts=True,
        **values,
    )


def _say(response: Response, sentence: str) -> Response:
    """Let the script say aloud what was done."""
    response.headers["HX-Trigger"] = json.dumps({"toast": sentence})
    return response


def _onward(access: Access, said: str) -> BaseResponse:
    """On to the list; out of a fragment, the whole page goes there."""
    if not wants_fragment():
        return done(said, "products.tags", slug=access.slug)
    flash(said, "ok")
    return Response(status=204, headers={"HX-Redirect": url_for("products.tags", slug=access.slug)})


helps("products.tags", "tags")
helps("products.tags_add", "tags")

"""Acts on chosen products, or on all that match: automatic renewal, export. Tags are in `bulk_tags`."""

from __future__ import annotations

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.guard import organization
from blueprints.ground.page import show
from blueprints.products import selection
from blueprints.products.blueprint import blueprint
from blueprints.products.export import sheet
from models.access import Access
from models.base import today
from models.permissions import Permission
from models.products import bulk, listing


@blueprint.post("/o/<slug>/products/renewal")
@organization(Permission.PRODUCTS_RENEW)
def bulk_renewal(access: Access) -> Response:
    """Ask whether the chosen products renew by themselves from now on."""
    chosen = selection.read(access)
    names = listing.names(chosen.query)
    return show("products/bulk_renewal.html", chosen=chosen, names=names, capped=chosen.count > listing.COUNT_CAP)


@blueprint.post("/o/<slug>/products/renewal/set")
@organization(Permission.PRODUCTS_RENEW)
def bulk_renewal_set(access: Access) -> BaseResponse:
    """Turn automatic renewal on or off on them."""
    chosen, on = selection.read(access), request.form.get("on") == "1"
    count = bulk.set_auto_renewal(access, on=on, selection=chosen.query)
    told = {
        True: ngettext("%(num)d product now renews by itself.", "%(num)d products now renew by themselves.", count),
        False: ngettext("%(num)d product is now renewed by hand.", "%(num)d products are now renewed by hand.", count),
    }
    flash(told[on] if count else _("They were set like this already."), "ok")
    return redirect(chosen.back, 303)


@blueprint.post("/o/<slug>/products/export")
@organization(Permission.PRODUCTS_SEE, reads=True)
def bulk_export(access: Access) -> Response:
    """The chosen products as CSV."""
    chosen = selection.read(access)
    reach, here = access.products(), today(access.visitor.time_zone)
    if chosen.ids is None:
        return sheet(access, listing.walk(reach, chosen.view, here))
    return sheet(access, listing.walk_chosen(reach, chosen.ids, chosen.view.sort, here))

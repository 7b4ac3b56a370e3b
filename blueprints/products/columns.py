"""The columns of the product list: which there are, and which a person chose, on every device."""

from __future__ import annotations

import functools

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import formats
from blueprints.ground.guard import local_path, organization
from blueprints.ground.session import person, user
from blueprints.products.blueprint import blueprint
from models.access import Access
from models.permissions import Permission

DEFAULT = ("category", "tags", "state", "renews", "price")


@functools.cache
def labels(language: str) -> dict[str, str]:
    """Every column that can be chosen, in the order in which they stand."""
    return {
        "category": _("Category"),
        "plan": _("Plan"),
        "identifier": _("Identifier"),
        "holder": _("Registered holder"),
        "tags": _("Tags"),
        "state": _("State"),
        "renews": _("Renews"),
        "price": _("Price a year"),
    }


def chosen() -> tuple[str, ...]:
    """The person's columns, or the usual ones."""
    known = labels(formats.language())
    return tuple(name for name in person().product_columns if name in known) or DEFAULT


def are_many(chosen: tuple[str, ...]) -> bool:
    """Whether they are more than stand side by side on one line of a desk's screen."""
    return len(chosen) > len(DEFAULT)


@blueprint.post("/o/<slug>/products/columns")
@organization(Permission.PRODUCTS_SEE, reads=True)
def index_columns(access: Access) -> BaseResponse:
    """Remember the chosen columns, and show the list with them."""
    known = labels(formats.language())
    user().change(access, product_columns=[name for name in request.form.getlist("column") if name in known])
    back = local_path(request.referrer or "") or url_for("products.index", slug=access.slug)
    return redirect(back, 303)

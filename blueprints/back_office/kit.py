"""The kit: every component in every state, to look at."""

from __future__ import annotations

from flask import Response

from blueprints.back_office.blueprint import blueprint
from blueprints.ground import page
from blueprints.ground.guard import operator


@blueprint.get("/back-office/kit")
@operator()
def kit() -> Response:
    """All of them on one page, without the banners of the day."""
    return page.show("back_office/kit.html")

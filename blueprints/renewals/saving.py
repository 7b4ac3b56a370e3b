"""Saving as soon as something is ticked: the one way of every form of this area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import ids
from blueprints.ground.formats import show_time
from blueprints.ground.guard import done, refused_text
from blueprints.ground.page import show, wants_fragment
from models.access import Access
from models.base import now
from models.errors import Refused
from models.renewals.preferences import Preference

Page = Callable[[Access, int, str], BaseResponse]
Beside = Callable[[Preference], dict[str, Any]]


def save(access: Access, endpoint: str, act: Callable[[int], Preference], page: Page, beside: Beside) -> BaseResponse:
    """Carry out an act under the version of the form, and say what became of it.

    `page` is the whole page with a status and a problem, for who has no script; `beside` are the values of what is
    shown beside the form and follows from it.
    """
    try:
        saved = act(ids.posted("version"))
    except Refused as fault:
        problem = refused_text(fault)
        if wants_fragment():
            return show("renewals/_saved.html", fault.status, problem=problem)
        return page(access, fault.status, problem)
    if wants_fragment():
        return show("renewals/_saved.html", at=show_time(now()), **beside(saved))
    return done(_("Saved."), endpoint, slug=access.slug)


def version(saved: Preference) -> dict[str, Any]:
    """What follows from saving where nothing else is shown: the next change is made from this version."""
    return {"version": saved.version}

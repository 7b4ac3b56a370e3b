"""The answer to a setting that saves at once: a line for the script, a page for everybody else."""

from __future__ import annotations

from typing import cast

from flask import Response, get_template_attribute
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground.formats import show_time
from blueprints.ground.guard import done
from blueprints.ground.page import wants_fragment
from models.base import now


def saved(endpoint: str) -> BaseResponse:
    """Saved at 09:14, beside the setting or above the page."""
    if wants_fragment():
        return Response(_line(at=show_time(now())))
    return done(_("Saved."), endpoint)


def not_saved(problem: str) -> BaseResponse | None:
    """Why not, beside the setting; None where the whole page has to say it."""
    return Response(_line(problem=problem), 422) if wants_fragment() else None


def _line(**values: str) -> str:
    """The macro itself, without a template around it: the answer to every change of a setting should cost little."""
    return cast(str, get_template_attribute("macros/saved.html", "saved")(**values))

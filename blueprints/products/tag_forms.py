"""What a person fills in about a tag, and the twelve colours in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from blueprints.ground import forms
from blueprints.ground.forms import Form, tidied
from models.errors import Refused
from models.products.tags import COLORS


class TagForm(Form):
    """Name and colour (shown as a palette); what a good name is, the verbs say."""

    name = StringField(_l("Name"), filters=[tidied])
    color = StringField(_l("Colour"))


def refuse(form: Form, fault: Refused) -> None:
    """Put a refusal beside the field that it is about. One about none is not the form's matter, and goes on."""
    if fault.field is None:
        raise fault
    forms.refuse(form, fault)


def colors() -> list[tuple[str, str]]:
    """The colours with their names, in the order of the palette."""
    words = {
        "brick": _("Brick"),
        "copper": _("Copper"),
        "ochre": _("Ochre"),
        "olive": _("Olive"),
        "moss": _("Moss"),
        "pine": _("Pine"),
        "lagoon": _("Lagoon"),
        "sky": _("Sky"),
        "ink": _("Ink"),
        "violet": _("Violet"),
        "plum": _("Plum"),
        "stone": _("Stone"),
    }
    return [(color, words[color]) for color in COLORS]

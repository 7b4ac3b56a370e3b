"""How pages look for a person: theme, language, density; each is saved as soon as it is changed."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField, SelectChoice, SelectField

from blueprints.account.blueprint import blueprint
from blueprints.account.saving import not_saved, saved
from blueprints.ground import choices
from blueprints.ground.forms import Form
from blueprints.ground.guard import refused_text, signed_in
from blueprints.ground.page import helps, show
from blueprints.ground.session import person
from models.account import preferences as preferred
from models.errors import NotFound, Refused


class PreferencesForm(Form):
    """Only shown: what is sent is checked by the verb, one value at a time."""

    theme = RadioField(
        _("Theme"),
        choices=[
            SelectChoice("auto", _("Automatic")),
            SelectChoice("light", _("Light")),
            SelectChoice("dark", _("Dark")),
        ],
    )
    density = RadioField(
        _("Density"), choices=[SelectChoice("normal", _("Normal")), SelectChoice("compact", _("Compact"))]
    )
    language = SelectField(_("Language"))


def _form() -> PreferencesForm:
    me = person()
    form = PreferencesForm(formdata=None, data={"theme": me.theme, "density": me.density, "language": me.language})
    form.language.choices = choices.languages()
    return form


@blueprint.get("/account/preferences")
@signed_in
def preferences() -> BaseResponse:
    """All of them on one page."""
    return show("account/preferences.html", form=_form())


@blueprint.post("/account/preferences/<name>")
@signed_in
def preferences_save(name: str) -> BaseResponse:
    """Save one."""
    if name not in preferred.CHOICES:
        raise NotFound
    try:
        preferred.prefer(person().user_id, name, request.form.get(name, ""))
    except Refused as fault:
        return not_saved(refused_text(fault)) or _refused(name, refused_text(fault))
    return saved("account.preferences")


def _refused(name: str, sentence: str) -> BaseResponse:
    form = _form()
    form[name].errors = [sentence]
    return show("account/preferences.html", 422, form=form)


for endpoint in ("preferences", "preferences_save"):
    helps(f"account.{endpoint}", "profile-and-preferences")

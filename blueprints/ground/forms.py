"""The base of every form: our own sentences, tidied text, refusals beside their field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.validators import Optional as MayBeEmpty

from blueprints.ground.guard import refused_text
from models import addresses, limits
from models.base import tidy
from models.errors import N_, Refused
from models.settings import public_address

MOST_LETTERS = limits.LINE
MOST_TYPED = 10_000
"""More than any of our fields takes: what is sent beyond it is not even looked at."""

_SENTENCES = {
    "Not a valid choice.": N_("Choose one of the list."),
    "Not a valid choice": N_("Choose one of the list."),
    "'%(value)s' is not a valid choice for this field.": N_("Choose one of the list."),
    "Not a valid integer value.": N_("Write a whole number."),
    "Not a valid date value.": N_("Write a date."),
}


class _Words:
    """WTForms' own messages in our words and in the reader's language."""

    def gettext(self, message: str) -> str:
        return str(gettext(_SENTENCES.get(message, message)))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(ngettext(one, many, count))


class Form(FlaskForm):
    """Base of our forms. The application checks the CSRF token of every post, so a form needs no second check."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def get_translations(self, _form: FlaskForm) -> _Words:
            return _Words()


def refuse(form: FlaskForm, fault: Refused) -> None:
    """Put a refusal's sentence beside the field that it is about, or above the form."""
    sentence = refused_text(fault)
    field = form._fields.get(fault.field) if fault.field else None
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]


def needed(sentence: Any = None) -> DataRequired:
    """The field must hold something; spaces are nothing."""
    return DataRequired(sentence or _("Fill this in."))


def at_most(letters: int = MOST_LETTERS) -> Length:
    """The field holds at most so many characters."""
    return Length(max=letters, message=_("At most %(most)d characters.", most=letters))


def passes(check: Callable[[str], str]) -> Callable[[FlaskForm, Field], None]:
    """The field holds what a rule of the models takes, and becomes what that makes of it."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = check(field.data or "")
        except Refused as fault:
            raise ValidationError(refused_text(fault)) from None

    return validate


def is_public(_form: FlaskForm, field: Field) -> None:
    """The field holds an address that links in mails can begin with."""
    found = public_address(field.data or "")
    if found is None:
        raise ValidationError(gettext("Write the whole address, such as https://accounts.example.com."))
    field.data = found


def tidied(text: str | None) -> str:
    """Typed text without idle spaces and control characters."""
    return tidy((text or "")[:MOST_TYPED])


def text_field(label: Any, *, optional: bool = False, most: int = MOST_LETTERS, **values: Any) -> StringField:
    """One line of text, tidied; needed unless it is optional."""
    rules: list[Callable[..., Any]] = [MayBeEmpty() if optional else needed(), at_most(most)]
    return StringField(label, [*rules, *values.pop("rules", [])], filters=[tidied], **values)


def address_field(label: Any, *, optional: bool = False, **values: Any) -> EmailField:
    """An e-mail address that must be written like one."""
    rules: list[Callable[..., Any]] = [MayBeEmpty() if optional else needed(), at_most(254), passes(addresses.check)]
    return EmailField(label, rules, filters=[tidied], **values)


def password_field(label: Any, **values: Any) -> PasswordField:
    """A password, untouched: its spaces count."""
    return PasswordField(label, [InputRequired(_("Fill this in."))], **values)

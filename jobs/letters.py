"""Letters: a message of the outbox as subject, text and HTML, in the language and time zone of who gets it."""

from __future__ import annotations

import functools
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import UnknownLocaleError
from babel.core import Locale
from jinja2 import Environment as Jinja
from jinja2 import FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import escape

from jobs import reading
from models import links
from models.base import tidy
from models.outbox import Claimed
from models.renewals import letters as renewals
from models.settings import Business, Environment
from translations import catalogue

ROOT = Path(__file__).parents[1]
BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is read; the subject is one line."""

    subject: str
    text: str
    html: str


READ_LATE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "renewals": lambda context: renewals.told(context["mail"]),
}
"""Mails whose context only says where their values are; those are read as the letter is written."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the provider, and where it is reached."""

    provider: Business
    base_url: str
    secret_key: str

    @classmethod
    def of(cls, environment: Environment, provider: Business) -> Sender:
        """The address of the machine comes first, then the one that the operators confirmed."""
        base_url = environment.base_url or provider.public_address.rstrip("/")
        return cls(provider, base_url or f"http://{environment.host}:{environment.port}", environment.secret_key)


@functools.cache
def _jinja(language: str) -> Jinja:
    """One environment for each language, so that its sentences are compiled in and its filters are bound."""
    jinja = Jinja(
        loader=FileSystemLoader([ROOT / "templates", ROOT / "templates" / "mail"]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    jinja.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # i18n adds it
    jinja.filters.update(reading.filters(language))
    return jinja


@functools.cache
def _known(language: str) -> str:
    """The language as Babel writes it; English where it was never heard of."""
    try:
        return str(Locale.parse(language, sep="-" if "-" in language else "_"))
    except (UnknownLocaleError, ValueError):
        return "en"


@functools.cache
def _templates(name: str, language: str) -> tuple[Template, Template]:
    jinja = _jinja(_known(language))
    return jinja.get_template(f"mail/{name}.txt"), jinja.get_template(f"mail/{name}.html")


def write(message: Claimed, sender: Sender) -> Letter:
    """The letter of a message. Raises whatever its template raises: one that lacks a value is never sent."""
    return _write(message, sender, message.to_name, link_url(message, sender))


def _write(message: Claimed, sender: Sender, name: str, link: str | None) -> Letter:
    text_template, html_template = _templates(message.name, message.language)
    read = READ_LATE.get(message.name)
    values = {
        **(read(message.context) if read else message.context),
        "provider": sender.provider,
        "message": message if message.to_name == name else replace(message, to_name=name),
        "context": message.context,
        "base_url": sender.base_url,
        "link_url": link,
    }
    reading.zone.set(_zone(message.time_zone))
    subject, _, text = text_template.render(values).lstrip().partition("\n")
    return Letter(tidy(subject), BLANK_LINES.sub("\n\n", text.strip()) + "\n", html_template.render(values))


def link_url(message: Claimed, sender: Sender) -> str | None:
    """The address of the message's link, made only now: nothing that is kept opens it."""
    if message.link_id is None or message.purpose is None:
        return None
    return f"{sender.base_url}/links/{links.token(sender.secret_key, message.link_id, message.purpose)}"


@functools.cache
def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return "UTC"


# Stand for what is personal while a letter is written for all; nothing escapes or shortens them by chance.
_NAME, _LINK = f"Name{secrets.token_hex(12)}", f"https://link.invalid/{secrets.token_hex(12)}"


@dataclass
class _Kind:
    """What is known of letters that differ only in name and link: one with stand-ins, and whether it was compared."""

    pattern: Letter
    proven: bool | None = None


class Series:
    """Letters of one batch. What goes to many is written once and gets each name and link put in.

    Only after a second letter, written in full, came out the same: a template that does more with a person than
    show their name is written for each.
    """

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self.kinds: dict[tuple[object, ...], _Kind] = {}

    def write(self, message: Claimed) -> Letter:
        """The letter of a message. Raises whatever its template raises."""
        personal = message.to_name, link_url(message, self.sender)
        if not message.to_name or message.name in READ_LATE:
            return _write(message, self.sender, *personal)
        key = (message.name, message.language, message.time_zone, personal[1] is None, json.dumps(message.context))
        kind = self.kinds.get(key)
        if kind and kind.proven:
            return _put_in(kind.pattern, *personal)
        letter = _write(message, self.sender, *personal)
        if kind is None:
            self.kinds[key] = _Kind(_write(message, self.sender, _NAME, _LINK if personal[1] else None))
        elif kind.proven is None:
            kind.proven = _put_in(kind.pattern, *personal) == letter
        return letter


def _put_in(pattern: Letter, name: str, link: str | None) -> Letter:
    """Name and link in their places; in HTML they are escaped as the template would."""
    link = link or ""
    return Letter(
        tidy(pattern.subject.replace(_NAME, name).replace(_LINK, link)),
        pattern.text.replace(_NAME, name).replace(_LINK, link),
        pattern.html.replace(_NAME, escape(name)).replace(_LINK, escape(link)),
    )

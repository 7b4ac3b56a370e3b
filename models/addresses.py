"""E-mail addresses: which are taken, and how mail servers read them. Whatever is taken can be written to."""

from __future__ import annotations

import functools
import re

import idna
from email_validator import EmailNotValidError, validate_email

from models.base import tidy
from models.errors import N_, Refused

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_HOST = re.compile(r"[A-Za-z0-9._\-\[\]:]+")


def check(address: str, *, field: str | None = None) -> str:
    """A typed address as it is kept. Raises Refused (about `field`) for one that not every mail server takes.

    Only few servers take letters beyond ASCII before the @ (RFC 6531); behind it, they have an ASCII form.
    """
    typed = tidy(address)
    if not typed.rpartition("@")[0].isascii():
        raise Refused(N_("Before the @ stand Latin letters without accents."), field=field)
    try:
        return validate_email(typed, allow_smtputf8=False, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(N_("This is not written like an e-mail address."), field=field) from None


def wire(address: str) -> str:
    """The address as mail servers read it, in ASCII. Raises Refused where it has no such form.

    Wider than `check`: a machine may send from a host of its own network.
    """
    local, _, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local):
        raise Refused(N_("No mail server can read the address “%(address)s”."), address=address)
    return f"{local}@{host(domain)}"


@functools.lru_cache(maxsize=1024)
def host(name: str) -> str:
    """The name of a host in ASCII. Raises Refused where it has no such form."""
    try:
        plain = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        plain = ""
    if not _HOST.fullmatch(plain):
        raise Refused(N_("No mail server can read the host “%(name)s”."), name=name)
    return plain

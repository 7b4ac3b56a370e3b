"""In: sign-up makes a user and what they answer for, in one transaction; an invitation makes only the user."""

from __future__ import annotations

from typing import Any

from models import links, outbox
from models.account import passwords, users
from models.account.users import User
from models.base import fold
from models.errors import N_, Conflict
from models.organization import members, vat


def sign_up(person: dict[str, Any], details: dict[str, Any], *, browser: str, terms_version: str, address: str) -> None:
    """A new user and their organization, and a mail with the link that proves the address.

    `person` has email, name, password, language, time_zone; `details` are the organization's. Where the address has
    an account already nothing is made and its holder gets a mail: whoever signs up sees the same either way.
    Raises Refused for a poor password or a wrong number.
    """
    number = vat.check(details.get("vat_number", ""), details["kind"], details["country"])
    passwords.check_new(person["password"], about=(person["email"], person["name"]))
    hashed = passwords.make_hash(person["password"])
    values = {name: value for name, value in person.items() if name != "password"}
    with users.reserved(person["email"]):
        if (holder := users.find(person["email"])) is not None:
            outbox.post("already_registered", holder.recipient)
            return
        user = users.insert(**values, password_hash=hashed, terms_version=terms_version, address=address)
        members.found(user, user.actor(address), terms_version=terms_version, **{**details, "vat_number": number})
        user.ask_for_verification(browser)


def invited(link: links.Link) -> bool:
    """Whether the link is an open invitation, which lets its holder in where sign-up is closed."""
    return link.purpose == links.Purpose.INVITATION and link.state == "open"


def sign_up_invited(link: links.Link, person: dict[str, Any], *, terms_version: str, address: str) -> User:
    """A new user who came by an invitation. The link was sent to their address, so it is proven.

    Raises Conflict for a link that is over, Refused for a poor password or an address that has an account.
    """
    if not invited(link) or fold(person["email"]) != fold(link.address):
        raise Conflict(N_("This invitation is over, or it was sent to another address."))
    return users.create(**person, verified=True, terms_version=terms_version, address=address)

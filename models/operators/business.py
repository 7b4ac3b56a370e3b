"""The settings of the business, changed by an operator."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from models import addresses, journal, settings
from models.base import write
from models.errors import N_, Refused
from models.organization import vat
from models.organization.vies import standings

VIES = frozenset({"vies_on", "vies_address", "vies_requester"})
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def change(by: journal.Actor, **wanted: Any) -> None:
    """Save what differs, and say it in the journal. Raises Refused for an address that mails can't carry, and for a
    way to VIES that can't work."""
    now = settings.business()
    _check_addresses(wanted)
    _check_vies(wanted)
    changes = {name: [getattr(now, name), value] for name, value in wanted.items() if getattr(now, name) != value}
    if not changes:
        return
    with write():
        now.save(**{name: value for name, (_before, value) in changes.items()})
        journal.record("settings.changed", by=by, about=("settings", None, now.provider_name), changes=changes)
        if changes.keys() & VIES:
            standings.ask_anew()


def _check_addresses(wanted: dict[str, Any]) -> None:
    if wanted.get("support_email"):
        wanted["support_email"] = addresses.check(wanted["support_email"], field="support_email")
    if wanted.get("public_address"):
        try:
            addresses.host(urlsplit(wanted["public_address"]).hostname or "")
        except Refused:
            raise Refused(N_("No mail server can read the host of this address."), field="public_address") from None


def _check_vies(wanted: dict[str, Any]) -> None:
    """The service is asked over TLS, unless it is on this machine; without an address it is the Commission's."""
    if "vies_address" in wanted:
        address = settings.public_address(wanted["vies_address"] or settings.VIES)
        parts = urlsplit(address or "")
        if not address or (parts.scheme != "https" and parts.hostname not in HERE):
            raise Refused(N_("Write the whole address, beginning with https://."), field="vies_address")
        wanted["vies_address"] = address
    if "vies_requester" in wanted:
        try:
            wanted["vies_requester"] = vat.check_european(wanted["vies_requester"] or "")
        except Refused as fault:
            fault.field = "vies_requester"
            raise

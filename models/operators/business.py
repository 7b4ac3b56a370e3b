"""The settings of the business, changed by an operator."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from models import addresses, journal, settings
from models.base import write
from models.errors import N_, Refused


def change(by: journal.Actor, **wanted: Any) -> None:
    """Save what differs, and say it in the journal. Raises Refused for an address that mails can't carry."""
    now = settings.business()
    _check_addresses(wanted)
    changes = {name: [getattr(now, name), value] for name, value in wanted.items() if getattr(now, name) != value}
    if not changes:
        return
    with write():
        now.save(**{name: value for name, (_before, value) in changes.items()})
        journal.record("settings.changed", by=by, about=("settings", None, now.provider_name), changes=changes)


def _check_addresses(wanted: dict[str, Any]) -> None:
    if wanted.get("support_email"):
        wanted["support_email"] = addresses.check(wanted["support_email"], field="support_email")
    if wanted.get("public_address"):
        try:
            addresses.host(urlsplit(wanted["public_address"]).hostname or "")
        except Refused:
            raise Refused(N_("No mail server can read the host of this address."), field="public_address") from None

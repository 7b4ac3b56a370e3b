"""The link that proves an address; the browser that signed up is let in by it at once."""

from __future__ import annotations

import hmac
from typing import Any

from flask import session as kept
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints import links as link_pages
from blueprints.entry.login import enter
from blueprints.entry.signup import BROWSER
from blueprints.ground import session
from blueprints.ground.guard import done
from models.account import users
from models.account.sessions import key_hash
from models.links import Link, Purpose


def over(link: Link) -> str:
    """What became of a link that does nothing any more."""
    if link.state == "used":
        return str(gettext("%(email)s is verified. There is nothing left to do here.", email=link.address))
    if link.state == "revoked":
        return str(gettext("A newer link was sent to you, or the address was changed in the meantime."))
    return str(gettext("A link to verify an address works for three days. Sign in to get a new one."))


@link_pages.page(Purpose.VERIFY_ADDRESS, over=over)
class VerifyLink:
    """One button."""

    @staticmethod
    def show(link: Link) -> tuple[str, dict[str, Any]]:
        """Whose address it is."""
        return "links/verify_address.html", {"person": users.by_id(link.user_id)}

    @staticmethod
    def act(link: Link) -> BaseResponse:
        """Verify; then in, if this is the browser that signed up or a session of the same person."""
        user = users.by_id(link.user_id)
        user.verify(link, session.remote_address())
        found = session.visitor()
        message = gettext("%(email)s is verified.", email=link.address)
        if found and found.user_id == user.id:
            return done(message, "entry.landing")
        if found is None and _same_browser(link) and not user.suspended_at:
            kept.pop(BROWSER)
            return enter(user)
        return done(gettext("%(email)s is verified. Sign in to go on.", email=link.address), "entry.login")


def _same_browser(link: Link) -> bool:
    expected = link.data.get("browser") or ""
    return bool(expected) and hmac.compare_digest(key_hash(kept.get(BROWSER, "")), expected)

"""The link that moves an account to another address, opened at the new one."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from blueprints import links as link_pages
from blueprints.ground import session
from blueprints.ground.guard import done
from models.account import credentials, users
from models.links import Link, Purpose


def over(link: Link) -> str:
    """What became of a link that does nothing any more."""
    if link.state == "used":
        return str(gettext("The account uses %(email)s since then.", email=link.address))
    if link.state == "revoked":
        return str(gettext("A newer link was sent, or the password was changed in the meantime."))
    return str(gettext("A link to another address works for 24 hours. The account keeps its old address."))


@link_pages.page(Purpose.CHANGE_ADDRESS, over=over)
class AddressLink:
    """One button."""

    @staticmethod
    def show(link: Link) -> tuple[str, dict[str, Any]]:
        """From which address to which."""
        return "links/change_address.html", {"person": users.by_id(link.user_id)}

    @staticmethod
    def act(link: Link) -> BaseResponse:
        """Move the account."""
        user = credentials.take_new_address(link, session.remote_address())
        message = gettext("Your address is %(email)s now.", email=user.email)
        found = session.visitor()
        return done(message, "account.profile" if found and found.user_id == user.id else "entry.login")

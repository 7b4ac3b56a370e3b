"""The allowance of invitations: a stolen sign-in must not become a source of bulk mail.

It counts open invitations of an organization, and what was sent within a day, resent ones too: by an organization,
and by one person in all organizations that they belong to.
"""

from __future__ import annotations

from datetime import timedelta

from models.base import now, row, stamp
from models.errors import N_, Refused
from models.organization.acting import Acting

MOST_PENDING = 100
MOST_A_DAY = 200

_OPEN = "SELECT count(*) FROM invitation WHERE organization_id = ? AND state = 'pending' AND expires_at > ?"
_SENT = "act IN ('invitation.sent', 'invitation.resent') AND at > ?"
_BY_ORGANIZATION = f"SELECT count(*) FROM journal WHERE organization_id = ? AND {_SENT}"
_BY_PERSON = (
    "SELECT count(*) FROM journal WHERE organization_id IN (SELECT organization_id FROM membership WHERE user_id = ?) "
    f"AND user_id = ? AND {_SENT}"
)


def check_open(by: Acting) -> None:
    """Raises Refused where so many wait for an answer that no other one can be added."""
    if _count(_OPEN, by.organization_id, stamp(now())) >= MOST_PENDING:
        raise Refused(N_("%(most)d invitations are open. Cancel some, or wait for answers."), most=MOST_PENDING)


def check_day(by: Acting) -> None:
    """Raises Refused where no other mail may go out today."""
    since = stamp(now() - timedelta(days=1))
    ours = _count(_BY_ORGANIZATION, by.organization_id, since)
    if max(ours, _count(_BY_PERSON, by.user_id, by.user_id, since)) >= MOST_A_DAY:
        raise Refused(N_("%(most)d invitations were sent within a day. Go on tomorrow."), most=MOST_A_DAY)


def _count(sql: str, *params: object) -> int:
    found = row(sql, params)
    return int(found[0]) if found else 0

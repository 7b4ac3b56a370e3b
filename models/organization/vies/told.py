"""What people read of VIES: the state of an organization's number, the evidence, and how the service does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import settings
from models.base import now, row
from models.organization.organizations import Organization
from models.organization.vies import answers
from models.organization.vies.standings import CONFIRMED, WAITING, Check, Standing

REST = timedelta(hours=1)
"""How long nothing is asked after VIES shut us out, or did not know our own number."""

COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A number's state (`waiting`, `confirmed` or `invalid`) for its organization's page.

    `malformed` says that VIES can't read the number, `silent` that it gave no answer of late and is asked again by
    itself; `registered` is name and address, line by line, as it gave them when it confirmed the number.
    """

    state: str
    confirmed_at: datetime | None = None
    malformed: bool = False
    silent: bool = False
    registered: tuple[str, ...] = ()


def shown(organization: Organization) -> Shown | None:
    """How the organization's number stands; None where VIES has nothing to do with it."""
    asked = settings.current().vies_on
    if answers.split(organization.vat_number) is None:
        return None
    one = _standing(organization)
    if one is None:
        return Shown(WAITING) if asked else None
    known = _last(organization, answers.VALID) if one.state == CONFIRMED else None
    return Shown(
        one.state,
        one.confirmed_at,
        malformed=one.outcome == answers.MALFORMED,
        silent=asked and one.attempts > 0,
        registered=tuple(line for line in (known.name, *known.address.splitlines()) if line) if known else (),
    )


def evidence(organization: Organization) -> Check | None:
    """The latest question about the organization's number to which VIES gave an answer."""
    return _last(organization, *answers.VERDICTS)


def _standing(organization: Organization) -> Standing | None:
    found: Standing | None = Standing.get_or_none(
        Standing.organization_id == organization.id, Standing.number == organization.vat_number
    )
    return found


def _last(organization: Organization, *outcomes: str) -> Check | None:
    found: Check | None = (
        Check.select()
        .where(
            Check.organization_id == organization.id,
            Check.number == organization.vat_number,
            Check.outcome.in_(outcomes),
        )
        .order_by(Check.id.desc())
        .first()
    )
    return found


def last_check() -> Check | None:
    """The latest question of all."""
    found: Check | None = Check.select().order_by(Check.id.desc()).first()
    return found


def rests(business: settings.Business) -> bool:
    """Whether VIES is left alone: it shut us out of late, or does not know the number that we ask with."""
    last = last_check()
    if last is None or last.asked_at < now() - REST:
        return False
    unknown = last.outcome == answers.REQUESTER and last.requester == business.vies_requester
    return unknown or last.outcome == answers.BLOCKED


@dataclass(frozen=True, slots=True)
class Health:
    """How VIES does, for operators: `outcome` and `error` are the last question's; counted up to 10,000."""

    waiting: int
    outcome: str | None
    error: str
    asked_at: datetime | None

    @property
    def needs_operators(self) -> bool:
        """Whether it goes on only when somebody of the provider acts."""
        return self.outcome in (answers.REQUESTER, answers.BLOCKED)

    @property
    def is_silent(self) -> bool:
        """Whether the last question got no answer."""
        return self.outcome == answers.UNAVAILABLE


def health() -> Health | None:
    """The same at a glance (two small queries); None while it is turned off."""
    if not settings.current().vies_on:
        return None
    waiting = row(
        f"SELECT count(*) FROM (SELECT 1 FROM vat_standing WHERE state = 'waiting' LIMIT {COUNT_CAP}) AS capped"
    )
    last = last_check()
    outcome, error, at = (last.outcome, last.error, last.asked_at) if last else (None, "", None)
    return Health(waiting[0] if waiting else 0, outcome, error, at)


def needs_operators() -> bool:
    """Whether VIES waits for the operators (at most one small query)."""
    last = last_check() if settings.current().vies_on else None
    return last is not None and last.outcome in (answers.REQUESTER, answers.BLOCKED)

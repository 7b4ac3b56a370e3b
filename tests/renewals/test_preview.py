"""The preview: what it says of the next 60 days is what the sweeps of these days then do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from models.base import rows
from models.organization.organizations import Organization
from models.permissions import Role
from models.products.products import Product, keys
from models.renewals import choice, left_out, preferences, preview, recipients, refusals, snoozes, sweep
from models.renewals.preview import Mail
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.renewals.conftest import DAY, in_days

Said = set[tuple[date, str, str, int, int]]


@pytest.fixture(autouse=True)
def evening(clock: StandingClock, organization: Organization) -> None:
    """It is the evening before DAY; the sweep of this day has run."""
    Organization.update(time_zone="UTC").execute()
    at(clock, -1, 9)
    sweep.keep(clock.moment)


def at(clock: StandingClock, days: int, hour: int) -> None:
    """So many days after DAY, at an hour."""
    there = DAY + timedelta(days=days)
    clock.moment = datetime(there.year, there.month, there.day, hour, tzinfo=UTC)


def mails(organization: Organization, at_most: int | None = None) -> list[Mail]:
    """The preview as of now."""
    return preview.mails(choice.read(organization.id), at_most)


def said(organization: Organization) -> Said:
    """What the preview says: day, to whom, kind, lead time, number of products."""
    everybody = [one.name for one in recipients.of(organization.id)]
    found: Counter[tuple[date, str, str, int]] = Counter()
    for mail in mails(organization):
        for part in mail.parts:
            for name in mail.to or everybody:
                found[mail.day, name, part.reason.kind, part.reason.lead] += part.number
    return {(*what, number) for what, number in found.items()}


def done(clock: StandingClock, organization: Organization) -> Said:
    """What the sweeps of the 60 days tell, while what renews by itself does so on its day."""
    for days in range(60):
        at(clock, days, 9)
        sweep.keep(clock.moment)
        here = DAY + timedelta(days=days)
        for product in Product.select().where(Product.auto_renew, Product.expires_on == here):
            until = here + timedelta(days=365)
            derived = keys(product.name, "", until)
            Product.update(expires_on=until, **derived).where(Product.id == product.id).execute()
    names = {one.address_key: one.name for one in recipients.of(organization.id)}
    found = rows(
        "SELECT sent_on, address_key, kind, lead, COUNT(*) FROM renewal_notice WHERE sent_on >= ? GROUP BY 1, 2, 3, 4",
        (DAY,),
    )
    return {(date.fromisoformat(str(on)), names[key], kind, lead, number) for on, key, kind, lead, number in found}


def many(organization: Organization) -> list[Product]:
    """Products of every kind that are due within three months, and some that are late."""
    return [
        in_days(organization, days, f"p{days}.example", auto_renew=days % 3 == 0, category=("domain", "mail")[n % 2])
        for n, days in enumerate(range(-3, 95, 2))
    ]


def test_it_says_what_the_sweeps_then_do(organization: Organization, clock: StandingClock) -> None:
    many(organization)
    foreseen = said(organization)
    assert len(foreseen) > 100
    assert done(clock, organization) == foreseen


def test_with_everything_that_can_be_chosen(organization: Organization, cast: Cast, clock: StandingClock) -> None:
    products, by = many(organization), factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    preferences.change(by, version=0, leads=[60, 14, 3, 0], to_administrators=True, digest=False)
    sweep.keep(clock.moment)
    factories.grant(cast.members[Role.COLLABORATOR], category="domain")
    recipients.choose(by, version=1, memberships=[cast.members[Role.COLLABORATOR].id])
    tag = factories.tag(organization, "let go", *products[::7])
    mail = rows("SELECT id FROM category WHERE key = 'mail'")[0][0]
    left_out.choose(by, version=2, categories=[mail], tags=[tag.id])
    refusals.choose(organization.id, cast.administrator.email_key, ["renewal"])
    for product in products[10:30:4]:
        assert product.expires_on is not None
        snoozes.snooze(by, product, product.expires_on - timedelta(days=5))
    foreseen = said(organization)
    assert len(foreseen) > 60
    assert done(clock, organization) == foreseen


def test_the_first_few_are_the_same(organization: Organization) -> None:
    many(organization)
    everything = mails(organization)
    assert [m.day for m in mails(organization, 7)] == [m.day for m in everything[:7]]
    assert mails(organization, 7)[3].parts == everything[3].parts


def test_the_next_mails_are_found_however_far_they_are(organization: Organization) -> None:
    in_days(organization, 85)
    assert [(m.day, m.name(m.parts[0])) for m in mails(organization, 7)] == [
        (DAY + timedelta(days=55), "quillmark.example")
    ]


def test_another_lead_time_shows_what_goes_out_late(organization: Organization, cast: Cast) -> None:
    in_days(organization, 40)
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    preferences.change(by, version=0, leads=[60])
    (mail, over) = mails(organization)
    assert (mail.day, mail.parts[0].reason) == (DAY, ("reminder", 60, True))
    assert over.parts[0].reason.kind == "expired"


def test_nobody_is_told_nothing_goes_out(organization: Organization, cast: Cast) -> None:
    in_days(organization, 7)
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    preferences.change(by, version=0, to_billing=False, to_representatives=False)
    assert mails(organization) == []


def test_a_new_recipient_is_told_of_what_others_know(organization: Organization, cast: Cast) -> None:
    in_days(organization, 20)
    sweep.sweep_all(DAY - timedelta(days=1))
    assert DAY not in {mail.day for mail in mails(organization)}
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    preferences.change(by, version=0, to_administrators=True)
    first = mails(organization)[0]
    assert (first.day, first.to, first.number) == (DAY, ["Adrian Moll"], 1)


def test_before_the_sweep_of_the_day_that_day_is_the_first(organization: Organization, clock: StandingClock) -> None:
    in_days(organization, 7)
    at(clock, 0, 7)
    assert mails(organization)[0].day == DAY
    at(clock, 0, 9)
    sweep.keep(clock.moment)
    assert mails(organization)[0].day == DAY + timedelta(days=6)

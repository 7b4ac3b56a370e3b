"""The sweep: everybody is told once, nobody is missed, and what is over expires."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from models import base
from models.access import Access
from models.base import rows
from models.journal import Entry
from models.organization.organizations import Organization
from models.outbox import Message
from models.permissions import Role
from models.products.products import Product
from models.renewals import preferences, sweep
from models.renewals.recipients import Recipient
from tests import factories
from tests.conftest import Cast
from tests.organization.test_concurrency import at_once
from tests.renewals.conftest import DAY, in_days, swept, told


@pytest.fixture
def by(cast: Cast) -> Access:
    return factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])


def test_a_reminder_goes_out_at_each_lead_time_that_was_chosen(organization: Organization) -> None:
    in_days(organization, 31)
    for after in range(33):
        swept(after)
    assert told() == [
        ("quillmark.example", 30, 1),
        ("quillmark.example", 7, 24),
        ("quillmark.example", 1, 30),
        ("quillmark.example", -1, 32),
    ]


def test_a_second_run_on_the_same_day_tells_nothing(organization: Organization) -> None:
    in_days(organization, 7)
    first, second = swept(), swept()
    assert (first.mails, first.notices) == (2, 2)
    assert second == sweep.Swept()
    assert Message.select().count() == 2


def test_after_days_without_a_sweep_only_the_most_urgent_lead_time_is_told(organization: Organization) -> None:
    in_days(organization, 30)
    swept(0)
    swept(25)
    swept(26)
    assert told() == [("quillmark.example", 30, 0), ("quillmark.example", 7, 25)]


def test_a_changed_deadline_begins_anew(organization: Organization, by: Access) -> None:
    product = in_days(organization, 7)
    swept()
    product.change(by, expires_on=DAY + timedelta(days=8))
    swept(1)
    assert told() == [("quillmark.example", 7, 0), ("quillmark.example", 7, 1)]


def test_no_product_is_told_twice_on_one_day(organization: Organization, by: Access) -> None:
    product = in_days(organization, 14, auto_renew=True)
    swept()
    product.change(by, auto_renew=False, expires_on=DAY + timedelta(days=7))
    swept()
    assert told() == [("quillmark.example", 14, 0)]
    swept(1)
    assert told() == [("quillmark.example", 14, 0), ("quillmark.example", 7, 1)]


def test_what_renews_by_itself_is_told_once_fourteen_days_before(organization: Organization) -> None:
    in_days(organization, 15, auto_renew=True)
    for after in range(16):
        swept(after)
    assert told() == [("quillmark.example", 14, 1)]


def test_what_is_over_expires_once_with_one_mail_and_stands_in_the_journal(organization: Organization) -> None:
    product = in_days(organization, 0)
    preferences.Preference.create(organization=organization, reminders=False, changed_at=product.created_at)
    assert swept(0) == sweep.Swept()
    assert swept(1) == sweep.Swept(mails=2, notices=2, expired=1)
    assert swept(2) == sweep.Swept()
    assert Product.get_by_id(product.id).state == "expired"
    told_of = Entry.get(Entry.act == "product.expired")
    assert (told_of.organization_id, told_of.subject_id, told_of.actor) == (organization.id, product.id, "Intendant")


def test_one_mail_gathers_everything_of_a_day(organization: Organization, cast: Cast) -> None:
    in_days(organization, 7, "one.example")
    in_days(organization, 30, "two.example")
    in_days(organization, 14, "three.example", auto_renew=True)
    swept()
    assert {m.to_address for m in Message.select()} == {"billing@quillmark.example", cast.representative.email}
    assert len(told()) == 3


def test_a_mail_for_each_product_if_that_was_chosen(organization: Organization, by: Access) -> None:
    in_days(organization, 7, "one.example")
    in_days(organization, 30, "two.example")
    preferences.change(by, version=0, digest=False, to_representatives=False)
    assert swept().mails == 2


def test_an_address_that_is_reached_twice_gets_one_mail(organization: Organization, cast: Cast) -> None:
    Organization.update(billing_email=cast.representative.email.upper()).execute()
    in_days(organization, 7)
    assert swept().mails == 1
    message = Message.get()
    assert (message.to_address, message.to_name) == (cast.representative.email, "Mira Castellan")


def test_who_was_chosen_is_told_of_the_products_they_were_given(organization: Organization, cast: Cast) -> None:
    given = in_days(organization, 7, "given.example")
    in_days(organization, 7, "hidden.example")
    factories.grant(cast.members[Role.COLLABORATOR], product=given)
    Recipient.create(membership=cast.members[Role.COLLABORATOR])
    swept()
    assert told(cast.collaborator.email_key) == [("given.example", 7, 0)]
    assert len(told(cast.representative.email_key)) == 2


def test_nobody_is_told_before_somebody_has_come_in(cast: Cast) -> None:
    imported = factories.organization("Imported AG", billing_email="post@imported.example")
    factories.member(imported, factories.user("Nora Vest", verified_at=None), Role.LEGAL_REPRESENTATIVE)
    in_days(imported, 7)
    assert swept() == sweep.Swept()


def test_a_day_is_swept_at_eight_in_the_organizations_own_time(cast: Cast) -> None:
    zones = ["Pacific/Pago_Pago", "Europe/Zurich", "Asia/Kathmandu", "Pacific/Kiritimati"]
    Organization.delete().where(Organization.id != cast.organization.id).execute()
    Organization.update(time_zone=zones[0]).execute()
    for zone in zones[1:]:
        factories.organization(zone, time_zone=zone)
    first = {zone: _first_hour(zone) for zone in zones}
    assert first == {
        "Pacific/Pago_Pago": "2027-03-01T19:00",
        "Europe/Zurich": "2027-03-01T07:00",
        "Asia/Kathmandu": "2027-03-01T02:15",
        "Pacific/Kiritimati": "2027-02-28T18:00",
    }


def _first_hour(zone: str) -> str:
    """When DAY is due in a time zone, by quarters of an hour in UTC."""
    moment = datetime(2027, 2, 28, 10, tzinfo=UTC)
    while zone not in sweep.due(moment).get(DAY, []):
        moment += timedelta(minutes=15)
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_two_machines_at_once_tell_everything_once(organization: Organization) -> None:
    for number in range(20):
        in_days(organization, 7, f"p{number}.example")
    done: list[sweep.Swept] = []

    def run() -> None:
        base.connect()
        try:
            done.append(swept())
        finally:
            base.db.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(one.notices for one in done) == [0, 0, 40]
    assert Message.select().count() == 2


def test_a_sweep_that_was_killed_has_done_nothing(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    in_days(organization, 7)
    in_days(organization, -1, "over.example")
    with monkeypatch.context() as patched:
        patched.setattr(sweep, "_expire", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            swept()
    assert (told(), Message.select().count(), Product.select().where(Product.state == "expired").count()) == ([], 0, 0)
    assert swept() == sweep.Swept(mails=2, notices=4, expired=1)


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/Santiago", "Australia/Lord_Howe"])
def test_every_day_of_a_year_is_swept_once_whatever_the_clocks_do(organization: Organization, zone: str) -> None:
    Organization.update(time_zone=zone).execute()
    moment, days = datetime(2027, 12, 31, tzinfo=UTC), list[date]()
    while moment < datetime(2029, 1, 2, tzinfo=UTC):
        days += [day for day, zones in sweep.due(moment).items() if zone in zones]
        sweep.keep(moment)
        moment += timedelta(hours=1)
    whole = [day for day in days if day.year == 2028]
    assert len(whole) == len(set(whole)) == 366


def test_a_deadline_on_the_29th_of_february_is_told_on_its_days(organization: Organization) -> None:
    factories.product(organization, "leap.example", expires_on=date(2028, 2, 29))
    days = [date(2028, 1, 30), date(2028, 2, 22), date(2028, 2, 28), date(2028, 3, 1)]
    for offset in range(45):
        sweep.sweep_all(date(2028, 1, 20) + timedelta(days=offset))
    found = rows("SELECT sent_on FROM renewal_notice WHERE address_key = 'billing@quillmark.example' ORDER BY sent_on")
    assert [date.fromisoformat(str(on)) for (on,) in found] == days


def test_a_day_that_was_asked_for_by_hand_takes_no_other_days_place(organization: Organization) -> None:
    sweep.sweep_all(DAY + timedelta(days=300))
    in_days(organization, 7)
    assert sweep.keep(datetime(DAY.year, DAY.month, DAY.day, 20, tzinfo=UTC)).mails == 2
    assert sweep.keep(datetime(DAY.year, DAY.month, DAY.day, 21, tzinfo=UTC)) == sweep.Swept(), "the day is over"


def test_the_first_two_changes_at_once_end_in_one(cast: Cast, by: Access) -> None:
    other = factories.access_of(cast.members[Role.ADMINISTRATOR])
    faults = at_once(
        lambda: preferences.change(by, version=0, digest=False),
        lambda: preferences.change(other, version=0, invoice=False),
    )
    assert [fault is None for fault in faults].count(True) == 1
    assert preferences.of(cast.organization.id).version == 1

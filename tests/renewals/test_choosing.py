"""Who is told by name, what is left out, what is snoozed: the rules and their pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from models.access import Access
from models.base import today
from models.errors import Conflict, Forbidden, Refused
from models.journal import Entry
from models.organization.organizations import Organization
from models.permissions import Role
from models.products import tags
from models.products.products import Product
from models.renewals import left_out, preferences, recipients, snoozes
from tests import factories
from tests.conftest import Cast
from tests.renewals.conftest import DAY, in_days, swept, told

HERE = "/o/quillmark-press/billing/notifications"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def by(cast: Cast) -> Access:
    return factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])


@pytest.fixture
def representative(client: FlaskClient, cast: Cast) -> FlaskClient:
    factories.sign_in(client, cast.representative)
    return client


def test_who_is_chosen_by_name_hears_of_the_products_they_were_given(
    organization: Organization, cast: Cast, by: Access
) -> None:
    given = in_days(organization, 7, "given.example")
    in_days(organization, 7, "other.example")
    collaborator = cast.members[Role.COLLABORATOR]
    factories.grant(collaborator, product=given)
    recipients.choose(by, version=0, memberships=[collaborator.id, cast.members[Role.ADMINISTRATOR].id])
    swept()
    assert told(cast.collaborator.email_key) == [("given.example", 7, 0)]
    assert len(told(cast.administrator.email_key)) == 2
    entry = Entry.get(Entry.act == "notifications.changed")
    assert entry.details["changes"]["chosen_people"] == ["", "Adrian Moll, Jonas Abegglen"]


def test_choosing_people_and_leaving_out_share_one_version(organization: Organization, cast: Cast, by: Access) -> None:
    recipients.choose(by, version=0, memberships=[cast.members[Role.EXTERNAL].id])
    with pytest.raises(Conflict):
        left_out.choose(by, version=0, categories=[1], tags=[])
    left_out.choose(by, version=1, categories=[1], tags=[])
    with pytest.raises(Conflict):
        preferences.change(by, version=1, digest=False)
    assert preferences.of(organization.id).version == 2


def test_people_and_tags_of_others_are_passed_over(organization: Organization, by: Access) -> None:
    elsewhere = factories.organization("Elsewhere")
    stranger, foreign = factories.member(elsewhere), factories.tag(elsewhere, "theirs")
    recipients.choose(by, version=0, memberships=[stranger.id])
    left_out.choose(by, version=0, categories=[999], tags=[foreign.id])
    assert left_out.of(organization.id) == left_out.LeftOut()
    assert preferences.of(organization.id).version == 0


def test_nobody_is_told_of_what_is_left_out(organization: Organization, by: Access) -> None:
    in_days(organization, 7, "kept.example")
    in_days(organization, 7, "box", category="mail")
    let_go = factories.tag(organization, "let go", in_days(organization, 7, "gone.example"))
    in_days(organization, -1, "late.example")
    factories.set_tag(let_go, in_days(organization, -1, "late and gone.example"))
    mail = Product.get(Product.name == "box").category_id
    left_out.choose(by, version=0, categories=[mail], tags=[let_go.id])
    swept()
    assert [name for name, _lead, _day in told()] == ["kept.example", "late.example"]


def test_a_tag_that_is_deleted_is_left_out_no_more(organization: Organization, by: Access) -> None:
    tag = factories.tag(organization, "let go", in_days(organization, 7))
    left_out.choose(by, version=0, categories=[], tags=[tag.id])
    swept()
    assert told() == []
    tags.delete(by, tag)
    swept(1)
    assert told() == [("quillmark.example", 7, 1)]


def test_a_snoozed_product_is_told_of_from_that_day_on(organization: Organization, by: Access) -> None:
    product = soon(organization, 10)
    snoozes.snooze(by, product, today() + timedelta(days=5))
    for days in range(11):
        swept((today() - DAY).days + days)
    assert [lead for _name, lead, _day in told()] == [7, 1]
    assert [day - (today() - DAY).days for _name, _lead, day in told()] == [5, 9]


def test_its_expiry_is_told_all_the_same(organization: Organization, by: Access) -> None:
    product = soon(organization, 3)
    snoozes.snooze(by, product, today() + timedelta(days=3))
    for days in (0, 2, 4):
        swept((today() - DAY).days + days)
    assert [lead for _name, lead, _day in told()] == [-1]


def test_another_deadline_ends_the_snooze(organization: Organization, by: Access) -> None:
    product = soon(organization, 7)
    snoozes.snooze(by, product, today() + timedelta(days=6))
    assert snoozes.count(organization.id, today()) == 1
    product = product.change(by, expires_on=today() + timedelta(days=7, weeks=52))
    assert (snoozes.of(product), snoozes.count(organization.id, today())) == (None, 0)


@pytest.mark.parametrize("days", [-1, 0, 8])
def test_a_snooze_ends_after_today_and_before_the_deadline(organization: Organization, by: Access, days: int) -> None:
    with pytest.raises(Refused) as refused:
        snoozes.snooze(by, soon(organization, 7), today() + timedelta(days=days))
    assert refused.value.field == "until"


def test_it_takes_a_role_that_may(organization: Organization, cast: Cast) -> None:
    by = factories.access_of(cast.members[Role.COLLABORATOR])
    for act in (
        lambda: snoozes.snooze(by, soon(organization, 7), today() + timedelta(days=1)),
        lambda: recipients.choose(by, version=0, memberships=[]),
        lambda: left_out.choose(by, version=0, categories=[], tags=[]),
    ):
        with pytest.raises(Forbidden):
            act()


def soon(organization: Organization, days: int) -> Product:
    """A product that expires so many days after today."""
    return factories.product(organization, "quillmark.example", expires_on=today() + timedelta(days=days))


def test_the_page_of_people_saves_and_says_who_is_told_anyway(representative: FlaskClient, cast: Cast) -> None:
    page = representative.get(f"{HERE}/people").text
    assert "is told already because of the role" in page
    number = cast.members[Role.EXTERNAL].id
    saved = representative.post(f"{HERE}/people", data={"version": 0, "person": [number]}, headers=SCRIPT)
    assert "Saved at" in saved.text
    assert 'name="version" id="version" value="1"' in saved.text
    assert "Ines Ostrander" in representative.get(HERE).text
    late = representative.post(f"{HERE}/people", data={"version": 0}, headers=SCRIPT)
    assert late.status_code == 409
    whole = representative.post(f"{HERE}/people", data={"version": 1})
    assert whole.headers["Location"] == f"{HERE}/people"
    assert "Ines Ostrander" not in representative.get(HERE).text


def test_the_page_of_what_is_left_out(representative: FlaskClient, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "let go")
    representative.post(f"{HERE}/left-out", data={"version": 0, "categories": [1], "tags": [tag.id]})
    page = representative.get(HERE).text
    assert "let go" in page
    assert "Domain name" in page
    assert representative.get(f"{HERE}/left-out").text.count(" checked") == 2


def test_a_product_is_snoozed_and_woken_on_its_own_page(representative: FlaskClient, cast: Cast) -> None:
    product = soon(cast.organization, 20)
    here = f"/o/quillmark-press/products/{product.id}/reminders"
    assert "7 days before the deadline" in representative.get(here).text
    wrong = representative.post(f"{here}/snooze", data={"until": "2001-01-01"})
    assert wrong.status_code == 422
    assert "Choose a day after today" in wrong.text
    until = today() + timedelta(days=15)
    representative.post(f"{here}/snooze", data={"until": until.isoformat()})
    assert "late: 5 days are left" in representative.get(here).text
    assert "1 product snoozed" in representative.get(HERE).text
    back = representative.post(f"{here}/wake", data={"next": "left-out"})
    assert back.headers["Location"] == f"{HERE}/left-out"
    assert snoozes.count(cast.organization.id, today()) == 0
    acts = [entry.act for entry in Entry.select().where(Entry.act.startswith("product.")).order_by(Entry.id)]
    assert acts == ["product.snoozed", "product.woken"]


def test_what_can_not_be_written_as_a_date_is_said(representative: FlaskClient, cast: Cast) -> None:
    product = soon(cast.organization, 20)
    here = f"/o/quillmark-press/products/{product.id}/reminders/snooze"
    assert "Write a date." in representative.post(here, data={"until": "tomorrow"}).text
    assert "Fill this in." in representative.post(here, data={}).text


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"expires_on": None}, "it has no deadline"),
        ({"expires_on": date(2020, 1, 1), "state": "expired"}, "it is not active any more"),
    ],
)
def test_it_says_why_nothing_is_told(
    representative: FlaskClient, cast: Cast, values: dict[str, object], why: str
) -> None:
    product = factories.product(cast.organization, **values)
    assert why in representative.get(f"/o/quillmark-press/products/{product.id}/reminders").text

"""The calendar: its person's products and nobody else's, an address that is shown once and dies at once."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import base
from models.account.users import User
from models.base import now, rows, today
from models.errors import Conflict, NotFound
from models.journal import Entry
from models.organization.organizations import Organization
from models.permissions import Role
from models.products.products import Category, Product
from models.renewals import calendar
from models.renewals.calendar import Crowd, Due, Feed
from tests import factories
from tests.conftest import Cast, StandingClock

PAGE = "/account/calendar"
ADDRESS = re.compile(r'value="http://localhost(/calendar/[\w-]+\.ics)"')

pytestmark = pytest.mark.usefixtures("clock")


def due(organization: Organization, days: int = 10, name: str = "quillmark.example", **values: object) -> Product:
    """A product that expires so many days from now."""
    return factories.product(organization, name, expires_on=today() + timedelta(days=days), **values)


def secret_of(user: User) -> str:
    """A new address of this person, as its secret."""
    return calendar.replace(user, user.actor())


def names(user: User) -> list[str]:
    """What stands in a person's calendar."""
    return [one.name for one in calendar.read(secret_of(user)).events if isinstance(one, Due)]


def read(client: FlaskClient, path: str) -> icalendar.Calendar:
    """The feed at an address, as a calendar program reads it."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.get_data())
    assert isinstance(found, icalendar.Calendar)
    return found


def only(client: FlaskClient, user: User) -> icalendar.Event:
    """The one event of a person's feed."""
    (event,) = read(client, f"/calendar/{secret_of(user)}.ics").events
    return event


# What stands in it.


def test_a_person_sees_what_their_role_or_their_grants_show(cast: Cast) -> None:
    given = due(cast.organization, 10)
    due(cast.organization, 20, "secret.example")
    due(cast.organization, 5, "mail.example", category="mail")
    due(factories.organization("Wendelin Atelier"), 1, "elsewhere.example")
    factories.grant(cast.members[Role.COLLABORATOR], product=given)
    factories.grant(cast.members[Role.EXTERNAL], category="mail")
    assert names(cast.representative) == ["mail.example", "quillmark.example", "secret.example"]
    assert names(cast.administrator) == ["mail.example", "quillmark.example", "secret.example"]
    assert names(cast.collaborator) == ["quillmark.example"]
    assert names(cast.external) == ["mail.example"]
    assert names(cast.stranger) == names(cast.operator) == []


def test_all_organizations_stand_in_one_calendar_by_day(cast: Cast) -> None:
    other = factories.organization("Wendelin Atelier")
    factories.member(other, cast.collaborator, Role.ADMINISTRATOR)
    due(other, 3, "later.example")
    due(other, 2, "sooner.example")
    factories.grant(cast.members[Role.COLLABORATOR], product=due(cast.organization, 2))
    assert names(cast.collaborator) == ["quillmark.example", "sooner.example", "later.example"]


def test_what_is_far_off_over_or_without_a_date_stays_out(cast: Cast) -> None:
    for days in (-31, -30, 0, 400, 401):
        due(cast.organization, days, f"in {days}")
    due(cast.organization, 9, "expired.example", state="expired")
    due(cast.organization, 9, "cancelled.example", state="cancelled")
    factories.product(cast.organization, "dateless.example")
    assert names(cast.representative) == ["in -30", "in 0", "in 400"]


@pytest.mark.parametrize(("zone", "seen"), [("Pacific/Kiritimati", ["edge"]), ("Pacific/Pago_Pago", [])])
def test_the_days_are_counted_from_today_where_the_person_is(
    cast: Cast, clock: StandingClock, zone: str, seen: list[str]
) -> None:
    clock.moment = clock.moment.replace(hour=10, minute=30)
    User.update(time_zone=zone).execute()
    factories.product(cast.organization, "edge", expires_on=date(2026, 11, 23) + timedelta(days=400))
    assert names(cast.representative) == seen


def test_who_left_or_is_suspended_reads_nothing_more(cast: Cast) -> None:
    due(cast.organization)
    secret = secret_of(cast.administrator)
    cast.members[Role.ADMINISTRATOR].delete_instance()
    assert calendar.read(secret).events == []
    User.update(suspended_at=now()).where(User.id == cast.administrator.id).execute()
    with pytest.raises(NotFound):
        calendar.read(secret)


def test_a_suspended_organization_can_be_read(cast: Cast) -> None:
    due(cast.organization)
    cast.organization.suspend("Unpaid", cast.operator.actor())
    assert names(cast.representative) == ["quillmark.example"]


def test_many_of_one_day_are_one_event(client: FlaskClient, cast: Cast) -> None:
    for number in range(20):
        due(cast.organization, 7, f"p{number:02}.example")
        due(cast.organization, 8, f"q{number:02}.example")
    due(cast.organization, 8, "q20.example")
    crowd = calendar.read(secret_of(cast.representative)).events[-1]
    assert isinstance(crowd, Crowd)
    assert (len(crowd.first), crowd.total, crowd.first[0].name) == (20, 21, "q00.example")
    found = read(client, f"/calendar/{secret_of(cast.representative)}.ics")
    assert len(found.events) == 21
    event = found.events[-1]
    assert event["UID"] == f"day-{cast.organization.id}-2026-11-30@localhost"
    assert event["SUMMARY"] == "Quillmark Press: 21 products renew or expire"
    lines = event["DESCRIPTION"].split("\n")
    assert (lines[0], lines[19], lines[20]) == ("q00.example", "q19.example", "and 1 other")


def test_grants_narrow_the_many_of_a_day_as_well(cast: Cast) -> None:
    products = [due(cast.organization, 7, f"p{number}.example") for number in range(30)]
    factories.grant(cast.members[Role.EXTERNAL], product=products[3])
    assert names(cast.external) == ["p3.example"]


def test_a_calendar_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "_DUE", calendar._DUE.replace(f"LIMIT {calendar.MOST_TOLD}", "LIMIT 25"))
    for number in range(44):
        due(cast.organization, 7 if number < 22 else 8, f"p{number:02}.example")
    first, second = calendar.read(secret_of(cast.representative)).events
    assert isinstance(first, Crowd)
    assert isinstance(second, Crowd)
    assert (len(first.first), len(second.first), second.total) == (20, 5, 22)


# How a calendar program reads it.


def test_an_event_says_what_to_do_and_where(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    product = due(cast.organization, price_minor=183640, currency="CHF", period_months=12)
    event = only(client, cast.representative)
    url = f"http://localhost/o/{cast.organization.slug}/products/{product.id}"
    assert event["SUMMARY"] == "quillmark.example expires: renew by hand"
    assert event["DESCRIPTION"].split("\n") == ["Quillmark Press", "Domain name", "CHF 1,836.40 a year", url]
    assert (event["URL"], event["CATEGORIES"].to_ical(), event["TRANSP"]) == (url, b"Quillmark Press", "TRANSPARENT")
    assert (event.start, event.end) == (date(2026, 12, 2), date(2026, 12, 3))
    assert clock.moment == event.DTSTAMP


def test_what_renews_by_itself_says_so(client: FlaskClient, cast: Cast) -> None:
    due(cast.organization, auto_renew=True)
    assert only(client, cast.representative)["SUMMARY"] == "quillmark.example renews"


def test_a_date_that_moves_takes_its_event_along(client: FlaskClient, cast: Cast) -> None:
    product = due(cast.organization)
    before = only(client, cast.representative)
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    product.change(by, expires_on=product.expires_on + timedelta(days=5))
    after = only(client, cast.representative)
    assert before["UID"] == after["UID"] == f"product-{product.id}@localhost"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert after.start == before.start + timedelta(days=5)


def test_names_of_any_letters_come_through(client: FlaskClient, cast: Cast) -> None:
    name = 'a,b;c\\d "e" : ' + "größe 😀 日本語 " * 12 + "BEGIN:VEVENT"
    Organization.update(name="Quill, Press; \\ Söhne").execute()
    Category.update(name="Odd, kind").where(Category.key == "domain").execute()
    due(cast.organization, name=name)
    try:
        event = only(client, cast.representative)
    finally:
        Category.update(name="Domain name").where(Category.key == "domain").execute()
    assert event["SUMMARY"] == f"{name} expires: renew by hand"
    assert event["DESCRIPTION"].split("\n")[:2] == ["Quill, Press; \\ Söhne", "Odd, kind"]
    assert event["CATEGORIES"].cats == ["Quill, Press; \\ Söhne"]


def test_no_name_adds_a_line_of_its_own(client: FlaskClient, cast: Cast) -> None:
    due(cast.organization, name="x\r\nATTACH:https://example.org\r\nX-Y")
    answer = client.get(f"/calendar/{secret_of(cast.representative)}.ics").text
    assert not re.search(r"^(ATTACH|X-Y)", answer, re.MULTILINE)
    assert all(len(line.encode()) <= 75 for line in answer.split("\r\n"))
    assert "\n" not in answer.replace("\r\n", "")


def test_it_is_in_its_persons_language_whoever_looks(client: FlaskClient, cast: Cast) -> None:
    User.update(language="de").where(User.id == cast.representative.id).execute()
    due(cast.organization, price_minor=183640, currency="CHF", period_months=1)
    factories.sign_in(client, cast.stranger)
    event = only(client, cast.representative)
    assert event["DESCRIPTION"].split("\n")[1:3] == ["Domainname", "CHF 1.836,40 pro Monat"]


def test_the_calendar_says_its_name_and_when_to_ask_again(client: FlaskClient, cast: Cast) -> None:
    path = f"/calendar/{secret_of(cast.representative)}.ics"
    found = read(client, path)
    assert found["X-WR-CALNAME"] == found["NAME"] == "Renewals · Tannwald"
    text = client.get(path).text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    assert "X-PUBLISHED-TTL:PT6H\r\n" in text


def test_it_is_kept_by_nobody_and_not_sent_twice(client: FlaskClient, cast: Cast) -> None:
    path = f"/calendar/{secret_of(cast.representative)}.ics"
    due(cast.organization)
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert first.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in first.headers
    asked = {"If-None-Match": first.headers["ETag"]}
    assert (client.get(path, headers=asked).status_code, client.get(path, headers=asked).get_data()) == (304, b"")
    due(cast.organization, name="another.example")
    assert client.get(path, headers=asked).status_code == 200


def test_its_addresses_begin_with_the_one_of_the_operators(client: FlaskClient, cast: Cast, app: Flask) -> None:
    due(cast.organization)
    path = f"/calendar/{secret_of(cast.representative)}.ics"
    assert "http://localhost/o/" in client.get(path, base_url="https://forged.example").text


# Its address.


@pytest.fixture
def representative(client: FlaskClient, cast: Cast) -> FlaskClient:
    factories.sign_in(client, cast.representative)
    return client


def made(client: FlaskClient, act: str = "make") -> str:
    """The path of the address that an act makes, as the page shows it."""
    answer = client.post(f"{PAGE}/{act}")
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    found = ADDRESS.search(client.get(PAGE).text)
    assert found
    return found[1]


def acts() -> list[str]:
    return [entry.act for entry in Entry.select().where(Entry.act.startswith("calendar.")).order_by(Entry.id)]


def test_an_address_is_made_and_shown_once(representative: FlaskClient, app: Flask, cast: Cast) -> None:
    assert "Make an address" in representative.get(PAGE).text
    path = made(representative)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in representative.get(PAGE).text
    assert len(secret) == 32
    assert read(app.test_client(), path).events == []
    assert rows("SELECT user_id FROM calendar_feed WHERE secret_hash = ?", (secret,)) == []
    entry = Entry.get(Entry.act == "calendar.made")
    assert (entry.organization_id, entry.user_id, entry.subject_id) == (None, *[cast.representative.id] * 2)
    assert secret not in str(entry.__data__)


def test_the_way_to_the_page_is_no_cookie_that_a_script_reads(representative: FlaskClient) -> None:
    cookie = representative.post(f"{PAGE}/make").headers["Set-Cookie"]
    cookies = [cookie, *representative.post(f"{PAGE}/replace").headers.getlist("Set-Cookie")]
    found = next(one for one in cookies if one.startswith("calendar="))
    assert "HttpOnly" in found
    assert "SameSite=Strict" in found
    assert "Max-Age=300" in found


def test_an_address_of_somebody_else_is_not_shown_as_ones_own(representative: FlaskClient, cast: Cast) -> None:
    made(representative)
    representative.set_cookie("calendar", secret_of(cast.stranger))
    assert not ADDRESS.search(representative.get(PAGE).text)


def test_a_new_address_ends_the_old_one_at_once(representative: FlaskClient) -> None:
    old = made(representative)
    assert "Make a new address?" in representative.get(f"{PAGE}/replace").text
    assert representative.get(old).status_code == 200, "a question changes nothing"
    new = made(representative, "replace")
    assert (representative.get(old).status_code, representative.get(new).status_code) == (404, 200)
    assert acts() == ["calendar.made", "calendar.replaced"]


def test_turned_off_there_is_no_address(representative: FlaskClient) -> None:
    path = made(representative)
    assert "Turn the calendar feed off?" in representative.get(f"{PAGE}/stop").text
    for _again in range(2):
        assert representative.post(f"{PAGE}/stop").headers["Location"] == PAGE
    assert representative.get(path).status_code == 404
    assert "Make an address" in representative.get(f"{PAGE}/stop").text
    assert acts() == ["calendar.made", "calendar.stopped"]


def test_a_second_tab_does_not_end_the_address_of_the_first(representative: FlaskClient, cast: Cast) -> None:
    path = made(representative)
    answer = representative.post(f"{PAGE}/make", headers={"Referer": f"http://localhost{PAGE}"}, follow_redirects=True)
    assert "Your calendar has an address already." in answer.text
    assert representative.get(path).status_code == 200
    with pytest.raises(Conflict):
        calendar.make(cast.representative, cast.representative.actor())


@pytest.mark.parametrize("path", ["nothing", "x" * 4000, "%00", "é%20'--"])
def test_what_opens_no_calendar_is_a_page_that_is_not_there(client: FlaskClient, cast: Cast, path: str) -> None:
    unknown, nowhere = client.get(f"/calendar/{path}.ics"), client.get("/nowhere")
    assert unknown.status_code == nowhere.status_code == 404
    assert unknown.text == nowhere.text


def test_the_page_says_when_it_was_read_to_the_hour(
    representative: FlaskClient, cast: Cast, clock: StandingClock
) -> None:
    path, started = made(representative), clock.moment
    assert "never so far" in representative.get(PAGE).text
    for minutes, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
        clock.moment = started + timedelta(minutes=minutes)
        representative.get(path)
        assert Feed.get().read_at == started + timedelta(minutes=noted)
    assert "40 minutes ago" in representative.get(PAGE).text


def test_a_reading_takes_no_write_lock_within_the_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secret_of(cast.representative)
    calendar.read(secret)
    monkeypatch.setattr(calendar, "write", lambda: pytest.fail("wrote"))
    calendar.read(secret)


def test_its_queries_do_not_grow_with_organizations(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        organization = factories.organization(f"Organization {number}")
        factories.member(organization, cast.representative, Role.LEGAL_REPRESENTATIVE)
        due(organization)
    secret, asked = secret_of(cast.representative), list[str]()
    calendar.read(secret)
    execute = base.db.execute_sql
    monkeypatch.setattr(base.db.obj, "execute_sql", lambda sql, *rest: asked.append(sql) or execute(sql, *rest))
    assert len(calendar.read(secret).events) == 5
    assert len(asked) == 2


@pytest.mark.usefixtures("limits")
def test_guesses_are_limited(client: FlaskClient, cast: Cast) -> None:
    answers = [client.get("/calendar/guess.ics").status_code for _ in range(61)]
    assert answers == [404] * 60 + [429]


def test_no_log_has_the_secret(representative: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.INFO, "intendant.request"):
        path = made(representative)
        representative.get(path)
        representative.get(f"{path}/more")
    assert any("GET /calendar/… 200" in line for line in caplog.messages)
    assert path.removeprefix("/calendar/").removesuffix(".ics") not in caplog.text

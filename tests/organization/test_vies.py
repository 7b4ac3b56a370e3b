"""VIES: what its answers mean, who is told, when it is asked again; an outage never makes a number wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from jobs import schedule, vies
from models import settings, upkeep
from models.base import moment, now
from models.journal import Entry
from models.operators import business
from models.organization.organizations import Organization
from models.organization.vies import answers, standings, told
from models.organization.vies.standings import Check, Standing
from models.settings import Environment
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import SignedIn, acts
from tests.organization.test_concurrency import at_once
from tests.organization.vies_double import (
    Vies,
    Way,
    answer,
    drip,
    hang_up,
    invalid,
    slowly,
    valid,
    whole,
    wrapped,
)

GERMAN, OTHER, FRENCH, GREEK = "DE136695976", "DE129273398", "FR40303265045", "EL094259216"
PATIENT, QUICK = vies.Way(timeout=10, pause=0), vies.Way(timeout=0.25, pause=0)
HERE = "/o/quillmark-press/settings"


@pytest.fixture
def service(app: object) -> Iterator[Vies]:
    """VIES, and a provider who turned it on."""
    made = Vies()
    settings.business().save(vies_on=True, vies_address=made.address)
    yield made
    made.close()


@pytest.fixture
def house(cast: Cast, clock: StandingClock) -> Organization:
    """The cast's organization as a German company."""
    Organization.update(country="DE", vat_number=GERMAN).where(Organization.id == cast.organization.id).execute()
    return cast.organization.reload()


def run(way: vies.Way = PATIENT) -> vies.Done:
    """What the schedule does, without pauses."""
    standings.keep_up()
    return vies.ask_due(settings.business(), way)


def standing() -> Standing:
    found: Standing = Standing.select().get()
    return found


def last() -> Check:
    found: Check = Check.select().order_by(Check.id.desc()).get()
    return found


def waits() -> timedelta | None:
    """How long until the number is asked about again."""
    next_at = moment(standing().next_at)
    return next_at - now() if next_at else None


def test_a_number_is_confirmed_and_the_answer_is_kept(house: Organization, service: Vies, clock: StandingClock) -> None:
    settings.business().save(vies_requester=GREEK)
    assert run() == vies.Done(asked=1, confirmed=1)
    assert (standing().state, moment(standing().confirmed_at)) == ("confirmed", clock.moment)
    kept = last()
    assert (kept.outcome, kept.consultation, kept.name) == ("valid", "WAPIAAAAX1", "Tannhof GmbH")
    assert (kept.address, kept.requester, moment(kept.asked_at)) == ("Waldweg 3\n10115 Berlin", GREEK, clock.moment)
    assert '"requestIdentifier": "WAPIAAAAX1"' in kept.raw_answer
    assert service.paths == ["/rest-api/check-vat-number"]
    assert service.asked == [
        {
            "countryCode": "DE",
            "vatNumber": "136695976",
            "requesterMemberStateCode": "EL",
            "requesterNumber": "094259216",
        }
    ]
    entry = Entry.get(Entry.act == "vat.confirmed")
    assert (entry.organization_id, entry.subject, entry.actor) == (house.id, GERMAN, "Intendant")


def test_without_an_own_number_nobody_asks_in_its_name(house: Organization, service: Vies) -> None:
    run()
    assert service.asked == [{"countryCode": "DE", "vatNumber": "136695976"}]


@pytest.mark.parametrize("said", [invalid(), invalid(userError="INVALID"), invalid(userError="VALID")])
def test_a_number_that_nobody_knows_is_invalid_and_asked_about_again(
    house: Organization, service: Vies, clock: StandingClock, said: Way
) -> None:
    service.way = said
    assert run() == vies.Done(asked=1, invalid=1)
    assert (standing().state, last().outcome, acts()) == ("invalid", "invalid", ["vat.refused"])
    pauses = []
    while waits() is not None:
        pauses.append((waits() or timedelta()).days)
        clock.moment += waits() or timedelta()
        run()
    assert pauses == [1, 2, 4, 7, 7, 7]
    assert acts() == ["vat.refused"], "told once"


def test_a_new_number_shows_days_later(house: Organization, service: Vies, clock: StandingClock) -> None:
    service.way = invalid()
    run()
    service.way = valid()
    clock.moment += timedelta(days=1)
    run()
    assert (standing().state, standing().refusals, acts()) == ("confirmed", 0, ["vat.refused", "vat.confirmed"])


AWAY = (
    "SERVICE_UNAVAILABLE",
    "MS_UNAVAILABLE",
    "TIMEOUT",
    "GLOBAL_MAX_CONCURRENT_REQ",
    "GLOBAL_MAX_CONCURRENT_REQ_TIME",
    "MS_MAX_CONCURRENT_REQ",
    "MS_MAX_CONCURRENT_REQ_TIME",
    "NOBODY_KNOWS_THIS_ONE",
)
NO_ANSWERS: dict[str, Way] = {
    **{f"{code}, beside false": invalid(userError=code) for code in AWAY},
    **{f"{code}, wrapped": wrapped(code) for code in AWAY},
    "failed without a word": whole(b'{"actionSucceed": false, "valid": false}'),
    "an unreadable wrapper": whole(b'{"errorWrappers": [7], "valid": false}'),
    "a page": whole(b"<html>Service unavailable</html>", kind="text/html"),
    "500": whole(b"", 500),
    "500 with a verdict": answer(500, valid=False),
    "a redirect": whole(b"", 302, Location="http://127.0.0.1:1/"),
    "a list": whole(b"[]"),
    "nothing said": answer(),
    "a word for a verdict": answer(valid="true"),
    "valid and invalid": answer(valid=True, userError="INVALID"),
    "about another number": answer(valid=True, vatNumber="999999999"),
    "about another country": answer(valid=False, countryCode="FR"),
    "a huge body": whole(b" " * (vies.MOST_BODY + 1)),
    "a deep body": whole(b"[" * 60_000),
    "not UTF-8": whole(b'{"valid": \xff}'),
    "hanging up": hang_up,
}
TOO_SLOW: dict[str, Way] = {"a drip": drip, "slow": slowly(0.8, valid())}


@pytest.mark.parametrize("way", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_no_answer_is_not_a_wrong_number(house: Organization, service: Vies, way: Way) -> None:
    service.way = way
    assert run() == vies.Done(asked=1)
    assert (standing().state, standing().outcome, acts()) == ("waiting", "unavailable", [])
    assert last().error
    assert waits() == timedelta(minutes=5)


@pytest.mark.parametrize("way", TOO_SLOW.values(), ids=TOO_SLOW.keys())
def test_a_call_ends_in_time_whatever_the_other_end_does(house: Organization, service: Vies, way: Way) -> None:
    service.way = way
    begun = time.monotonic()
    assert run(QUICK) == vies.Done(asked=1)
    assert time.monotonic() - begun < 0.8
    assert (standing().state, last().error) == ("waiting", "no answer in time")
    for thread in threading.enumerate():
        if thread.name == "vies":
            thread.join(1)
            assert not thread.is_alive()


def test_nobody_there_is_not_a_wrong_number_either(house: Organization, service: Vies) -> None:
    service.close()
    assert run() == vies.Done(asked=1)
    assert (standing().state, "ConnectionRefused" in last().error) == ("waiting", True)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/ü", "http://[::1", "http://127.0.0.1:99999"])
def test_an_address_that_cant_be_asked_is_no_fault(house: Organization, service: Vies, address: str) -> None:
    settings.business().save(vies_address=address)
    assert run() == vies.Done(asked=1)
    assert standing().state == "waiting"


def test_pauses_grow_to_a_day_and_a_confirmed_number_stays_so(
    house: Organization, service: Vies, clock: StandingClock
) -> None:
    run()
    assert waits() == timedelta(days=365)
    clock.moment += timedelta(days=365)
    service.way, pauses = wrapped("MS_UNAVAILABLE"), []
    for _ in range(8):
        run()
        assert standing().state == "confirmed"
        pauses.append((waits() or timedelta()).total_seconds() / 60)
        clock.moment += waits() or timedelta()
    assert pauses == [5, 15, 60, 240, 720, 1440, 1440, 1440]
    service.way = valid()
    run()
    assert (standing().attempts, waits(), acts()) == (0, timedelta(days=365), ["vat.confirmed"])


def test_a_number_that_was_given_up_is_refused_a_year_later(
    house: Organization, service: Vies, clock: StandingClock
) -> None:
    run()
    clock.moment += timedelta(days=365)
    service.way = invalid()
    run()
    assert (standing().state, acts()) == ("invalid", ["vat.confirmed", "vat.refused"])


def test_a_number_that_vies_cant_read_is_to_be_mended(house: Organization, service: Vies, signed_in: SignedIn) -> None:
    service.way = wrapped("INVALID_INPUT", 400)
    run()
    assert (standing().state, waits(), acts()) == ("invalid", None, ["vat.refused"])
    shown = told.shown(house)
    assert shown is not None
    assert shown.malformed


@pytest.mark.parametrize(("code", "outcome"), [("INVALID_REQUESTER_INFO", "requester"), ("IP_BLOCKED", "blocked")])
def test_operators_are_told_and_vies_is_left_alone(
    house: Organization, service: Vies, client: FlaskClient, cast: Cast, clock: StandingClock, code: str, outcome: str
) -> None:
    factories.organization("Tannhof", country="FR", vat_number=FRENCH)
    service.way = wrapped(code)
    assert run().asked == 1, "the others would hear the same"
    assert (standing().state, last().outcome) == ("waiting", outcome)
    assert run().asked == 0
    factories.sign_in(client, cast.operator)
    assert "VIES confirms no VAT number until somebody looks at it." in client.get("/back-office/jobs").text
    page = client.get("/back-office/").text
    assert code in page
    assert "2 numbers wait to be confirmed" in page
    service.way = valid()
    clock.moment += told.REST + timedelta(minutes=1)
    assert run().confirmed == 2
    assert "VIES confirms no VAT number" not in client.get("/back-office/jobs").text


def test_a_new_own_number_is_tried_at_once(house: Organization, service: Vies, cast: Cast) -> None:
    settings.business().save(vies_requester=FRENCH)
    service.way = wrapped("INVALID_REQUESTER_INFO")
    run()
    service.way = valid()
    assert run().asked == 0
    business.change(cast.operator.actor(), vies_requester="el 094 259 216")
    assert run().confirmed == 1
    assert last().requester == GREEK


def test_a_country_that_is_away_holds_up_no_other(house: Organization, service: Vies) -> None:
    factories.organization("Second", country="DE", vat_number=OTHER)
    french = factories.organization("Third", country="FR", vat_number=FRENCH)
    service.by_country["DE"] = wrapped("MS_MAX_CONCURRENT_REQ")
    assert run() == vies.Done(asked=2, confirmed=1)
    assert Standing.get(Standing.organization_id == french.id).state == "confirmed"


def test_a_service_that_is_away_is_asked_little(house: Organization, service: Vies) -> None:
    for number in range(5):
        factories.organization(f"House {number}", country="DE", vat_number=OTHER)
    service.way = wrapped("SERVICE_UNAVAILABLE")
    assert run().asked == vies.LOSSES


def test_a_changed_number_is_asked_about_at_once_and_its_evidence_stays(
    house: Organization, service: Vies, cast: Cast
) -> None:
    run()
    house.change(cast.administrator.actor(), version=1, vat_number=FRENCH, country="FR", agreed_to="1")
    shown = told.shown(house.reload())
    assert shown == told.Shown("waiting")
    assert run().asked == 1
    assert (standing().number, Check.select().count()) == (FRENCH, 2)
    house.reload().change(cast.administrator.actor(), version=2, vat_number="", country="FR")
    assert run().asked == 0
    assert (Standing.select().count(), Check.select().count()) == (0, 2)


def test_an_answer_for_a_number_that_has_changed_meanwhile_changes_nothing(house: Organization, service: Vies) -> None:
    standings.keep_up()
    claimed = standings.claim("w")
    assert claimed
    Organization.update(vat_number=OTHER).where(Organization.id == house.id).execute()
    assert standings.settle(claimed, vies.ask(GERMAN, settings.business()), "") is None
    assert (last().number, last().outcome, acts()) == (GERMAN, "valid", [])
    standings.keep_up()
    assert (standing().number, standing().state) == (OTHER, "waiting")


def test_a_worker_that_was_given_up_for_dead_changes_nothing(
    house: Organization, service: Vies, clock: StandingClock
) -> None:
    standings.keep_up()
    first = standings.claim("one")
    assert first
    assert standings.claim("two") is None
    clock.moment += standings.LEASE
    second = standings.claim("two")
    assert second
    assert standings.settle(first, answers.Answer(answers.INVALID), "") is None
    assert standings.settle(second, answers.Answer(answers.VALID), "") == "confirmed"
    assert acts() == ["vat.confirmed"]


def test_two_at_once_ask_once(house: Organization, service: Vies, environment: Environment) -> None:
    service.way = slowly(0.1, valid())
    standings.keep_up()
    assert at_once(*[lambda: vies.ask_due(settings.business(), PATIENT)] * 3) == [None] * 3
    assert (len(service.asked), Check.select().count()) == (1, 1)


def test_what_vies_does_not_know_is_never_asked(service: Vies, cast: Cast, clock: StandingClock) -> None:
    for name, country, number in (("One", "CH", "CHE-109.322.551 MWST"), ("Two", "NO", "NO 995525828MVA")):
        made = factories.organization(name, country=country, vat_number=number)
        assert told.shown(made) is None
    irish = factories.organization("Three", country="GB", vat_number="XI980780684")
    assert run().asked == 1
    assert (service.asked[0]["countryCode"], standing().organization_id) == ("XI", irish.id)


def test_the_schedule_asks_while_it_is_turned_on(
    house: Organization, service: Vies, environment: Environment, clock: StandingClock
) -> None:
    settings.business().save(vies_on=False)
    assert [said.sentence for said in schedule.ask_vies(environment, now())] == ["turned off in the settings"]
    assert told.shown(house) is None
    settings.business().save(vies_on=True)
    assert schedule.ask_vies(environment, now() + timedelta(days=1))[0].sentence == "not asked as of another day"
    job = schedule.job("vies")
    assert schedule.run_one(job, environment)
    assert not schedule.run_one(job, environment)
    assert [said.number for said in schedule.ask_vies(environment, now())] == [0, 0, 0]
    assert len(service.asked) == 1
    settings.business().save(vies_on=False)
    clock.moment += timedelta(days=400)
    assert schedule.run_one(job, environment)
    shown = told.shown(house)
    assert (len(service.asked), shown.state if shown else None) == (1, "confirmed"), "states stay"


def test_questions_without_an_answer_are_forgotten_and_evidence_stays(
    house: Organization, service: Vies, clock: StandingClock
) -> None:
    service.way = wrapped("TIMEOUT")
    run()
    clock.moment += timedelta(minutes=5)
    service.way = valid()
    run()
    assert upkeep.vat_checks(now()) == 0
    clock.moment += timedelta(days=91)
    assert upkeep.vat_checks(now()) == 1
    assert [check.outcome for check in Check.select()] == ["valid"]


def test_names_that_a_country_does_not_disclose_are_none(house: Organization, service: Vies) -> None:
    service.way = valid("---", " ---\n")
    run()
    assert (last().name, last().address) == ("", "")
    service.way = valid("A\u202e\0  B" * 200, "x\n\n  y  ")
    Standing.update(next_at=now()).execute()
    run()
    assert (last().name[:3], len(last().name), last().address) == ("A B", 300, "x\ny")


STATES: list[tuple[Way, str]] = [
    (valid(), "Confirmed by VIES on 22 Nov 2026"),
    (invalid(), "VIES knows no such number. Is it mistyped?"),
    (wrapped("INVALID_INPUT"), "VIES can’t read this number. Is it mistyped?"),
    (wrapped("MS_UNAVAILABLE"), "VIES does not answer at present. It is asked again by itself."),
]


@pytest.mark.parametrize(("way", "sentence"), STATES)
def test_the_organizations_page_says_how_the_number_stands(
    house: Organization, service: Vies, cast: Cast, signed_in: SignedIn, way: Way, sentence: str
) -> None:
    service.way = way
    client = signed_in(cast.administrator)
    assert "Not yet confirmed" in client.get(HERE).text
    run()
    page = client.get(HERE).text
    assert sentence in page
    assert ("Not yet confirmed" in page) == (standing().state == "waiting")
    assert ("Tannhof GmbH, Waldweg 3, 10115 Berlin" in page) == (standing().state == "confirmed")
    assert ("settings/edit#vat_number" in page) == (standing().state == "invalid")
    assert sentence not in signed_in(cast.external).get(HERE).text


def test_a_number_nobody_asks_about_says_nothing(house: Organization, app: object, signed_in: SignedIn) -> None:
    factories.member(house, person := factories.user("Adele Frey"), factories.Role.ADMINISTRATOR)
    page = signed_in(person).get(HERE).text
    assert GERMAN in page
    assert "VIES" not in page


def test_the_journal_tells_in_sentences(house: Organization, service: Vies, cast: Cast, signed_in: SignedIn) -> None:
    service.way = invalid()
    run()
    assert (
        f"VIES does not know the VAT number <b>{GERMAN}</b>"
        in signed_in(cast.administrator).get("/o/quillmark-press/journal").text
    )


def test_operators_see_the_evidence(house: Organization, service: Vies, cast: Cast, client: FlaskClient) -> None:
    service.way = valid("<b>Tannhof</b>")
    run()
    factories.sign_in(client, cast.operator)
    page = client.get(f"/back-office/organizations/{house.id}").text
    assert "Confirmed by VIES" in page
    assert "WAPIAAAAX1" in page
    assert "&lt;b&gt;Tannhof" in page
    assert "<b>Tannhof" not in page
    assert "Nothing waits" in client.get("/back-office/").text


def test_settings_are_checked_and_told(app: object, cast: Cast, client: FlaskClient) -> None:
    factories.sign_in(client, cast.operator)
    form = {
        "provider_name": "Tannwald",
        "provider_country": "CH",
        "currency": "CHF",
        "language": "en",
        "time_zone": "Europe/Zurich",
        "public_address": "http://localhost",
        "signup": "open",
        "terms_version": "1",
        "backups_kept": "7",
        "vies_on": "y",
        "vies_requester": " de 136 695 976",
        "vies_address": "",
    }
    assert client.post("/back-office/settings", data=form).status_code == 303
    said = settings.business()
    assert (said.vies_on, said.vies_requester, said.vies_address) == (True, GERMAN, settings.VIES)
    for name, wrong in (
        ("vies_requester", "DE136695977"),
        ("vies_requester", "CHE-109.322.551"),
        ("vies_address", "http://vies.example/rest"),
        ("vies_address", "vies"),
        ("vies_address", "https://vies.example/rest?x"),
    ):
        page = client.post("/back-office/settings", data={**form, name: wrong})
        assert (page.status_code, f'id="{name}-error"' in page.text) == (422, True), wrong
    assert client.post("/back-office/settings", data={**form, "vies_address": "http://127.0.0.1:9/"}).status_code == 303
    assert settings.business().vies_address == "http://127.0.0.1:9"


def test_the_form_says_what_a_number_changes(house: Organization, signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in(cast.administrator)
    for country, swiss in (("DE", False), ("CH", True)):
        Organization.update(country=country, vat_number="").execute()
        page = client.get(f"{HERE}/edit").text
        assert "Issued invoices stay as they are." in page
        assert ("a number brings no exemption" in page) == swiss

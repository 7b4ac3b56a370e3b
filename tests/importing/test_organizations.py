"""Lists of organizations."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from models import limits
from models.journal import Entry
from models.organization.organizations import Organization, make_slug
from models.outbox import Message
from models.products.importing.kinds import ORGANIZATIONS
from models.products.importing.organization_rows import LONGEST_SLUG
from models.products.importing.plans import CHANGED, NEW, REFUSED, UNCHANGED, count
from tests import factories
from tests.importing.loading import data, lines, load


def test_the_example_is_taken_and_the_same_file_twice_changes_nothing(app: Flask) -> None:
    applied = load(data("organizations.csv"), ORGANIZATIONS)
    assert applied.new == Organization.select().count() == 40
    assert count(lines(data("organizations.csv"), ORGANIZATIONS))[UNCHANGED] == 40
    assert Entry.select().where(Entry.act == "organization.imported").count() == 40
    assert Message.select().count() == 0


def test_a_new_one_without_a_short_name_gets_one(app: Flask) -> None:
    load("Name;Land;Ort\nBäckerei Müller;Schweiz;Bern\nBäckerei-Müller!;CH;Basel\n", ORGANIZATIONS)
    first, second = sorted(o.slug for o in Organization.select())
    assert first == "backerei-muller"
    assert re.fullmatch(r"backerei-muller-\d{4}", second)
    assert {(o.country, o.kind) for o in Organization.select()} == {("CH", "company")}


def test_short_names_go_on_where_four_digits_are_all_taken(app: Flask) -> None:
    taken = {"organization", *(f"organization-{number}" for number in range(1000, 10_000))}
    slug = make_slug("Βιβλιοθήκη", taken=taken)
    assert re.fullmatch(r"organization-\d{5,7}", slug)
    assert len(make_slug("a" * 60, taken={"a" * 40})) <= LONGEST_SLUG


def test_a_made_short_name_leaves_the_written_ones_of_other_rows(app: Flask) -> None:
    load("Short name,Name\n,Betula!\nbetula,Betula Verein\n", ORGANIZATIONS)
    assert Organization.get(Organization.name == "Betula Verein").slug == "betula"
    assert Organization.get(Organization.name == "Betula!").slug.startswith("betula-")


def test_details_that_differ_are_changed(app: Flask) -> None:
    made = factories.organization("Quillmark Press", city="Bern")
    [line] = lines("Name,City,Street\nQuillmark Press,Basel,\n", ORGANIZATIONS)
    assert (line.verdict, line.changes) == (CHANGED, {"city": ["Bern", "Basel"]})
    load("Name,City\nQuillmark Press,Basel\n", ORGANIZATIONS)
    fresh = made.reload()
    assert (fresh.city, fresh.version) == ("Basel", 2)
    assert Entry.get(Entry.act == "organization.changed").details == {"changes": {"city": ["Bern", "Basel"]}}


def test_the_name_changes_where_the_short_name_says_which(app: Flask) -> None:
    made = factories.organization("Quillmark Press")
    load(f"Short name,Name\n{made.slug},Quillmark Books\n", ORGANIZATIONS)
    fresh = made.reload()
    assert (fresh.name, fresh.name_key) == ("Quillmark Books", "quillmark books")


def test_wrong_rows(app: Flask) -> None:
    factories.organization("Twin", slug="twin-1")
    factories.organization("Twin", slug="twin-2")
    found = lines(
        "Slug,Name,Type,Country,VAT number\n"
        ",Twin,Company,CH,\n"
        "no spaces,A,Company,CH,\n"
        "a,A,Choir,CH,\n"
        "b,B,Company,Atlantis,\n"
        "c,C,Company,CH,CHE-255.671.163\n"
        "d,,Company,CH,\n"
        "e,E,Company,CH,\n"
        "E,E again,Company,CH,\n"
        "new,New,Company,CH,\n",
        ORGANIZATIONS,
    )
    assert [line.verdict for line in found] == [REFUSED] * 6 + [NEW] + [REFUSED] * 2


@pytest.mark.parametrize("change", ["Individual,CH,CHE-116.281.710", "Individual,CH,", "Company,DE,"])
def test_a_number_stays_only_where_it_fits_type_and_country(app: Flask, change: str) -> None:
    made = factories.organization("Quillmark Press", kind="company", country="CH", vat_number="CHE-116.281.710")
    [line] = lines(f"Name,Type,Country,VAT number\nQuillmark Press,{change}\n", ORGANIZATIONS)
    assert line.verdict == REFUSED
    load(f"Name,Type,Country,VAT number\nQuillmark Press,{change}\n", ORGANIZATIONS)
    assert (made.reload().kind, made.reload().country) == ("company", "CH")
    [line] = lines("Name,Type,VAT number\nQuillmark Press,Individual,-\n", ORGANIZATIONS)
    assert line.changes == {"kind": ["company", "individual"], "vat_number": ["CHE-116.281.710", ""]}


def test_the_same_number_written_otherwise_is_no_change(app: Flask) -> None:
    factories.organization("Quillmark Press", kind="company", country="CH", vat_number="CHE-116.281.710")
    [line] = lines("Name,VAT number\nQuillmark Press,che116281710\n", ORGANIZATIONS)
    assert line.verdict == UNCHANGED


@pytest.mark.parametrize(
    ("column", "longest"), [("Street", limits.LINE), ("Postcode", limits.POSTCODE), ("City", limits.CITY)]
)
def test_a_detail_is_as_long_as_the_form_takes_it(app: Flask, column: str, longest: int) -> None:
    found = lines(f"Name,{column}\nA,{'x' * longest}\nB,{'x' * (longest + 1)}\n", ORGANIZATIONS)
    assert [line.verdict for line in found] == [NEW, REFUSED]


def test_one_changed_meanwhile_is_left_alone(app: Flask) -> None:
    made = factories.organization("Quillmark Press", city="Bern")
    planned = lines("Name,City\nQuillmark Press,Basel\n", ORGANIZATIONS)
    made.change(factories.user().actor(), version=1, city="Chur")
    from_kind = ORGANIZATIONS.prepare(planned, factories.user().actor(), "list.csv")()
    assert (from_kind.changed, from_kind.skipped) == (0, [2])
    assert made.reload().city == "Chur"


def test_a_new_row_says_what_it_sets(app: Flask) -> None:
    [line] = lines("Name,Type,City\nBetula,Association,Bern\n", ORGANIZATIONS)
    assert ORGANIZATIONS.given(line) == {
        "slug": "betula",
        "kind": "association",
        "country": "CH",
        "city": "Bern",
        "language": "en",
        "time_zone": "Europe/Zurich",
    }

"""The journal page: every act has its sentence, filters narrow, pages and the sheet hold the same."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from blueprints.organization import sentences
from blueprints.organization.acts import ACTS
from models import journal
from models.account.users import User
from models.journal import Entry, Person
from models.organization import history
from models.organization.history import Filter
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import SignedIn

ROOT = Path(__file__).parents[2]
HERE = "/o/quillmark-press/journal"
ACT = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded() -> Iterator[tuple[str, str]]:
    """Every act that a call in the program writes down, and where: texts like `noun.verb` in calls of verbs that
    know the journal."""
    for folder in ("models", "blueprints", "jobs"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text()
            if "journal" in source and "record" in source:
                yield from ((act, str(path.relative_to(ROOT))) for act in _acts_in(ast.parse(source)))


def _acts_in(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _name(call.func) in ("record", "_end", "_many", "_record", "note"):
            texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            yield from (text for text in texts if ACT.fullmatch(text))


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_every_recorded_act_has_its_sentence() -> None:
    found = set(recorded())
    assert len(found) > 30
    assert sorted(pair for pair in found if pair[0] not in ACTS) == [], (
        "write its sentence in blueprints/organization/acts.py"
    )


def test_no_record_hides_its_act() -> None:
    """What can't be read off a call can't be checked: an act is a plain text, or comes through a known helper."""
    hidden = []
    for folder in ("models", "blueprints", "jobs"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "journal.record" and call.args:
                    first = call.args[0]
                    if not isinstance(first, ast.Constant) and ast.unparse(first) != "act":
                        hidden.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert hidden == []


def test_every_sentence_can_be_said(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history.page, "__defaults__", (None, 1000))
    by = Person(cast.administrator.id, "Adrian <Moll>", "192.0.2.1")
    about = ("member", 1, "100 % <Thing>")
    for act in ACTS:
        journal.record(act, by=by, organization=cast.organization.id, about=about, count=2, on=True)
    page = signed_in(cast.administrator).get(HERE).text
    assert page.count("<time") == len(ACTS)
    assert "<Moll>" not in page
    assert "%(" not in page
    assert "Adrian &lt;Moll&gt;</b> deleted the tag <b>100 % &lt;Thing&gt;</b>, which was on 2 products" in page


def write(cast: Cast, clock: StandingClock, act: str, name: str, days_ago: int = 0, **values: object) -> None:
    """One entry by a person of this name, some days ago."""
    now = clock.moment
    clock.moment = now - timedelta(days=days_ago)
    person = {"Mira": cast.representative, "Adrian": cast.administrator}[name]
    journal.record(act, by=person.actor("192.0.2.1"), organization=cast.organization.id, **values)  # type: ignore[arg-type]  # whatever the test is about
    clock.moment = now


def test_filters_narrow_by_person_act_product_and_day(cast: Cast, clock: StandingClock, signed_in: SignedIn) -> None:
    product = factories.product(cast.organization, "feuilleton.example")
    write(cast, clock, "product.changed", "Mira", 0, about=product.about, changes={"plan": ["Small", "Large"]})
    write(cast, clock, "tag.set", "Adrian", 1, about=product.about, tag="Shop")
    write(cast, clock, "tag.created", "Adrian", 5, about=("tag", 1, "Shop"))
    client = signed_in(cast.representative)

    def count(**query: object) -> int:
        return client.get(HERE, query_string=query).text.count("<time")

    assert count() == 3
    assert count(person=cast.administrator.id) == 2
    assert count(act="tag.set") == 1
    assert count(product="feuilleton") == 2
    assert count(product="nothing like it") == 0
    assert count(since="2026-11-21") == 2
    assert count(until="2026-11-21") == 2
    assert count(since="2026-11-21", until="2026-11-21", person=cast.administrator.id) == 1
    assert count(since="yesterday", person="x", before="junk") == 3
    page = client.get(HERE, query_string={"act": "product.changed"}).text
    assert "Plan: Small → Large" in page
    assert "Today" in page


def test_a_products_own_journal_holds_its_changes_alone(cast: Cast, clock: StandingClock, signed_in: SignedIn) -> None:
    mine, other = (factories.product(cast.organization, name) for name in ("feuilleton.example", "quill.example"))
    elsewhere = factories.product(factories.organization("Elsewhere"), "hidden.example")
    write(cast, clock, "product.changed", "Mira", about=mine.about)
    write(cast, clock, "tag.set", "Mira", about=other.about, tag=f"{mine.id}")
    client = signed_in(cast.representative)
    page = client.get(HERE, query_string={"product_id": mine.id, "act": "product.changed"}).text
    assert page.count("<time") == 1
    assert "changed <b>feuilleton.example</b>" in page
    assert f'name="product_id" value="{mine.id}"' in page
    assert "Product <b>feuilleton.example</b>" in page
    assert f'href="{HERE}?act=product.changed" aria-label="Remove filter: Product feuilleton.example"' in page
    sheet = client.get(f"{HERE}.csv", query_string={"product_id": other.id}).text
    assert "quill.example" in sheet
    assert "feuilleton.example" not in sheet
    for unknown in (elsewhere.id, 0, "x", "9" * 30):
        for path in (HERE, f"{HERE}.csv"):
            assert client.get(path, query_string={"product_id": unknown}).status_code == 404


def test_a_search_for_products_finds_entries_of_all_that_match(
    cast: Cast, clock: StandingClock, signed_in: SignedIn
) -> None:
    products = [factories.product(cast.organization, f"shop-{number:03}.example") for number in range(131)]
    tagged = factories.product(cast.organization, "quill.example")
    factories.tag(cast.organization, "Shopping", tagged)
    for product in (products[0], products[130], tagged):
        write(cast, clock, "product.changed", "Mira", about=product.about)
    client = signed_in(cast.representative)
    page = client.get(HERE, query_string={"product": "shop"}).text
    for name in ("shop-000.example", "shop-130.example", "quill.example"):
        assert name in page
    assert len(client.get(f"{HERE}.csv", query_string={"product": "shop"}).text.strip().splitlines()) == 4


def test_one_product_of_many_is_named_and_several_are_counted(cast: Cast, clock: StandingClock) -> None:
    product = factories.product(cast.organization, "feuilleton.example")
    write(cast, clock, "product.auto_renewal_set", "Mira", about=product.about, on=True, count=1)
    write(cast, clock, "product.auto_renewal_set", "Mira", on=False, count=3)
    several, one = history.latest(cast.organization.id, 2)
    assert sentences.plain(one) == "Mira Castellan turned automatic renewal on for feuilleton.example"
    assert sentences.plain(several) == "Mira Castellan turned automatic renewal off for 3 products"


def test_pages_go_on_by_key_in_both_directions(cast: Cast, clock: StandingClock) -> None:
    for number in range(7):
        write(cast, clock, "tag.created", "Mira", number // 3, about=("tag", number, f"T{number}"))
    what = Filter(cast.organization.id)
    first = history.page(what, size=3)
    second = history.page(what, first.next, size=3)
    third = history.page(what, second.next, size=3)
    assert [len(p.rows) for p in (first, second, third)] == [3, 3, 1]
    assert third.next is None
    assert first.previous is None
    assert second.previous
    assert history.page(what, second.previous, size=3).rows == first.rows
    assert len({e.id for p in (first, second, third) for e in p.rows}) == 7
    assert list(history.walk(what)) == first.rows + second.rows + third.rows


def test_the_sheet_holds_what_the_page_shows_and_no_formula(
    cast: Cast, clock: StandingClock, signed_in: SignedIn
) -> None:
    write(cast, clock, "tag.created", "Mira", about=("tag", 1, "=HYPERLINK(1)"))
    write(cast, clock, "tag.set", "Adrian", about=("product", 1, "other.example"), tag="Shop")
    answer = signed_in(cast.representative).get(f"{HERE}.csv", query_string={"act": "tag.created"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="journal-quillmark-press-2026-11-22.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Thing"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["Sentence"] == "Mira Castellan created the tag =HYPERLINK(1)"
    assert rows[0]["From address"] == "192.0.2.1"


def test_the_sheet_has_whole_values_and_moments_with_their_offset(
    cast: Cast, clock: StandingClock, signed_in: SignedIn
) -> None:
    User.update(time_zone="Europe/Zurich").where(User.id == cast.representative.id).execute()
    long = "Held for the reading room. " * 8
    for month, second in ((7, 5), (11, 9)):
        clock.moment = clock.moment.replace(month=month, second=second)
        write(cast, clock, "product.changed", "Mira", changes={"notes": ["", long]})
    client = signed_in(cast.representative)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{HERE}.csv").data.decode("utf-8-sig"))))
    assert [row["Time"] for row in rows] == ["2026-11-22T10:14:09+01:00", "2026-07-22T11:14:05+02:00"]
    assert rows[0]["Changes"] == f"Notes: – → {long}"
    assert f"{long[:80]}…" in client.get(HERE).text


def test_the_journal_is_for_those_who_run_the_organization(cast: Cast, signed_in: SignedIn) -> None:
    for path in (HERE, f"{HERE}.csv"):
        for person, status in ((cast.collaborator, 403), (cast.external, 403), (cast.stranger, 404)):
            assert signed_in(person).get(path).status_code == status


def test_entries_of_other_organizations_are_not_there(cast: Cast, signed_in: SignedIn) -> None:
    journal.record("tag.created", by=cast.stranger.actor(), organization=None, about=("tag", 1, "Secret"))
    other = factories.organization("Elsewhere")
    journal.record("tag.created", by=cast.stranger.actor(), organization=other.id, about=("tag", 2, "Secret"))
    page = signed_in(cast.representative).get(HERE).text
    assert "Secret" not in page
    assert "Tobias" not in page
    assert history.people(other.id) == [(cast.stranger.id, "Tobias Renk")]
    assert history.acts(other.id) == ["tag.created"]


@pytest.mark.usefixtures("app")
def test_what_an_operator_does_is_said_to_be_for_the_provider(cast: Cast, signed_in: SignedIn) -> None:
    by = Person(cast.operator.id, "Olga Tann", behalf="the provider")
    journal.record(
        "organization.suspended",
        by=by,
        organization=cast.organization.id,
        about=cast.organization.about,
        reason="Unpaid",
    )
    page = signed_in(cast.representative).get(HERE).text
    assert "<b>Olga Tann</b>, for the provider, suspended <b>Quillmark Press</b>: Unpaid" in page
    assert Entry.select().where(Entry.act == "organization.suspended").count() == 1

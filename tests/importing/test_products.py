"""Product lists: verdicts row by row, one transaction, and the same file twice."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from flask import Flask

from models.base import now
from models.journal import Entry
from models.outbox import Message
from models.products.importing import sheets
from models.products.importing.kinds import PRODUCTS
from models.products.importing.plans import CHANGED, NEW, REFUSED, UNCHANGED, count
from models.products.products import Category, Product
from models.products.tags import COLORS, ProductTag, Tag
from tests import factories
from tests.importing.loading import PROVIDER, data, example_organizations, lines, load

HEADER = "Organization,Name,Category,Plan,Expiry date,Auto-renewal,Price,Currency,Tags\n"


def row(name: str = "a.example", **cells: str) -> str:
    values = {
        "organization": "quillmark-press",
        "name": name,
        "category": "Domain name",
        "plan": "Domain",
        "expires_on": "2027-06-30",
        "auto_renew": "yes",
        "price": "15.00",
        "currency": "CHF",
        "tags": "",
    }
    return ",".join(f'"{value}"' for value in (values | cells).values()) + "\n"


@pytest.fixture(autouse=True)
def press(app: Flask) -> None:
    factories.organization("Quillmark Press")


def test_new_products_are_written_as_the_file_says() -> None:
    applied = load(HEADER + row(tags="shop, Bern"))
    assert (applied.new, applied.changed, applied.skipped) == (1, 0, [])
    product = Product.get()
    assert (product.name, product.plan, product.expires_on) == ("a.example", "Domain", date(2027, 6, 30))
    assert (product.price_minor, product.currency, product.auto_renew, product.state) == (1500, "CHF", True, "active")
    assert (product.name_key, product.due_key, product.search) == ("a.example", "2027-06-30", "a.example")
    assert {tag.name for tag in Tag.select()} == {"shop", "Bern"}
    assert {(link.name_key, link.due_key) for link in ProductTag.select()} == {("a.example", "2027-06-30")}


def test_a_change_tells_old_and_new_and_is_written() -> None:
    load(HEADER + row())
    [line] = lines(HEADER + row(plan="Domain plus", price="16,50", expires_on="30.06.2028"))
    assert line.verdict == CHANGED
    assert line.changes == {
        "plan": ["Domain", "Domain plus"],
        "price": [[1500, "CHF"], [1650, "CHF"]],
        "expires_on": ["2027-06-30", "2028-06-30"],
    }
    load(HEADER + row(plan="Domain plus", price="16,50", expires_on="30.06.2028"))
    product = Product.get()
    assert (product.plan, product.price_minor, product.due_key, product.version) == (
        "Domain plus",
        1650,
        "2028-06-30",
        2,
    )


def test_the_same_file_twice_changes_nothing() -> None:
    content = HEADER + row(tags="shop") + row("b.example")
    load(content)
    before = Entry.select().count()
    assert count(lines(content)) == {NEW: 0, CHANGED: 0, UNCHANGED: 2, REFUSED: 0}
    applied = load(content)
    assert (applied.new, applied.changed) == (0, 0)
    assert Entry.select().count() == before


def test_an_empty_cell_says_nothing_and_a_dash_empties() -> None:
    load(HEADER + row())
    [line] = lines(HEADER + row(plan="", expires_on="", price="", currency=""))
    assert line.verdict == UNCHANGED
    load(HEADER + row(plan="-", expires_on="–", price="-", currency=""))
    product = Product.get()
    assert (product.plan, product.expires_on, product.price_minor, product.currency) == ("", None, None, None)


def test_tags_are_added_never_taken_away() -> None:
    load(HEADER + row(tags="shop"))
    [line] = lines(HEADER + row(tags="Bern, SHOP"))
    assert line.changes == {"tags": [["shop"], ["shop", "Bern"]]}
    load(HEADER + row(tags="Bern"))
    assert ProductTag.select().count() == 2


def test_new_tags_take_the_least_used_colours() -> None:
    names = [f"tag {number}" for number in range(len(COLORS))]
    load(HEADER + row(tags=",".join(names)))
    assert Counter(tag.color for tag in Tag.select()) == Counter(COLORS)


def test_one_journal_entry_for_each_organization_and_no_mail() -> None:
    factories.organization("Brennholm Verein")
    load(HEADER + row() + row("b.example") + row(organization="Brennholm Verein"))
    told = {entry.organization_id: entry.details for entry in Entry.select().where(Entry.act == "products.imported")}
    assert sorted(details["new"] for details in told.values()) == [1, 2]
    assert Message.select().count() == 0


def test_what_somebody_changed_meanwhile_is_left_alone() -> None:
    load(HEADER + row())
    planned = lines(HEADER + row(plan="Domain plus") + row("b.example"))
    Product.update(plan="Changed by hand", version=Product.version + 1).execute()
    factories.product(Product.get().organization, "b.example")
    applied = PRODUCTS.prepare(planned, PROVIDER, "list.csv")()
    assert applied.skipped == [2, 3]
    assert Product.get(Product.name == "a.example").plan == "Changed by hand"


def test_without_the_column_all_rows_are_one_organizations() -> None:
    press = Product.organization.rel_model.get()
    domain = Category.get(Category.key == "domain")
    [line] = lines("Domain;Ablauf\na.example;24.11.2026\n", organization=press.id, category=domain.id)
    assert (line.verdict, line.organization) == (NEW, "Quillmark Press")


def test_organizations_of_the_same_name_need_their_short_name() -> None:
    factories.organization("Quillmark Press", slug="quillmark-2")
    verdicts = [line.verdict for line in lines(HEADER + row(organization="Quillmark Press") + row())]
    assert verdicts == [REFUSED, NEW]


def test_an_archived_category_takes_no_products() -> None:
    Category.create(key="fax", name="Fax", icon="package", position=9, archived_at=now())
    [line] = lines(HEADER + row(category="Fax"))
    assert (line.verdict, line.reason) == (REFUSED, "The category “%(name)s” is archived.")


def test_a_sheet_of_ours_comes_back_as_it_left() -> None:
    load("Organization,Name,Category,Plan\nquillmark-press,'=SUM(1),Other,'+1\n")
    product = Product.get()
    assert (product.name, product.plan) == ("=SUM(1)", "+1")


def test_every_wrong_row_is_refused_and_every_fine_one_taken(app: Flask) -> None:
    example_organizations()
    content = data("products-errors.csv")
    notes = {line: cells[15] if len(cells) == 16 else "" for line, cells in sheets.read(content).rows()}
    fine = {line for line, note in notes.items() if note.startswith(("fine: ", "duplicate, first"))}
    found = lines(content)
    assert {line.number for line in found if line.verdict == NEW} == fine
    assert {line.number for line in found if line.verdict == REFUSED} == set(notes) - fine
    assert all(bool(line.reason % line.values) == (line.verdict == REFUSED) for line in found)


def test_the_large_file_is_taken_whole(app: Flask) -> None:
    example_organizations()
    content = data("products-5000.csv")
    assert load(content).new == 5000
    assert count(lines(content)) == {NEW: 0, CHANGED: 0, UNCHANGED: 5000, REFUSED: 0}
    german = count(lines(data("products-latin1-semicolon.csv")))
    assert (german[NEW], german[REFUSED]) == (0, 0)

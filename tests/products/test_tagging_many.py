"""Rules of setting a tag on many products at once and taking it off them."""

from __future__ import annotations

import threading
import time

import pytest

from models import base
from models.access import Access
from models.errors import Conflict
from models.journal import Entry
from models.permissions import Role
from models.products import tagging, tags
from models.products.tags import ProductTag
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def chief(cast: Cast) -> Access:
    """The legal representative, who sees every product."""
    return factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])


def entries() -> list[tuple[str, str, object]]:
    found = Entry.select().where(Entry.act.startswith("tag.")).order_by(Entry.id)
    return [(entry.act, entry.subject, entry.details.get("tag") or entry.details.get("count")) for entry in found]


def links() -> set[tuple[int, int]]:
    return {(link.product_id, link.tag_id) for link in ProductTag.select()}


def test_many_are_tagged_in_one_act(cast: Cast, chief: Access) -> None:
    products = [factories.product(cast.organization) for _number in range(4)]
    tag = factories.tag(cast.organization, "Shop", products[0])
    chosen = ("SELECT id FROM product WHERE id <> ?", (products[3].id,))
    assert tagging.set_on(chief, tag, chosen) == 2
    assert tagging.set_on(chief, tag, chosen) == 0
    assert links() == {(product.id, tag.id) for product in products[:3]}
    assert ProductTag.get(product=products[1]).name_key == products[1].name_key
    assert tagging.unset_on(chief, tag, chosen) == 3
    assert links() == set()
    summed_up = [entry for entry in entries() if entry[0].endswith("_many")]
    assert summed_up == [("tag.set_many", "Shop", 2), ("tag.unset_many", "Shop", 3)]


def test_an_act_on_many_stands_in_the_journal_of_each_that_changed(cast: Cast, chief: Access) -> None:
    products = [factories.product(cast.organization, f"{name}.example") for name in "abc"]
    tag = factories.tag(cast.organization, "Shop", products[0])
    tagging.set_on(chief, tag, ("SELECT id FROM product", ()))
    told = entries()
    assert sorted(told[:2]) == [("tag.set", "b.example", "Shop"), ("tag.set", "c.example", "Shop")]
    assert told[2:] == [("tag.set_many", "Shop", 2)]
    tagging.unset_on(chief, tag, ("SELECT id FROM product WHERE name = ?", ("b.example",)))
    assert entries()[3:] == [("tag.unset", "b.example", "Shop")]
    entry = Entry.get(Entry.act == "tag.unset")
    assert (entry.subject_kind, entry.subject_id) == ("product", products[1].id)
    assert (entry.user_id, entry.actor, entry.address) == (chief.user_id, chief.name, chief.address)
    assert entry.at == Entry.select().order_by(Entry.id.desc()).get().at


def test_a_named_tag_on_many_is_made_and_set_in_one(cast: Cast, chief: Access) -> None:
    product = factories.product(cast.organization, "a.example")
    everything = ("SELECT id FROM product", ())
    label, count = tagging.set_named_on(chief, " Spring", "plum", everything)
    assert (label.name, label.color, count) == ("Spring", "plum", 1)
    assert tagging.set_named_on(chief, "SPRING", "", everything) == (label, 0)
    assert links() == {(product.id, label.id)}


def test_a_tag_that_has_just_been_deleted_is_set_on_nothing(cast: Cast, chief: Access) -> None:
    factories.product(cast.organization)
    tag = factories.tag(cast.organization, "Shop")
    tags.delete(chief, tag)
    for act in (tagging.set_on, tagging.unset_on):
        with pytest.raises(Conflict):
            act(chief, tag, ("SELECT id FROM product", ()))
    assert links() == set()


def test_another_organizations_tag_is_neither_set_nor_unset_on_many(cast: Cast, chief: Access) -> None:
    there = factories.organization("Brennholm")
    factories.product(cast.organization)
    product = factories.product(there)
    foreign = factories.tag(there, "Foreign", product)
    for act in (tagging.set_on, tagging.unset_on):
        with pytest.raises(Conflict):
            act(chief, foreign, ("SELECT id FROM product", ()))
    assert links() == {(product.id, foreign.id)}


def test_a_tag_that_is_deleted_while_it_is_set_on_many_is_a_conflict(cast: Cast, chief: Access) -> None:
    factories.product(cast.organization)
    tag, begun = factories.tag(cast.organization, "Shop"), threading.Event()

    def delete() -> None:
        base.connect()
        with base.write():
            tags.delete(chief, tag)
            begun.set()
            time.sleep(0.3)  # The other is waiting for this transaction by then.
        base.db.close()

    other = threading.Thread(target=delete)
    other.start()
    begun.wait()
    with pytest.raises(Conflict):
        tagging.set_on(chief, tag, ("SELECT id FROM product", ()))
    other.join()
    assert links() == set()


def test_an_act_on_many_takes_no_more_statements_than_on_two(
    cast: Cast, chief: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    execute = base.db.execute_sql

    def counting(sql: str, *rest: object) -> object:
        statements.append(sql)
        return execute(sql, *rest)

    monkeypatch.setattr(base.db.obj, "execute_sql", counting)  # type: ignore[attr-defined]  # the proxy's own attribute
    taken = []
    for more in (2, 60):
        for _number in range(more):
            factories.product(cast.organization)
        tag = factories.tag(cast.organization, f"Tag {more}")
        statements.clear()
        tagging.set_on(chief, tag, ("SELECT id FROM product", ()))
        tagging.unset_on(chief, tag, ("SELECT id FROM product", ()))
        taken.append(len(statements))
    assert taken[0] == taken[1]

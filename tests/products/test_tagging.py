"""Rules of setting tags and taking them off, one by one and by several people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from models import base
from models.access import Access
from models.errors import Conflict, Forbidden, NotFound, Refused
from models.journal import Entry
from models.permissions import READ_ONLY, Role
from models.products import tagging, tags
from models.products.tags import ProductTag, Tag
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def chief(cast: Cast) -> Access:
    """The legal representative, who sees every product."""
    return factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])


@pytest.fixture
def helper(cast: Cast) -> Access:
    """The external user, who sees what was granted."""
    return factories.access_of(cast.members[Role.EXTERNAL])


def entries() -> list[tuple[str, str, object]]:
    found = Entry.select().where(Entry.act.startswith("tag.")).order_by(Entry.id)
    return [(entry.act, entry.subject, entry.details.get("tag") or entry.details.get("count")) for entry in found]


def links() -> set[tuple[int, int]]:
    return {(link.product_id, link.tag_id) for link in ProductTag.select()}


def test_a_tag_is_set_with_the_products_sort_keys(cast: Cast, chief: Access) -> None:
    product, tag = factories.product(cast.organization, "Zeta.example"), factories.tag(cast.organization, "Shop")
    tagged = tagging.put(chief, product.id, tag.id)
    assert tagged == (product.id, "Zeta.example", ((tag.id, "Shop", "moss"),))
    link = ProductTag.get()
    assert (link.name_key, link.due_key) == (product.name_key, product.due_key)
    assert entries() == [("tag.set", "Zeta.example", "Shop")]


def test_setting_twice_is_as_good_as_once(cast: Cast, chief: Access) -> None:
    product, tag = factories.product(cast.organization), factories.tag(cast.organization, "Shop")
    assert tagging.put(chief, product.id, tag.id) == tagging.put(chief, product.id, tag.id)
    assert len(entries()) == 1


def test_tags_stand_in_the_order_of_their_names(cast: Cast, chief: Access) -> None:
    product = factories.product(cast.organization)
    for name in ("shop", "Basel", "Press"):
        tagging.put_named(chief, product.id, name)
    assert [tag.name for tag in tagging.of_product(chief, product.id).tags] == ["Basel", "Press", "shop"]


def test_a_named_tag_is_made_where_there_is_none(cast: Cast, chief: Access) -> None:
    product = factories.product(cast.organization, "a.example")
    tagged = tagging.put_named(chief, product.id, " New  one", "plum")
    assert [(tag.name, tag.color) for tag in tagged.tags] == [("New one", "plum")]
    assert [act for act, *_rest in entries()] == ["tag.created", "tag.set"]


def test_a_named_tag_is_found_whatever_its_case(cast: Cast, chief: Access) -> None:
    product, tag = factories.product(cast.organization), factories.tag(cast.organization, "Shop")
    assert tagging.put_named(chief, product.id, "SHOP", "plum").tags == ((tag.id, "Shop", "moss"),)
    assert Tag.select().count() == 1


def test_a_refused_name_sets_and_makes_nothing(cast: Cast, chief: Access) -> None:
    product = factories.product(cast.organization)
    with pytest.raises(Refused):
        tagging.put_named(chief, product.id, "x" * 33)
    assert (Tag.select().count(), links(), entries()) == (0, set(), [])


def test_taking_off_twice_is_as_good_as_once(cast: Cast, chief: Access) -> None:
    product = factories.product(cast.organization, "a.example")
    tag, other = (factories.tag(cast.organization, name, product) for name in ("Shop", "Basel"))
    for _time in range(2):
        assert [left.id for left in tagging.take_off(chief, product.id, tag.id).tags] == [other.id]
    assert entries() == [("tag.unset", "a.example", "Shop")]
    assert Tag.select().count() == 2


def test_only_granted_products_can_be_tagged(cast: Cast, helper: Access) -> None:
    mine, theirs = factories.product(cast.organization), factories.product(cast.organization)
    factories.grant(cast.members[Role.EXTERNAL], product=mine)
    tag = factories.tag(cast.organization, "Shop", mine)
    other = factories.product(cast.organization, category="server")
    factories.grant(cast.members[Role.EXTERNAL], category="server")
    assert tagging.put(helper, other.id, tag.id).tags == ((tag.id, "Shop", "moss"),)
    for act in (
        lambda: tagging.put(helper, theirs.id, tag.id),
        lambda: tagging.put_named(helper, theirs.id, "Shop"),
        lambda: tagging.take_off(helper, theirs.id, tag.id),
        lambda: tagging.of_product(helper, theirs.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert links() == {(mine.id, tag.id), (other.id, tag.id)}


def test_a_tag_that_one_does_not_see_cannot_be_set_by_its_number(cast: Cast, helper: Access) -> None:
    mine = factories.product(cast.organization)
    factories.grant(cast.members[Role.EXTERNAL], product=mine)
    hidden = factories.tag(cast.organization, "Secret", factories.product(cast.organization))
    foreign = factories.tag(factories.organization("Brennholm"), "Foreign")
    for tag in (hidden, foreign):
        with pytest.raises(NotFound):
            tagging.put(helper, mine.id, tag.id)
    assert entries() == []


def test_nobody_tags_another_organizations_product(chief: Access, cast: Cast) -> None:
    foreign = factories.product(factories.organization("Brennholm"))
    tag = factories.tag(cast.organization, "Shop")
    with pytest.raises(NotFound):
        tagging.put(chief, foreign.id, tag.id)
    assert tagging.set_on(chief, tag, ("SELECT id FROM product", ())) == 0
    assert links() == set()


def test_who_looks_on_changes_nothing(cast: Cast, chief: Access) -> None:
    product, tag = factories.product(cast.organization), factories.tag(cast.organization, "Shop")
    onlooker = Access(chief.visitor, chief.organization_id, chief.slug, "", None, None, permissions=READ_ONLY)
    for act in (
        lambda: tagging.put(onlooker, product.id, tag.id),
        lambda: tagging.put_named(onlooker, product.id, "New"),
        lambda: tagging.take_off(onlooker, product.id, tag.id),
        lambda: tagging.set_on(onlooker, tag, ("SELECT id FROM product", ())),
        lambda: tagging.unset_on(onlooker, tag, ("SELECT id FROM product", ())),
    ):
        with pytest.raises(Forbidden):
            act()
    assert links() == set()


def at_once(act: Callable[[int], object], times: int = 6) -> list[Exception]:
    """Run an act in threads that start together, each with its own connection; returns what went wrong."""
    faults: list[Exception] = []
    gate = threading.Barrier(times)

    def run(number: int) -> None:
        base.connect()
        try:
            gate.wait()
            act(number)
        except Exception as fault:  # noqa: BLE001  whatever it is, the test shows it
            faults.append(fault)
        finally:
            base.db.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_people_who_make_the_same_tag_at_once_get_one(cast: Cast, chief: Access) -> None:
    products = [factories.product(cast.organization) for _number in range(6)]
    names = ("Shop", "shop", "SHOP", " shop", "sHop ", "Shop")
    faults = at_once(lambda number: tagging.put_named(chief, products[number].id, names[number]))
    assert faults == []
    assert Tag.select().count() == 1
    assert len(links()) == 6
    assert sum(act == "tag.created" for act, *_rest in entries()) == 1


def test_people_who_set_the_same_tag_at_once_set_it_once(cast: Cast, chief: Access) -> None:
    product, tag = factories.product(cast.organization), factories.tag(cast.organization, "Shop")
    assert at_once(lambda _number: tagging.put(chief, product.id, tag.id)) == []
    assert len(entries()) == 1


def test_renaming_two_tags_to_one_name_at_once_leaves_one_of_them(cast: Cast, chief: Access) -> None:
    made = [factories.tag(cast.organization, f"Tag {number}") for number in range(6)]
    faults = at_once(lambda number: tags.edit(chief, made[number], "Shop", "moss"))
    assert [type(fault) for fault in faults] == [tags.NameTaken] * 5
    assert sum(tag.name == "Shop" for tag in Tag.select()) == 1


def test_a_merge_loses_no_product_that_is_tagged_meanwhile(cast: Cast, chief: Access) -> None:
    products = [factories.product(cast.organization) for _number in range(6)]
    tag, into = factories.tag(cast.organization, "Shop"), factories.tag(cast.organization, "Store")

    def act(number: int) -> None:
        if number == 3:
            tags.merge(chief, tag, into)
        else:
            tagging.put(chief, products[number].id, tag.id)

    faults = at_once(act)
    assert all(isinstance(fault, Conflict | NotFound) for fault in faults)
    assert len(links()) == 5 - len(faults)
    assert {link[1] for link in links()} <= {into.id}

"""Rules of tags: names, colours, making, editing, merging, deleting, and what people see of them."""

from __future__ import annotations

import pytest

from models.access import Access
from models.errors import Conflict, Forbidden, NotFound, Refused
from models.journal import Entry
from models.permissions import Role
from models.products import tag_list, tags
from models.products.tags import COLORS, NameTaken, ProductTag, Tag
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def chief(cast: Cast) -> Access:
    """The legal representative, who sees every product."""
    return factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])


@pytest.fixture
def helper(cast: Cast) -> Access:
    """The collaborator, who sees what was granted."""
    return factories.access_of(cast.members[Role.COLLABORATOR])


def entries() -> list[Entry]:
    return list(Entry.select().where(Entry.act.startswith("tag.")).order_by(Entry.id))


def acts() -> list[str]:
    return [entry.act for entry in entries()]


def test_a_name_is_tidied(chief: Access) -> None:
    assert tags.create(chief, "  Spring \t campaign ").name == "Spring campaign"


@pytest.mark.parametrize("name", ["", "   ", "\u200b\n", "\u3164", "\u2800 \u2800", "\u115f\u1160", "\ufe0f", "\u034f"])
def test_an_empty_name_is_refused(chief: Access, name: str) -> None:
    with pytest.raises(Refused, match="needs a name"):
        tags.create(chief, name)
    assert not Tag.select().exists()


def test_a_name_has_at_most_32_characters(chief: Access) -> None:
    assert tags.create(chief, "ä" * 32).name == "ä" * 32
    with pytest.raises(Refused, match="at most 32 characters, this one has 33"):
        tags.create(chief, "ä" * 33)


@pytest.mark.parametrize("again", ["shop", "SHOP", " Shop ", "Ｓｈｏｐ"])
def test_a_name_is_unique_whatever_case_spacing_and_width(chief: Access, again: str) -> None:
    first = tags.create(chief, "Shop")
    with pytest.raises(NameTaken) as refusal:
        tags.create(chief, again)
    assert refusal.value.other == first.id
    assert Tag.select().count() == 1


def test_two_organizations_may_use_the_same_name(chief: Access, cast: Cast) -> None:
    other = factories.organization("Brennholm")
    factories.tag(other, "Shop")
    assert tags.create(chief, "Shop")


def test_a_new_tag_takes_the_least_used_colour(chief: Access) -> None:
    made = [tags.create(chief, f"Tag {number}").color for number in range(13)]
    assert made == [*COLORS, COLORS[0]]


def test_a_colour_must_be_one_of_the_twelve(chief: Access) -> None:
    with pytest.raises(Refused) as refusal:
        tags.create(chief, "Shop", "pink")
    assert refusal.value.field == "color"
    assert not Tag.select().exists()


def test_obtaining_an_existing_tag_keeps_its_colour_and_says_nothing_new(chief: Access) -> None:
    first, made = tags.obtain(chief, "Shop", "plum")
    assert made
    assert tags.obtain(chief, " SHOP", "moss") == (first, False)
    assert acts() == ["tag.created"]


def test_editing_renames_and_recolours(chief: Access, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "Shop", color="moss")
    tags.edit(chief, tag, " Store", "plum")
    fresh = Tag.get_by_id(tag.id)
    assert (fresh.name, fresh.name_key, fresh.color) == ("Store", "store", "plum")
    renamed, recoloured = entries()
    assert (renamed.act, renamed.details["changes"]) == ("tag.renamed", {"name": ["Shop", "Store"]})
    assert (recoloured.act, recoloured.details["changes"]) == ("tag.recoloured", {"color": ["moss", "plum"]})


def test_a_tag_may_change_its_own_case(chief: Access, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "shop")
    tags.edit(chief, tag, "Shop", "moss")
    assert Tag.get_by_id(tag.id).name == "Shop"


def test_renaming_onto_another_tag_names_it(chief: Access, cast: Cast) -> None:
    tag, other = factories.tag(cast.organization, "Shop"), factories.tag(cast.organization, "Store")
    with pytest.raises(NameTaken) as refusal:
        tags.edit(chief, tag, "STORE", "moss")
    assert refusal.value.other == other.id
    assert Tag.get_by_id(tag.id).name == "Shop"
    assert acts() == []


def test_editing_a_tag_that_is_gone_saves_and_says_nothing(chief: Access, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "Shop")
    Tag.delete().execute()
    with pytest.raises(NotFound):
        tags.edit(chief, tag, "Store", "plum")
    assert acts() == []


def test_an_edit_tells_of_what_was_there_when_it_was_made(chief: Access, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "Shop")
    tags.edit(chief, Tag.get_by_id(tag.id), "Store", "moss")
    tags.edit(chief, tag, "Depot", "moss")
    assert [entry.details["changes"]["name"] for entry in entries()] == [["Shop", "Store"], ["Store", "Depot"]]


def test_merging_moves_every_product_once(chief: Access, cast: Cast) -> None:
    both, one = factories.product(cast.organization), factories.product(cast.organization)
    tag = factories.tag(cast.organization, "Shop", both, one)
    into = factories.tag(cast.organization, "Store", both)
    assert tags.merge(chief, tag, into) == 2
    left = {(link.product_id, link.tag_id, link.name_key) for link in ProductTag.select()}
    assert left == {(both.id, into.id, both.name_key), (one.id, into.id, one.name_key)}
    assert [t.name for t in Tag.select()] == ["Store"]
    (entry,) = entries()
    assert (entry.act, entry.subject, entry.details) == ("tag.merged", "Shop", {"into": "Store", "count": 2})


def test_a_tag_cannot_be_merged_into_itself_or_into_another_organizations(chief: Access, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "Shop")
    with pytest.raises(Refused):
        tags.merge(chief, tag, tag)
    with pytest.raises(NotFound):
        tags.merge(chief, tag, factories.tag(factories.organization("Brennholm"), "Shop"))
    assert Tag.select().count() == 2


def test_deleting_takes_the_tag_off_every_product(chief: Access, cast: Cast) -> None:
    tag = factories.tag(cast.organization, "Shop", factories.product(cast.organization))
    assert tags.delete(chief, tag) == 1
    assert not Tag.select().exists()
    assert not ProductTag.select().exists()
    (entry,) = entries()
    assert (entry.act, entry.details) == ("tag.deleted", {"count": 1})
    with pytest.raises(NotFound):
        tags.delete(chief, tag)


@pytest.mark.parametrize("role", [Role.COLLABORATOR, Role.EXTERNAL])
def test_managing_takes_a_permission(cast: Cast, role: Role) -> None:
    by = factories.access_of(cast.members[role])
    tag, other = factories.tag(cast.organization, "Shop"), factories.tag(cast.organization, "Store")
    for act in (
        lambda: tags.edit(by, tag, "Other", "plum"),
        lambda: tags.merge(by, tag, other),
        lambda: tags.delete(by, tag),
    ):
        with pytest.raises(Forbidden):
            act()
    assert {t.name for t in Tag.select()} == {"Shop", "Store"}
    assert acts() == []


@pytest.mark.parametrize("name", ["New", "shop"])
def test_who_does_not_see_every_tag_adds_none_to_the_list(cast: Cast, helper: Access, name: str) -> None:
    factories.tag(cast.organization, "Shop")
    with pytest.raises(Forbidden) as refusal:
        tags.create(helper, name)
    assert refusal.value.roles == (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR)
    assert [tag.name for tag in Tag.select()] == ["Shop"]


def test_people_with_grants_see_only_the_tags_of_their_products(cast: Cast, chief: Access, helper: Access) -> None:
    mine, theirs = factories.product(cast.organization), factories.product(cast.organization, category="server")
    seen, hidden = factories.tag(cast.organization, "Mine", mine), factories.tag(cast.organization, "Theirs", theirs)
    factories.tag(cast.organization, "Unused")
    factories.grant(cast.members[Role.COLLABORATOR], product=mine)
    assert [t.name for t in tag_list.options(helper.products())] == ["Mine"]
    assert [t.name for t in tag_list.options(chief.products())] == ["Mine", "Theirs", "Unused"]
    assert tags.get(helper, seen.id) == seen
    with pytest.raises(NotFound):
        tags.get(helper, hidden.id)
    factories.grant(cast.members[Role.COLLABORATOR], category="server")
    assert tags.get(helper, hidden.id) == hidden


def test_tags_to_tick_begin_with_the_ticked_and_say_whether_there_are_more(
    cast: Cast, chief: Access, helper: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_list, "MOST_CHOICES", 3)
    made = {name: factories.tag(cast.organization, name) for name in ("Autumn", "Basel", "Spring", "Zoo")}
    names = [tag.name for tag in tag_list.choices(chief.products()).tags]
    assert names == ["Autumn", "Basel", "Spring"]
    assert tag_list.choices(chief.products()).more
    found = tag_list.choices(chief.products(), " SPR", [made["Zoo"].id])
    assert ([tag.name for tag in found.tags], found.more) == (["Zoo", "Spring"], False)
    assert tag_list.choices(helper.products(), "", [made["Zoo"].id]).tags == []


def test_options_narrow_and_those_that_begin_so_come_first(cast: Cast, chief: Access) -> None:
    product = factories.product(cast.organization)
    for name in ("Review in spring", "Spring campaign", "Autumn", "100 %", "100 a"):
        factories.tag(cast.organization, name, product)
    found = tag_list.options(chief.products(), " SPR")
    assert [(t.name, t.uses) for t in found] == [("Spring campaign", 1), ("Review in spring", 1)]
    assert [t.name for t in tag_list.options(chief.products(), "%")] == ["100 %"]
    assert [t.name for t in tag_list.options(chief.products(), "spring", {found[0].id})] == ["Review in spring"]


def test_uses_are_counted_no_further_than_needed(
    cast: Cast, chief: Access, helper: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_list, "MOST_COUNTED", 2)
    products = [factories.product(cast.organization) for _number in range(3)]
    factories.tag(cast.organization, "Shop", *products)
    factories.grant(cast.members[Role.COLLABORATOR], product=products[0])
    assert tag_list.options(chief.products())[0].uses == 2
    assert tag_list.options(helper.products())[0].uses is None


def test_pages_follow_each_other_both_ways(cast: Cast, chief: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_list, "PAGE", 2)
    for name in "abcde":
        factories.tag(cast.organization, name)

    def names(page: tag_list.Page) -> str:
        return "".join(t.name for t in page.tags)

    reach = chief.products()
    first = tag_list.page(reach)
    second = tag_list.page(reach, after=first.next)
    last = tag_list.page(reach, after=second.next)
    assert [names(p) for p in (first, second, last)] == ["ab", "cd", "e"]
    assert (first.previous, last.next) == (None, None)
    back = tag_list.page(reach, before=last.previous)
    assert names(back) == "cd"
    front = tag_list.page(reach, before=back.previous)
    assert (names(front), front.previous) == ("ab", None)


def test_a_tag_deleted_in_the_very_moment_is_a_conflict(chief: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "row", lambda *_query: None)
    with pytest.raises(Conflict):
        tags.obtain(chief, "Shop", "moss")

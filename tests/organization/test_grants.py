"""What a member was given: who sees it by name, what a form leaves alone, and what the verb itself refuses."""

from __future__ import annotations

import pytest

from models.access import Access
from models.errors import Conflict, Forbidden, NotFound
from models.organization import grants, standing
from models.organization.grants import Given
from models.permissions import Role
from models.products import categories
from models.products.products import Category
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import SignedIn, acts

HERE = "/o/quillmark-press/members"


def test_others_products_are_counted_and_not_named(cast: Cast, signed_in: SignedIn) -> None:
    shared, secret = (factories.product(cast.organization, name) for name in ("shared.example", "secret.example"))
    for product in (shared, secret):
        factories.grant(cast.members[Role.EXTERNAL], product=product)
    factories.grant(cast.members[Role.COLLABORATOR], product=shared)
    path = f"{HERE}/{cast.members[Role.EXTERNAL].id}"
    seen = signed_in(cast.collaborator).get(path).text
    assert "2 products" in seen
    assert "shared.example and 1 more" in seen
    assert "secret.example" not in seen
    assert "secret.example" in signed_in(cast.administrator).get(path).text


def test_an_archived_category_is_kept_until_it_is_taken_back(cast: Cast, signed_in: SignedIn) -> None:
    member, client = cast.members[Role.EXTERNAL], signed_in(cast.administrator)
    drive = Category.get(Category.key == "drive")
    factories.grant(member, category="drive")
    categories.archive(drive, cast.operator.actor())
    path = f"{HERE}/{member.id}/access"
    client.post(path, data={"category": "1", "offered": ["1", "2"]})
    assert grants.given(member).categories == {1, drive.id}
    assert f'name="category" value="{drive.id}" checked' in client.get(path).text
    client.post(path, data={"category": "1", "offered": ["1", "2", str(drive.id)]})
    assert grants.given(member).categories == {1}
    assert f'name="category" value="{drive.id}"' not in client.get(path).text
    categories.restore(drive, cast.operator.actor())


def test_only_who_manages_members_gives(cast: Cast) -> None:
    collaborator = factories.access_of(cast.members[Role.COLLABORATOR])
    with pytest.raises(Forbidden):
        grants.change(cast.members[Role.EXTERNAL], collaborator, add=Given(categories=frozenset({1})), drop=Given())
    assert not grants.given(cast.members[Role.EXTERNAL])


def test_who_became_an_administrator_in_the_meantime_is_given_nothing(
    cast: Cast, administrator: Access, representative: Access
) -> None:
    member = cast.members[Role.EXTERNAL]
    standing.change_role(member, Role.ADMINISTRATOR, representative)
    with pytest.raises(Conflict, match="Ines Ostrander sees every product through their role"):
        grants.change(member, administrator, add=Given(categories=frozenset({1})), drop=Given())
    assert not grants.given(member)
    assert acts() == ["member.role_changed"]


def test_who_was_removed_in_the_meantime_is_given_nothing(
    cast: Cast, administrator: Access, representative: Access
) -> None:
    member = cast.members[Role.EXTERNAL]
    standing.remove(member, representative)
    with pytest.raises(NotFound):
        grants.change(member, administrator, add=Given(categories=frozenset({1})), drop=Given())

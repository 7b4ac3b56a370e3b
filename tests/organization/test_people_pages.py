"""The pages of members: list, one member, role, products, removal, leaving."""

from __future__ import annotations

import re

import pytest

from models.access import Access
from models.journal import Entry
from models.organization import grants, invitations, roster
from models.organization.members import Membership
from models.permissions import Role
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import SignedIn, acts, mails

HERE = "/o/quillmark-press/members"
HTMX = {"HX-Request": "true"}


def listed(text: str) -> list[str]:
    """Names in the list, in their order."""
    return re.findall(r'class="name"[^>]*>([^<]+)<', text)


def test_the_list_is_searched_and_filtered(cast: Cast, signed_in: SignedIn) -> None:
    factories.member(cast.organization, factories.user("Élodie Özgür", email="boss@verlag.example"), Role.EXTERNAL)
    client = signed_in(cast.collaborator)
    everybody = ["Adrian Moll", "Ines Ostrander", "Jonas Abegglen", "Mira Castellan", "Élodie Özgür"]
    assert listed(client.get(HERE).text) == everybody
    for search in ("élodie", "ÉLODIE özgür", "boss@verlag", "zgür"):
        assert listed(client.get(HERE, query_string={"q": search}).text) == ["Élodie Özgür"]
    assert listed(client.get(HERE, query_string={"role": "administrator"}).text) == ["Adrian Moll"]
    assert "Nobody matches" in client.get(HERE, query_string={"q": "100%"}).text


def test_htmx_gets_the_list_alone(cast: Cast, signed_in: SignedIn) -> None:
    part = signed_in(cast.administrator).get(HERE, query_string={"q": "mira"}, headers=HTMX)
    assert part.text.lstrip().startswith('<div id="members"')
    assert listed(part.text) == ["Mira Castellan"]


def test_the_list_pages_by_key(cast: Cast) -> None:
    for number in range(7):
        factories.member(cast.organization, factories.user(f"Person {number}"))
    seen, edge = [], None
    while True:
        page = roster.page(cast.organization.id, "", None, edge, size=4)
        seen.append([one.name for one in page.rows])
        if page.next is None:
            break
        edge = page.next
    assert [len(names) for names in seen] == [4, 4, 3]
    assert page.previous
    back = roster.page(cast.organization.id, "", None, page.previous, size=4)
    assert [one.name for one in back.rows] == seen[1]


def test_a_collaborator_reads_and_an_external_user_does_not(
    cast: Cast, signed_in: SignedIn, administrator: Access
) -> None:
    invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    seen = signed_in(cast.collaborator).get(HERE).text
    assert "Invite a person" not in seen
    assert "lena@example.org" not in seen
    assert "Actions for" not in seen
    member = cast.members[Role.EXTERNAL].id
    for path in (HERE, f"{HERE}/{member}", "/o/quillmark-press/roles"):
        assert signed_in(cast.collaborator).get(path).status_code == 200
        assert signed_in(cast.external).get(path).status_code == 403
        assert signed_in(cast.stranger).get(path).status_code == 404


def test_a_role_is_changed_on_its_page(cast: Cast, signed_in: SignedIn) -> None:
    member, client = cast.members[Role.COLLABORATOR], signed_in(cast.administrator)
    done = client.post(f"{HERE}/{member.id}/role", data={"role": "administrator"}, follow_redirects=True)
    assert "Jonas Abegglen is Administrator now." in done.text
    narrowed = client.post(f"{HERE}/{member.id}/role", data={"role": "external"})
    assert narrowed.headers["Location"].endswith(f"/members/{member.id}/access")
    assert client.post(f"{HERE}/{member.id}/role", data={"role": "legal_representative"}).status_code == 422
    assert Membership.get_by_id(member.id).role == "external"


@pytest.mark.parametrize("act", ["role", "remove"])
def test_who_may_not_touch_a_member_changes_nothing(cast: Cast, signed_in: SignedIn, act: str) -> None:
    factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    representative, external = cast.members[Role.LEGAL_REPRESENTATIVE].id, cast.members[Role.EXTERNAL].id
    for person, member, status in (
        (cast.administrator, representative, 403),
        (cast.collaborator, external, 403),
        (cast.external, external, 403),
        (cast.stranger, external, 404),
    ):
        answer = signed_in(person).post(
            f"{HERE}/{member}/{act}", data={"role": "collaborator", "password": factories.PASSWORD}
        )
        assert answer.status_code == status
    assert (acts(), mails()) == ([], [])


def test_what_touches_a_legal_representative_takes_the_password(cast: Cast, signed_in: SignedIn) -> None:
    second = factories.member(cast.organization, role=Role.LEGAL_REPRESENTATIVE)
    client = signed_in(cast.representative)
    for path, data in ((f"{second.id}/role", {"role": "external"}), (f"{second.id}/remove", {})):
        for password in ({}, {"password": "wrong"}):
            assert client.post(f"{HERE}/{path}", data={**data, **password}).status_code == 422
    assert acts() == []
    right = {"password": factories.PASSWORD}
    assert client.post(f"{HERE}/{second.id}/role", data={"role": "administrator", **right}).status_code == 303
    assert Membership.get_by_id(second.id).role == "administrator"


def test_a_removal_first_shows_what_is_left_behind(cast: Cast, signed_in: SignedIn) -> None:
    member = cast.members[Role.COLLABORATOR]
    factories.grant(member, product=factories.product(cast.organization, "alone.example"))
    client = signed_in(cast.administrator)
    page = client.get(f"{HERE}/{member.id}/remove").text
    assert "Remove Jonas Abegglen from Quillmark Press?" in page
    assert "alone.example" in page
    assert Membership.select().where(Membership.id == member.id).exists()
    done = client.post(f"{HERE}/{member.id}/remove", follow_redirects=True)
    assert "Jonas Abegglen has no access to Quillmark Press any more." in done.text
    assert signed_in(cast.collaborator).get("/o/quillmark-press/").status_code == 404


def test_the_last_legal_representative_is_led_to_appointing(cast: Cast, signed_in: SignedIn) -> None:
    client, member = signed_in(cast.representative), cast.members[Role.LEGAL_REPRESENTATIVE]
    assert "Only you hold the key" in client.get("/o/quillmark-press/settings/leave").text
    data = {"role": "administrator", "password": factories.PASSWORD}
    for path in ("/o/quillmark-press/settings/leave", f"{HERE}/{member.id}/role", f"{HERE}/{member.id}/remove"):
        refused = client.post(path, data=data)
        assert refused.status_code == 422
        assert "is the only legal representative of Quillmark Press. Appoint another one first." in refused.text
        assert 'href="/o/quillmark-press/members/appoint"' in refused.text
    assert acts() == []


def test_one_leaves_and_comes_to_the_other_organizations(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.external)
    done = client.post("/o/quillmark-press/settings/leave", follow_redirects=True)
    assert "You left Quillmark Press." in done.text
    assert "You belong to no organization yet" in done.text
    assert {address for _name, address in mails("member_left")} == {cast.representative.email, cast.administrator.email}


def test_products_are_given_and_taken_back(cast: Cast, signed_in: SignedIn) -> None:
    member, client = cast.members[Role.EXTERNAL], signed_in(cast.administrator)
    one, two, elsewhere = (
        factories.product(cast.organization, "one.example"),
        factories.product(cast.organization, "two.example"),
        factories.product(factories.organization("Elsewhere")),
    )
    path = f"{HERE}/{member.id}/access"
    client.post(path, data={"product": [one.id, two.id, elsewhere.id], "category": ["4", "99"]})
    assert grants.given(member) == grants.Given(frozenset({one.id, two.id}), frozenset({4}))
    page = client.get(path).text
    assert f'value="{one.id}" checked' in page
    client.post(path, data={"product": [two.id], "shown": [one.id, two.id], "offered": ["4"]})
    assert grants.given(member) == grants.Given(frozenset({two.id}), frozenset())
    client.post(path, data={"shown": []})
    assert grants.given(member).products == {two.id}, "what the form did not offer stays"
    assert [e.details["products"] for e in Entry.select().where(Entry.act == "member.access_changed")] == [
        [2, 0],
        [0, 1],
    ]


def test_who_sees_everything_is_given_nothing(cast: Cast, signed_in: SignedIn) -> None:
    member, client = cast.members[Role.ADMINISTRATOR], signed_in(cast.representative)
    path = f"{HERE}/{member.id}/access"
    assert "There is nothing to choose." in client.get(path).text
    refused = client.post(path, data={"category": "1"}, headers={"Referer": f"http://localhost{path}"})
    assert refused.status_code == 303
    assert not grants.given(member)


def test_the_roles_page_says_what_the_table_says(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.collaborator).get("/o/quillmark-press/roles").text
    row = re.search(r"<th scope=\"row\">Set and create tags</th>(.*?)</tr>", page, re.DOTALL)
    assert row
    assert row[1].count("given products") == 2
    appoint = re.search(r"<th scope=\"row\">Appoint or remove a legal representative</th>(.*?)</tr>", page, re.DOTALL)
    assert appoint
    assert (appoint[1].count("#check"), appoint[1].count("–")) == (1, 3)


def test_another_organizations_member_is_not_there(cast: Cast, signed_in: SignedIn) -> None:
    client, member = signed_in(cast.stranger), cast.members[Role.EXTERNAL].id
    for path in (f"{member}", f"{member}/role", f"{member}/access", f"{member}/remove"):
        assert client.get(f"/o/brennholm-verein/members/{path}").status_code == 404
    assert client.post(f"/o/brennholm-verein/members/{member}/remove").status_code == 404
    assert acts() == []

"""Lists of people: no passwords, no mails, nobody's own profile, never the last legal representative."""

from __future__ import annotations

import pytest
from flask import Flask

from models.account.users import User
from models.journal import Entry
from models.organization.members import Membership
from models.outbox import Message
from models.permissions import Role
from models.products.importing.kinds import PEOPLE
from models.products.importing.plans import CHANGED, NEW, REFUSED, UNCHANGED, count
from tests.conftest import Cast
from tests.importing.loading import PROVIDER, data, example_organizations, lines, load

HEADER = "E-mail,Name,Phone,Language,Time zone,Organization,Role\n"


def row(email: str, name: str = "Nora Vest", organization: str = "quillmark-press", role: str = "Collaborator") -> str:
    return f"{email},{name},,de,Europe/Zurich,{organization},{role}\n"


def test_the_example_is_taken_without_a_mail(app: Flask) -> None:
    example_organizations()
    applied = load(data("people.csv"), PEOPLE)
    assert applied.new == Membership.select().count() == 224
    assert User.select().count() == 176
    assert not User.select().where(User.password_hash.is_null(False)).exists()
    assert Message.select().count() == 0
    assert count(lines(data("people.csv"), PEOPLE))[UNCHANGED] == 224
    assert Entry.select().where(Entry.act == "members.imported").count() == 40


def test_a_member_gets_another_role(cast: Cast) -> None:
    content = HEADER + row(cast.collaborator.email, role="Administrator")
    [line] = lines(content, PEOPLE)
    assert (line.verdict, line.changes) == (CHANGED, {"role": ["collaborator", "administrator"]})
    load(content, PEOPLE)
    member = Membership.get_by_id(cast.members[Role.COLLABORATOR].id)
    assert member.role == "administrator"
    told = Entry.get(Entry.act == "member.role_changed")
    assert (told.organization_id, told.subject_kind, told.subject_id) == (cast.organization.id, "member", member.id)
    assert (told.subject, told.details) == ("Jonas Abegglen", {"changes": {"role": ["collaborator", "administrator"]}})


def test_each_new_member_stands_in_the_journal(cast: Cast) -> None:
    load(HEADER + row("nora@vest.example"), PEOPLE)
    member = Membership.select().join(User).where(User.email_key == "nora@vest.example").get()
    told = Entry.get(Entry.act == "member.joined", Entry.subject_id == member.id)
    assert (told.organization_id, told.subject, told.details) == (
        cast.organization.id,
        "Nora Vest",
        {"role": "collaborator"},
    )


def test_who_changed_their_address_meanwhile_is_left_alone(cast: Cast) -> None:
    content = HEADER + row(cast.collaborator.email, role="Administrator") + row("nora@vest.example")
    content += row(cast.collaborator.email, organization="brennholm-verein")
    planned = lines(content, PEOPLE)
    User.update(email="j@x.example", email_key="j@x.example").where(User.id == cast.collaborator.id).execute()
    applied = PEOPLE.prepare(planned, PROVIDER, "list.csv")()
    assert (applied.new, applied.changed, applied.skipped) == (1, 0, [2, 4])
    assert Membership.get_by_id(cast.members[Role.COLLABORATOR].id).role == "collaborator"
    assert not User.select().where(User.email == cast.collaborator.email).exists()
    assert not Entry.select().where(Entry.act == "member.role_changed").exists()


def test_who_got_another_role_meanwhile_is_left_alone(cast: Cast) -> None:
    planned = lines(HEADER + row(cast.collaborator.email, role="Administrator"), PEOPLE)
    Membership.update(role="external").where(Membership.user == cast.collaborator).execute()
    assert PEOPLE.prepare(planned, PROVIDER, "list.csv")().skipped == [2]
    assert Membership.get_by_id(cast.members[Role.COLLABORATOR].id).role == "external"


@pytest.mark.parametrize(
    ("who", "role"), [("representative", "Administrator"), ("collaborator", "Legal representative")]
)
def test_legal_representatives_are_not_made_or_unmade_of_members(cast: Cast, who: str, role: str) -> None:
    [line] = lines(HEADER + row(getattr(cast, who).email, role=role), PEOPLE)
    assert line.verdict == REFUSED
    assert "legal representative" in line.reason


def test_who_has_a_password_keeps_their_own_profile(cast: Cast) -> None:
    [line] = lines(HEADER + row(cast.collaborator.email, "Somebody Else"), PEOPLE)
    assert line.verdict == UNCHANGED


def test_who_never_signed_in_is_corrected(cast: Cast) -> None:
    load(HEADER + row("nora@vest.example"), PEOPLE)
    [line] = lines(HEADER + row("NORA@vest.example", "Nora West"), PEOPLE)
    assert (line.verdict, line.changes) == (CHANGED, {"name": ["Nora Vest", "Nora West"]})
    load(HEADER + row("NORA@vest.example", "Nora West"), PEOPLE)
    assert User.get(User.email_key == "nora@vest.example").name == "Nora West"


def test_one_person_in_two_organizations(cast: Cast) -> None:
    content = HEADER + row("nora@vest.example") + row("nora@vest.example", "N. Vest", "brennholm-verein")
    assert load(content, PEOPLE).new == 2
    assert User.get(User.email_key == "nora@vest.example").name == "Nora Vest"
    assert count(lines(content, PEOPLE))[UNCHANGED] == 2


def test_wrong_rows(cast: Cast) -> None:
    found = lines(
        HEADER
        + row("nora at vest")
        + row("")
        + row("nora@vest.example", role="King")
        + row("nora@vest.example", role="")
        + row("nora@vest.example", organization="nowhere")
        + row("nora@vest.example", name="")
        + row("nora@vest.example")
        + row("Nora@Vest.example"),
        PEOPLE,
    )
    assert [line.verdict for line in found] == [REFUSED] * 6 + [NEW, REFUSED]


def test_a_new_row_says_what_it_sets(cast: Cast) -> None:
    load(HEADER + row("nora@vest.example"), PEOPLE)
    content = HEADER + row("ada@lind.example", "Ada Lind") + row("ada@lind.example", "A. Lind", "brennholm-verein")
    content += row("nora@vest.example", "Nora West", "brennholm-verein")
    content += row(cast.collaborator.email, "Somebody Else", "brennholm-verein")
    assert [PEOPLE.given(line) for line in lines(content, PEOPLE)] == [
        {"name": "Ada Lind", "phone": "", "language": "de", "time_zone": "Europe/Zurich", "role": "collaborator"},
        {"role": "collaborator"},
        {"name": "Nora West", "role": "collaborator"},
        {"role": "collaborator"},
    ]


def test_what_is_no_phone_number_is_refused(cast: Cast) -> None:
    [line] = lines(HEADER + row("nora@vest.example").replace(",,", ",call me,", 1), PEOPLE)
    assert line.verdict == REFUSED
    assert "A phone number has digits." in line.reason

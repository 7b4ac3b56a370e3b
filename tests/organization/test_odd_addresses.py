"""What nobody's browser writes: days at the end of time, edges and ids that are none, signs that no text holds."""

from __future__ import annotations

import base64

import pytest

from models.account.sessions import Session
from models.account.users import User
from models.organization.organizations import Organization
from tests import factories
from tests.conftest import Cast
from tests.organization.conftest import SignedIn

HERE = "/o/quillmark-press"


def edge(key: str, number: str = "1") -> str:
    """An edge as the address bar holds it."""
    return f"{number}.{base64.urlsafe_b64encode(key.encode()).decode()}"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize(("since", "until"), [("0001-01-01", "9999-12-31"), ("0001-01-02", "9999-12-30")])
def test_days_at_the_ends_of_the_calendar_hold_everything(
    cast: Cast, signed_in: SignedIn, zone: str, since: str, until: str
) -> None:
    User.update(time_zone=zone).where(User.id == cast.representative.id).execute()
    client = signed_in(cast.representative)
    client.post(f"{HERE}/members/invite/send", data={"email": "lena@example.org", "role": "external"})
    for days in ({"since": since}, {"until": until}, {"since": since, "until": until}):
        assert client.get(f"{HERE}/journal", query_string=days).text.count("<time") == 1
    assert client.get(f"{HERE}/journal", query_string={"since": until}).text.count("<time") == 0


@pytest.mark.parametrize(
    "word",
    [
        "1.é",
        "1.",
        "1.====",
        ".",
        "٣.YQ",
        edge("a\0b"),
        edge("2026-11-22T09:14:00+00:00", "9" * 40),
        edge("0001-01-01T00:00:00+14:00"),
        edge("9999-12-31T23:59:59-14:00"),
        edge("yesterday"),
    ],
)
@pytest.mark.parametrize("direction", ["before", "after"])
def test_an_edge_that_is_none_opens_a_page(cast: Cast, signed_in: SignedIn, direction: str, word: str) -> None:
    client = signed_in(cast.representative)
    for page in ("members", "journal"):
        assert client.get(f"{HERE}/{page}", query_string={direction: word}).status_code == 200


def test_signs_that_no_text_holds_are_dropped(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.representative)
    assert client.get(f"{HERE}/members?q=mi%00ra").text.count('class="name"') == 1
    for query in ("act=%00", "product=a%00b", "person=%00", "since=%00", "product=%00"):
        assert client.get(f"{HERE}/journal?{query}").status_code == 200
        assert client.get(f"{HERE}/journal.csv?{query}").status_code == 200
    assert client.get("/o?q=quill%00mark").text.count("Quillmark Press") > 0


def test_a_number_without_end_chooses_nobody(cast: Cast, signed_in: SignedIn) -> None:
    client, endless = signed_in(cast.representative), "7" * 5_000
    assert client.get(f"{HERE}/members/appoint?member={endless}").status_code == 200
    data = {"member": endless, "password": factories.PASSWORD}
    assert client.post(f"{HERE}/members/appoint", data=data).status_code == 422


@pytest.mark.parametrize("version", ["9" * 30, "9" * 18, "-1", "", "first", "\0"])
def test_a_version_that_is_none_is_an_old_one(cast: Cast, signed_in: SignedIn, version: str) -> None:
    form = {"kind": "company", "name": "Mine", "country": "CH", "language": "en", "time_zone": "UTC"}
    form |= {"street": "Gerbergasse 12", "postcode": "4001", "city": "Basel"}
    page = signed_in(cast.administrator).post(f"{HERE}/settings/edit", data={**form, "version": version})
    assert page.status_code == 409
    assert "Somebody changed these details a moment ago." in page.text
    assert f'name="version" type="hidden" value="{cast.organization.version}"' in page.text
    assert Organization.get_by_id(cast.organization.id).name == "Quillmark Press"


def test_no_organization_has_such_a_name(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.operator)
    Session.update(viewing_id=cast.organization.id, viewing_reason="Asked for help").execute()
    assert client.get(f"{HERE}/").status_code == 200
    assert client.get("/o/quill%00mark/").status_code == 404

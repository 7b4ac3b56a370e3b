"""The pages of inviting and of answering an invitation."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from models import links
from models.access import Access
from models.account.users import User
from models.journal import Entry
from models.links import Purpose
from models.operators import users
from models.organization import invitations
from models.organization.invitations import Invitation
from models.organization.members import Membership
from models.permissions import Role
from models.settings import Environment
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.conftest import Opener, SignedIn, mails

HERE = "/o/quillmark-press/members"


def test_two_steps_send_an_invitation(cast: Cast, signed_in: SignedIn) -> None:
    product = factories.product(cast.organization, "feuilleton.example")
    client = signed_in(cast.administrator)
    step = client.post(f"{HERE}/invite", data={"email": "lena@example.org", "role": "collaborator"})
    assert step.status_code == 303
    assert mails() == []
    second = client.get(step.headers["Location"])
    assert "Invite lena@example.org as Collaborator?" in second.text
    assert "feuilleton.example" in second.text
    done = client.post(
        f"{HERE}/invite/send",
        data={"email": "lena@example.org", "role": "collaborator", "product": product.id, "category": "3"},
        follow_redirects=True,
    )
    assert "Invitation sent to lena@example.org." in done.text
    assert Invitation.get().grants == {"products": [product.id], "categories": [3]}


def test_a_search_keeps_what_is_ticked(cast: Cast, signed_in: SignedIn) -> None:
    one = factories.product(cast.organization, "feuilleton.example")
    factories.product(cast.organization, "quillmark.example")
    page = signed_in(cast.administrator).post(
        f"{HERE}/invite/search",
        data={"email": "l@example.org", "role": "external", "product": one.id, "shown": one.id, "q": "quill"},
    )
    assert page.status_code == 200
    assert f'id="product-{one.id}" name="product" value="{one.id}" checked' in page.text
    assert "quillmark.example" in page.text
    assert mails() == []


def test_what_can_not_be_invited_is_said_beside_the_field(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.administrator)
    bad = client.post(f"{HERE}/invite", data={"email": "nobody", "role": "owner"})
    assert bad.status_code == 422
    assert "This is not written like an e-mail address." in bad.text
    assert 'value="nobody"' in bad.text
    twice = client.post(f"{HERE}/invite", data={"email": cast.external.email, "role": "collaborator"})
    assert twice.status_code == 422
    assert "Ines Ostrander is a member of Quillmark Press already." in twice.text


def test_an_administrator_is_not_offered_legal_representatives(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.administrator)
    assert 'value="legal_representative"' not in client.get(f"{HERE}/invite").text
    data = {"email": "lena@example.org", "role": "legal_representative"}
    assert client.post(f"{HERE}/invite/send", data=data).status_code == 422
    assert not Invitation.select().exists()


def test_inviting_a_legal_representative_takes_the_password(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.representative)
    data = {"email": "lena@example.org", "role": "legal_representative", "password": "wrong"}
    refused = client.post(f"{HERE}/invite/send", data=data)
    assert refused.status_code == 422
    assert "This is not your password." in refused.text
    assert not Invitation.select().exists()
    assert client.post(f"{HERE}/invite/send", data={**data, "password": factories.PASSWORD}).status_code == 303
    assert Invitation.get().role == "legal_representative"


def test_who_may_not_invite_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    data = {"email": "lena@example.org", "role": "external"}
    for person, status in ((cast.collaborator, 403), (cast.external, 403), (cast.stranger, 404)):
        assert signed_in(person).post(f"{HERE}/invite/send", data=data).status_code == status
    assert not Invitation.select().exists()
    assert mails() == []


def test_resend_and_cancel_in_the_list(
    cast: Cast, signed_in: SignedIn, administrator: Access, clock: StandingClock
) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    clock.moment += timedelta(days=8)
    client = signed_in(cast.administrator)
    assert "expired on 29 Nov 2026, 09:14" in client.get(HERE).text
    again = client.post(f"{HERE}/invitations/{made.id}/resend", follow_redirects=True)
    assert "A new link was sent to lena@example.org." in again.text
    at_once = client.post(f"{HERE}/invitations/{made.id}/resend", follow_redirects=True)
    assert "less than ten minutes ago" in at_once.text
    assert len(mails("invitation")) == 2
    client.post(f"{HERE}/invitations/{made.id}/cancel")
    assert Invitation.get_by_id(made.id).state == "cancelled"
    assert (
        "lena@example.org"
        not in client.get(HERE).text.partition("<main")[2].partition("flashes")[2].partition("</div>")[2]
    )


def test_another_organizations_invitation_is_not_there(cast: Cast, signed_in: SignedIn, administrator: Access) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    client = signed_in(cast.stranger)
    assert client.post(f"/o/brennholm-verein/members/invitations/{made.id}/cancel").status_code == 404
    assert Invitation.get_by_id(made.id).state == "pending"


def test_the_link_leads_through_sign_in_or_sign_up(client: FlaskClient, administrator: Access, link_of: Opener) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    path = link_of(Purpose.INVITATION, made.id)
    page = client.get(path)
    assert f"/signup?next={path}&amp;invitation=1" in page.text
    factories.user("Lena", email="lena@example.org")
    assert f"/login?next={path}" in client.get(path).text
    assert client.post(path).headers["Location"].startswith("/login")
    assert Invitation.get_by_id(made.id).state == "pending"


def test_the_person_invited_accepts_on_the_page(signed_in: SignedIn, administrator: Access, link_of: Opener) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    path, client = link_of(Purpose.INVITATION, made.id), signed_in(lena)
    assert "Accept the invitation" in client.get(path).text
    assert Invitation.get_by_id(made.id).state == "pending"
    done = client.post(path, data={"answer": "accept"}, follow_redirects=True)
    assert "You belong to Quillmark Press now." in done.text
    assert Membership.get(Membership.user == lena).role == "external"
    over = client.get(path)
    assert over.status_code == 410
    assert "was accepted" in over.text


def test_refusing_on_the_page(signed_in: SignedIn, administrator: Access, link_of: Opener) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    path, client = link_of(Purpose.INVITATION, made.id), signed_in(lena)
    assert f'action="{path}/refuse"' in client.get(path).text
    done = client.post(f"{path}/refuse", follow_redirects=True)
    assert "You refused the invitation to Quillmark Press." in done.text
    assert Invitation.get_by_id(made.id).state == "refused"
    assert not Membership.select().where(Membership.user == lena).exists()
    assert client.post(path, data={"answer": "accept"}).status_code == 410


def test_what_is_no_yes_accepts_nothing(signed_in: SignedIn, administrator: Access, link_of: Opener) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    path, client = link_of(Purpose.INVITATION, made.id), signed_in(lena)
    for data in ({"answer": "refuse"}, {}):
        assert client.post(path, data=data).location == path
    assert Invitation.get_by_id(made.id).state == "pending"
    assert not Membership.select().where(Membership.user == lena).exists()


def test_a_newcomer_refuses_without_an_account(
    cast: Cast, client: FlaskClient, administrator: Access, link_of: Opener
) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    path = link_of(Purpose.INVITATION, made.id)
    assert f'action="{path}/refuse"' in client.get(path).text
    assert client.get(f"{path}/refuse").status_code == 405
    assert Invitation.get_by_id(made.id).state == "pending", "looking changes nothing"
    done = client.post(f"{path}/refuse", follow_redirects=True)
    assert "You refused the invitation to Quillmark Press." in done.text
    assert Invitation.get_by_id(made.id).state == "refused"
    assert mails("invitation_refused") == [("invitation_refused", cast.administrator.email)]
    entry = Entry.get(Entry.act == "invitation.refused")
    assert (entry.user_id, entry.actor) == (None, "lena@example.org")
    assert not User.select().where(User.email_key == "lena@example.org").exists()
    again = client.post(f"{path}/refuse")
    assert again.status_code == 410
    assert "The invitation to Quillmark Press was refused." in again.text


def test_who_has_an_account_refuses_without_signing_in(
    client: FlaskClient, administrator: Access, link_of: Opener
) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    assert client.post(f"{link_of(Purpose.INVITATION, made.id)}/refuse").status_code == 303
    assert Entry.get(Entry.act == "invitation.refused").user_id == lena.id


def test_no_other_link_refuses(client: FlaskClient, cast: Cast, environment: Environment) -> None:
    link = links.make(Purpose.VERIFY_ADDRESS, cast.external.email, user=cast.external.id)
    path = "/links/" + links.token(environment.secret_key, link.id, link.purpose)
    assert client.post(f"{path}/refuse").status_code == 404
    assert client.post(f"{path}x/refuse").status_code == 404
    assert links.Link.get_by_id(link.id).state == "open"


def test_what_is_offered_is_named(cast: Cast, client: FlaskClient, administrator: Access, link_of: Opener) -> None:
    ids = [factories.product(cast.organization, f"p{n}.example").id for n in range(8)]
    made = invitations.invite("l@example.org", Role.EXTERNAL, administrator, products=ids, categories=[1, 3])
    page = client.get(link_of(Purpose.INVITATION, made.id)).text
    assert "2 categories, 8 products" in page
    assert "Domain name, Mail service" in page
    assert "p0.example, p1.example, p2.example, p3.example, p4.example, p5.example and 2 more" in page
    assert "p6.example" not in page


def test_nobody_accepts_while_it_is_suspended(
    cast: Cast, client: FlaskClient, administrator: Access, link_of: Opener
) -> None:
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator)
    cast.organization.suspend("Unpaid", cast.operator.actor())
    page = client.get(link_of(Purpose.INVITATION, made.id)).text
    assert "Quillmark Press is suspended. Nobody can join it now." in page
    assert "Create an account" not in page


def test_the_page_says_when_who_invited_can_not_appoint(
    cast: Cast, signed_in: SignedIn, representative: Access, link_of: Opener
) -> None:
    lena = factories.user("Lena", email="lena@example.org")
    made = invitations.invite("lena@example.org", Role.LEGAL_REPRESENTATIVE, representative)
    path, client = link_of(Purpose.INVITATION, made.id), signed_in(lena)
    assert "Accept the invitation" in client.get(path).text
    users.suspend(cast.representative, "Stolen phone", cast.operator.actor())
    page = client.get(path).text
    assert "Mira Castellan can&#39;t appoint anybody at Quillmark Press now." in page
    assert "Accept the invitation" not in page
    assert client.post(path, data={"answer": "accept"}).status_code == 409
    assert not Membership.select().where(Membership.user == lena).exists()


def test_somebody_else_is_told_for_whom_it_is(
    cast: Cast, signed_in: SignedIn, administrator: Access, link_of: Opener
) -> None:
    product = factories.product(cast.organization, "secret.example")
    made = invitations.invite("lena@example.org", Role.EXTERNAL, administrator, products=[product.id])
    path, client = link_of(Purpose.INVITATION, made.id), signed_in(cast.stranger)
    page = client.get(path)
    assert "1 product" in page.text
    assert "secret.example" not in page.text
    assert f"This invitation is for lena@example.org. You are signed in as {cast.stranger.email}." in page.text
    assert "Accept the invitation" not in page.text
    forced = client.post(path, data={"answer": "accept"})
    assert forced.status_code == 403
    assert client.post(f"{path}/refuse").status_code == 403
    assert Invitation.get_by_id(made.id).state == "pending"
    switched = client.post(path, data={"answer": "switch"})
    assert switched.headers["Location"].startswith("/login?next=/links/")
    assert "Sign in" in client.get(path).text or "Create an account" in client.get(path).text


def test_the_inviter_without_a_verified_address_is_led_on(cast: Cast, signed_in: SignedIn) -> None:
    User.update(verified_at=None).where(User.id == cast.administrator.id).execute()
    data = {"email": "lena@example.org", "role": "external"}
    page = signed_in(cast.administrator).post(f"{HERE}/invite", data=data)
    assert page.status_code == 422
    assert "Confirm your own e-mail address first." in page.text
    assert 'href="/account/profile">Confirm your address' in page.text

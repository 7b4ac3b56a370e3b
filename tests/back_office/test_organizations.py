"""Organizations by operators: set up, suspended, looked at read-only, each with its reason in the journal."""

from __future__ import annotations

from flask.testing import FlaskClient

from models.journal import Entry
from models.organization.organizations import Organization
from models.permissions import OperatorRole
from tests import factories
from tests.conftest import Cast


def last(act: str) -> Entry:
    """The latest entry of an act."""
    found: Entry = Entry.select().where(Entry.act == act).order_by(Entry.id.desc()).get()
    return found


def test_one_is_set_up(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    form = {"kind": "association", "name": "Chorverein Wabern", "country": "CH", "language": "de", "time_zone": "UTC"}
    answer = client.post("/back-office/organizations/new", data=form)
    made = Organization.get(Organization.name == "Chorverein Wabern")
    assert answer.status_code == 303
    assert (made.slug, made.kind, last("organization.created").behalf) == (
        "chorverein-wabern",
        "association",
        "the provider",
    )


def test_a_wrong_number_is_told_beside_its_field(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    form = {"kind": "company", "name": "Foo AG", "country": "CH", "language": "de", "time_zone": "UTC"}
    answer = client.post("/back-office/organizations/new", data={**form, "vat_number": "CHE-255.671.163"})
    assert answer.status_code == 422
    assert "The last digit does not fit the others" in answer.text


def test_it_is_suspended_with_a_reason_and_resumed(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    path = f"/back-office/organizations/{cast.organization.id}"
    assert client.post(f"{path}/suspend", data={"reason": "no"}).status_code == 422
    assert cast.organization.reload().suspended_at is None
    assert client.post(f"{path}/suspend", data={"reason": "Invoices are open"}).status_code == 303
    assert cast.organization.reload().suspended_reason == "Invoices are open"
    assert last("organization.suspended").organization_id == cast.organization.id
    assert client.post(f"{path}/resume").status_code == 303
    assert cast.organization.reload().suspended_at is None


def test_an_operator_looks_on_and_can_change_nothing(client: FlaskClient, cast: Cast) -> None:
    factories.product(cast.organization, "quillmark.example")
    factories.sign_in(client, cast.operator)
    home = f"/o/{cast.organization.slug}"
    assert client.get(f"{home}/products").status_code == 404
    view = f"/back-office/organizations/{cast.organization.id}/view"
    assert client.post(view, data={"reason": "  "}).status_code == 422
    answer = client.post(view, data={"reason": "Asked for help by phone"})
    assert answer.headers["Location"] == f"{home}/"
    page = client.get(f"{home}/products").text
    assert "quillmark.example" in page
    assert "Stop viewing" in page
    assert client.post(f"{home}/settings/edit", data={"name": "X"}).status_code == 403
    entry = last("viewing.started")
    assert (entry.organization_id, entry.details) == (cast.organization.id, {"reason": "Asked for help by phone"})


def test_looking_on_ends(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    view = f"/back-office/organizations/{cast.organization.id}/view"
    client.post(view, data={"reason": "Asked for help by phone"})
    answer = client.post("/back-office/viewing/stop")
    assert answer.headers["Location"] == f"/back-office/organizations/{cast.organization.id}"
    assert client.get(f"/o/{cast.organization.slug}/products").status_code == 404
    assert last("viewing.stopped").organization_id == cast.organization.id
    assert client.post("/back-office/viewing/stop").headers["Location"] == "/back-office/organizations"


def test_one_does_not_see_another_organization_by_looking_on(client: FlaskClient, cast: Cast) -> None:
    other = Organization.get(Organization.name == "Brennholm Verein")
    factories.sign_in(client, cast.operator)
    client.post(f"/back-office/organizations/{other.id}/view", data={"reason": "Asked for help"})
    assert client.get(f"/o/{cast.organization.slug}/products").status_code == 404


def test_billing_may_read_and_not_act(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, factories.user("Bea Billing", operator_roles=(OperatorRole.BILLING,)))
    path = f"/back-office/organizations/{cast.organization.id}"
    assert client.get(path).status_code == 200
    for act in ("suspend", "view", "welcome"):
        assert client.post(f"{path}/{act}", data={"reason": "Because I can"}).status_code == 403
    assert cast.organization.reload().suspended_at is None

"""Products, categories, outbox, settings and jobs by operators."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from models import outbox, runs, settings, work
from models.backup import daily
from models.base import now
from models.journal import Entry
from models.permissions import OperatorRole
from models.products import categories
from models.products.products import Category, Product
from tests import factories
from tests.conftest import Cast

PRODUCT = {
    "plan": "Domain plus",
    "expires_on": "2027-06-30",
    "auto_renew": "y",
    "price": "1'250,50",
    "currency": "CHF",
    "period_months": "12",
    "state": "active",
    "holder_name": "Mira Castellan",
    "version": "1",
}
SETTINGS = {
    "provider_name": "Tannwald",
    "provider_country": "CH",
    "currency": "CHF",
    "language": "de",
    "time_zone": "Europe/Zurich",
    "public_address": "https://accounts.tannwald.example/",
    "signup": "invitation",
    "terms_version": "2",
    "backups_kept": "14",
}


@pytest.fixture(autouse=True)
def operator(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)


def test_a_product_is_changed_and_the_organization_reads_it(client: FlaskClient, cast: Cast) -> None:
    product = factories.product(cast.organization, "quillmark.example")
    assert client.post(f"/back-office/products/{product.id}", data=PRODUCT).status_code == 303
    fresh = Product.get_by_id(product.id)
    assert (fresh.plan, fresh.expires_on, fresh.price_minor, fresh.due_key, fresh.auto_renew) == (
        "Domain plus",
        date(2027, 6, 30),
        125050,
        "2027-06-30",
        True,
    )
    entry = Entry.get(Entry.act == "product.changed")
    assert (entry.organization_id, entry.behalf) == (cast.organization.id, "the provider")
    stale = client.post(f"/back-office/products/{product.id}", data=PRODUCT | {"plan": "Other"})
    assert (stale.status_code, "Somebody changed this product" in stale.text) == (422, True)


@pytest.mark.parametrize(("field", "value"), [("price", "fifteen"), ("state", "asleep"), ("period_months", "0")])
def test_a_wrong_product_is_refused(client: FlaskClient, cast: Cast, field: str, value: str) -> None:
    product = factories.product(cast.organization, "quillmark.example")
    assert client.post(f"/back-office/products/{product.id}", data=PRODUCT | {field: value}).status_code == 422
    assert Product.get_by_id(product.id).plan == ""


def test_a_category_is_added_changed_moved_and_archived(client: FlaskClient) -> None:
    client.post("/back-office/categories/new", data={"name": "Fax line", "icon": "smartphone"})
    made = Category.get(Category.key == "fax-line")
    client.post(f"/back-office/categories/{made.id}", data={"name": "Fax", "icon": "monitor", "has_holder": "y"})
    client.post(f"/back-office/categories/{made.id}/up")
    fresh = categories.get(made.id)
    assert (fresh.key, fresh.name, fresh.icon, fresh.has_holder) == ("fax-line", "Fax", "monitor", True)
    assert [c.key for c in categories.choices()][-2:] == ["fax-line", "other"]
    client.post(f"/back-office/categories/{made.id}/archive")
    assert made.id not in [c.id for c in categories.choices()]
    client.post(f"/back-office/categories/{made.id}/restore")
    assert made.id in [c.id for c in categories.choices()]


def test_a_category_needs_a_name_of_its_own(client: FlaskClient) -> None:
    for form in ({"name": "domain NAME", "icon": "globe"}, {"name": "", "icon": "globe"}, {"name": "Fax", "icon": "?"}):
        assert client.post("/back-office/categories/new", data=form).status_code == 422
    assert Category.select().count() == 8


def failed_message(cast: Cast, organization: int | None) -> outbox.Message:
    outbox.post("test_mail", cast.collaborator.recipient, organization=organization)
    outbox.Message.update(state="failed", attempts=8, answer="550 5.1.1 No such mailbox").execute()
    found: outbox.Message = outbox.Message.get()
    return found


def retried() -> list[tuple[int | None, int]]:
    """Whose journals say that messages were tried again, and how many."""
    entries = Entry.select().where(Entry.act == "mail.retried").order_by(Entry.organization_id)
    return [(entry.organization_id, entry.details["count"]) for entry in entries]


def test_failed_mail_is_tried_again(client: FlaskClient, cast: Cast) -> None:
    message = failed_message(cast, cast.organization.id)
    assert "550 5.1.1 No such mailbox" in client.get("/back-office/outbox?state=failed").text
    assert client.post(f"/back-office/outbox/{message.id}/retry").status_code == 303
    assert outbox.Message.get().state == "waiting"
    assert retried() == [(cast.organization.id, 1)]


def test_all_failed_mail_is_tried_again_and_each_organization_reads_it(client: FlaskClient, cast: Cast) -> None:
    other = factories.organization("Zunfthaus")
    for organization in (other.id, cast.organization.id, None, other.id):
        failed_message(cast, organization)
    assert client.post("/back-office/outbox/retry").status_code == 303
    assert outbox.Message.select().where(outbox.Message.state == "failed").count() == 0
    assert sorted(retried(), key=str) == sorted([(cast.organization.id, 1), (other.id, 2), (None, 1)], key=str)


def test_a_message_is_shown_without_the_link_that_would_open_it(client: FlaskClient, cast: Cast) -> None:
    cast.collaborator.verified_at = None
    cast.collaborator.ask_for_verification()
    page = client.get(f"/back-office/outbox/{outbox.Message.get().id}").text
    assert "Hello Jonas Abegglen" in page
    assert "/links/" not in page


def test_mails_in_files_are_for_the_security_role(client: FlaskClient, data_folder: Path) -> None:
    folder = data_folder / "mail"
    folder.mkdir(exist_ok=True)
    mail = "From: a@example.org\nTo: b@example.org\nSubject: Hello\nDate: Sun, 22 Nov 2026 09:14:00 +0000\n\nSee you.\n"
    (folder / "letter.eml").write_text(mail)
    assert "Hello" in client.get("/back-office/outbox/files").text
    assert "See you." in client.get("/back-office/outbox/files/letter").text
    assert client.get("/back-office/outbox/files/missing").status_code == 404
    factories.sign_in(client, factories.user("Sam Support", operator_roles=(OperatorRole.SUPPORT,)))
    assert client.get("/back-office/outbox/files").status_code == 403
    assert client.get("/back-office/outbox/files/letter").status_code == 403


def test_settings_are_saved_and_told(client: FlaskClient) -> None:
    assert client.post("/back-office/settings", data=SETTINGS).status_code == 303
    said = settings.business()
    assert (said.signup, said.public_address, said.backup_daily, said.backups_kept) == (
        "invitation",
        "https://accounts.tannwald.example",
        False,
        14,
    )
    entry = Entry.get(Entry.act == "settings.changed")
    assert entry.details["changes"]["signup"] == ["open", "invitation"]
    assert "provider_name" not in entry.details["changes"]


def test_wrong_settings_are_refused(client: FlaskClient) -> None:
    for name, value in (
        ("public_address", "accounts"),
        ("public_address", "http://⒈com.example"),
        ("support_email", "jörg@example.org"),
        ("backups_kept", "0"),
        ("provider_name", " "),
    ):
        assert client.post("/back-office/settings", data=SETTINGS | {name: value}).status_code == 422, name
    assert settings.business().signup == "open"


def test_every_page_says_when_something_stalls(client: FlaskClient) -> None:
    assert "has stalled" in client.get("/back-office/settings").text
    work.beat("machine:1", "worker")
    assert "has stalled" not in client.get("/back-office/settings").text
    outbox.post("test_mail", outbox.Recipient("a@example.org", "A"))
    outbox.Message.update(next_at=now() - timedelta(hours=1)).execute()
    assert "has stalled" in client.get("/back-office/jobs").text


def test_a_backup_that_is_two_days_old_is_told(client: FlaskClient) -> None:
    runs.note(daily.NOTE)
    assert "over two days old" not in client.get("/back-office/").text
    runs.Run.update(finished_at=now() - timedelta(days=3)).execute()
    assert "over two days old" in client.get("/back-office/").text

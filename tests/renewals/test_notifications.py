"""The page of notifications: saved as soon as it is changed, by a script or by its button."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from models.journal import Entry
from models.permissions import Role
from models.renewals import preferences
from tests import factories
from tests.conftest import Cast

HERE = "/o/quillmark-press/billing/notifications"
SCRIPT = {"HX-Request": "true"}
FORM = {
    "version": "0",
    "reminders": "on",
    "leads": ["60", "0"],
    "auto_reminder": "on",
    "digest": "single",
    "to_representatives": "on",
}


@pytest.fixture
def representative(client: FlaskClient, cast: Cast) -> FlaskClient:
    factories.sign_in(client, cast.representative)
    return client


def test_the_page_shows_what_holds_before_anything_was_chosen(representative: FlaskClient) -> None:
    page = representative.get(HERE).text
    for lead in (30, 7, 1):
        assert f'name="leads" value="{lead}" checked' in page
    assert 'name="leads" value="60" checked' not in page
    assert "Mira Castellan" in page


def test_what_is_changed_is_saved_and_stands_in_the_journal(representative: FlaskClient, cast: Cast) -> None:
    saved = representative.post(HERE, data=FORM, headers=SCRIPT)
    assert saved.status_code == 200
    assert "Saved at" in saved.text
    assert 'name="version" id="version" value="1"' in saved.text
    kept = preferences.of(cast.organization.id)
    assert (kept.chosen, kept.digest, kept.invoice, kept.to_billing) == ((60, 0), False, False, False)
    entry = Entry.get(Entry.act == "notifications.changed")
    assert entry.details["changes"]["leads"] == ["30, 7, 1", "60, 0"]


def test_without_a_script_the_page_says_it(representative: FlaskClient) -> None:
    assert representative.post(HERE, data=FORM).headers["Location"] == HERE
    assert "Saved." in representative.get(HERE).text


def test_the_second_of_two_tabs_is_told(representative: FlaskClient, cast: Cast) -> None:
    representative.post(HERE, data=FORM, headers=SCRIPT)
    late = representative.post(HERE, data={**FORM, "leads": ["1"]}, headers=SCRIPT)
    assert late.status_code == 409
    assert "changed elsewhere meanwhile" in late.text
    whole = representative.post(HERE, data={**FORM, "leads": ["1"]})
    assert whole.status_code == 409
    assert "changed elsewhere meanwhile" in whole.text
    assert preferences.of(cast.organization.id).chosen == (60, 0)
    again = representative.post(HERE, data={**FORM, "version": "1", "leads": ["1"]}, headers=SCRIPT)
    assert again.status_code == 200
    assert preferences.of(cast.organization.id).version == 2


def test_a_lead_time_that_is_none_is_refused(representative: FlaskClient, cast: Cast) -> None:
    answer = representative.post(HERE, data={**FORM, "leads": ["5"]}, headers=SCRIPT)
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert preferences.of(cast.organization.id).version == 0


def test_a_collaborator_is_told_whom_it_takes(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.members[Role.COLLABORATOR].user)
    assert client.get(HERE).status_code == 403

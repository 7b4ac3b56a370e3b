"""Doing without: by the page of the link, by one click of a mail program, each for one address and one organization."""

from __future__ import annotations

import email
import re
from email import policy
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobs import letters, mime
from models import links, outbox, settings
from models.journal import Entry
from models.links import Link, Purpose
from models.organization.organizations import Organization
from models.renewals import refusals
from models.settings import Environment
from tests.conftest import Cast
from tests.renewals.conftest import in_days, swept, told

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def mail(organization: Organization, cast: Cast) -> outbox.Claimed:
    """The mail to the legal representative about a product that expires in a week."""
    in_days(organization, 7)
    swept()
    return next(one for one in outbox.claim("w", 10) if one.to_address == cast.representative.email)


@pytest.fixture
def path(app: Flask, mail: outbox.Claimed) -> str:
    """The link under it."""
    return "/links/" + links.token(app.config["SECRET_KEY"], mail.link_id or 0, Purpose.UNSUBSCRIBE)


def composed(message: outbox.Claimed, environment: Environment, base_url: str) -> EmailMessage:
    sender = letters.Sender(settings.business(), base_url, environment.secret_key)
    content = mime.compose(message, letters.write(message, sender), sender, "Tannwald <t@example.org>", DAY_AT)
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


DAY_AT = outbox.now()


def test_the_mail_says_what_waits_and_how_to_do_without(mail: outbox.Claimed, environment: Environment) -> None:
    read = composed(mail, environment, "https://my.tannwald.example")
    assert read["Subject"] == "quillmark.example expires in 7 days"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://my\.tannwald\.example/links/unsubscribe\.\S+/one-click>", read["List-Unsubscribe"])
    text, html = (part.get_content() for part in read.iter_parts())
    for body in (text, html):
        assert "quillmark.example" in body
        assert "/links/unsubscribe." in body


def test_without_https_a_mail_has_no_header_that_nobody_could_use(
    mail: outbox.Claimed, environment: Environment
) -> None:
    read = composed(mail, environment, "http://localhost:8000")
    assert read["List-Unsubscribe"] is None


def test_one_click_takes_no_page_before_it(
    client: FlaskClient, app: Flask, path: str, cast: Cast, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.post(f"{path}/one-click", data=ONE_CLICK)
    assert (answer.status_code, answer.get_data()) == (200, b"")
    assert refusals.of(organization.id, cast.representative.email_key) == {"reminder"}
    swept(6)
    assert told(cast.representative.email_key) == [("quillmark.example", 7, 0)]
    assert told() == [("quillmark.example", 7, 0), ("quillmark.example", 1, 6)], "nobody else is touched"
    assert Entry.get(Entry.act == "notifications.refused").actor == cast.representative.email_key


def test_opening_the_address_of_the_header_changes_nothing(client: FlaskClient, path: str) -> None:
    assert "Which mails on renewals of Quillmark Press?" in client.get(f"{path}/one-click").text
    assert client.post(f"{path}/one-click", data={}).status_code == 404
    assert not refusals.Refusal.select().exists()


def test_the_page_chooses_and_brings_back(
    client: FlaskClient, path: str, cast: Cast, organization: Organization
) -> None:
    page = client.get(path).text
    assert re.search(r'value="reminder"><span>Reminders before a deadline', page), "proposed to do without"
    assert re.search(r'value="expired" checked', page)
    assert client.post(path, data={"kind": ["renewal", "expired"]}).headers["Location"] == f"{path}?chosen=1"
    assert refusals.of(organization.id, cast.representative.email_key) == {"reminder"}
    client.post(path, data={"kind": ["reminder", "renewal", "expired"]})
    assert refusals.of(organization.id, cast.representative.email_key) == frozenset()
    assert "Save</button>" in client.get(f"{path}?chosen=1").text, "what was chosen is shown, nothing is proposed anew"
    assert re.search(r'value="reminder" checked', client.get(f"{path}?chosen=1").text)
    assert [e.act for e in Entry.select().order_by(Entry.id)][-2:] == ["notifications.refused", "notifications.wanted"]


def test_a_link_stays_the_same_from_mail_to_mail(organization: Organization) -> None:
    in_days(organization, 7)
    swept(0)
    swept(6)
    assert Link.select().where(Link.purpose == Purpose.UNSUBSCRIBE.value).count() == 2, "one for each address"

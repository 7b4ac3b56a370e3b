"""What a mail looks like: language and time zone of its reader, safe headers, a link made at delivery."""

from __future__ import annotations

import dataclasses
import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError

from jobs import letters, mail, mime
from models import links, outbox, settings
from models.base import now
from models.errors import WrongSetting
from models.outbox import Claimed, Recipient
from models.settings import Environment
from tests.jobs.conftest import Post
from tests.services import SmtpSink

TEMPLATES = {
    "mail/told.txt": (
        "{{ _('Hello') }}, {{ message.to_name }}\n\n{{ at|datetime }} {{ on|date }} {{ sum|money('CHF') }}\n"
    ),
    "mail/told.html": "<p>{{ message.to_name }} {{ link_url }}</p>",
}


def claimed(**changes: object) -> Claimed:
    made = Claimed(
        id=7,
        name="told",
        to_address="mira@example.org",
        to_name="Mira <Castellan>",
        language="en",
        time_zone="UTC",
        user_id=None,
        organization_id=None,
        link_id=None,
        purpose=None,
        context={"at": "2026-11-22T23:30:00.000000Z", "on": "2026-11-24", "sum": 123450},
        optional=False,
        message_id="0123456789abcdef",
        attempts=1,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  whatever the test is about


@pytest.fixture
def sender(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> letters.Sender:
    for language in ("en", "de"):
        monkeypatch.setattr(letters._jinja(language), "loader", DictLoader(TEMPLATES))
    letters._templates.cache_clear()
    return letters.Sender.of(environment, settings.Business(provider_name="Tännwald", support_email="help@example.org"))


def test_it_speaks_the_readers_language_in_their_time_zone(sender: letters.Sender) -> None:
    english = letters.write(claimed(), sender)
    assert english.text == "22 Nov 2026, 23:30 24 Nov 2026 CHF 1,234.50\n"
    german = letters.write(claimed(language="de", time_zone="Europe/Zurich"), sender)
    assert german.text == "23. Nov. 2026, 00:30 24. Nov. 2026 CHF 1.234,50\n"
    assert letters.write(claimed(language="xx", time_zone="Mars/Olympus"), sender) == english


def test_names_are_data_in_html_and_in_headers(sender: letters.Sender) -> None:
    letter = letters.write(claimed(), sender)
    assert letter.html.startswith("<p>Mira &lt;Castellan&gt;")
    parsed = compose(claimed(to_name='Mira "M" <x@evil.example>\r\nBcc: all@example.org'), sender)
    assert parsed["To"].addresses[0].addr_spec == "mira@example.org"
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == 'Hello, Mira "M" <x@evil.example>'


def compose(message: Claimed, sender: letters.Sender) -> EmailMessage:
    content = mime.compose(
        message,
        letters.write(message, sender),
        sender,
        mime.sent_from(None, "Tännwald", "http://panel.example")[0],
        now(),
    )
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) < 998 for line in content.split(b"\r\n"))
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


@pytest.mark.parametrize("name", ["", "Mira", "Dr. Mira, Castellan", "Müller, Ånders", "株式会社 " * 12, "A" * 90])
def test_every_name_comes_back_from_its_header(sender: letters.Sender, name: str) -> None:
    parsed = compose(claimed(to_name=name), sender)
    read = parsed["To"].addresses[0].display_name
    assert "".join(read.split()) == "".join(name.split()), "Python's reader leaves spaces between encoded words"
    assert (parsed["From"].addresses[0].display_name, parsed["Reply-To"]) == ("Tännwald", "help@example.org")
    assert parsed["Message-ID"] == "<0123456789abcdef@localhost>"
    assert parsed["Auto-Submitted"] == "auto-generated"


def test_both_bodies_survive_the_encoding(sender: letters.Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Zeile mit Ümläuten\n.\n. Punkt am Anfang\nFrom hier \n" + "lang " * 80 + "\n--=_0123456789abcdef\n"
    content = mime.compose(claimed(), letters.Letter("S", text, f"<p>{text}</p>"), sender, "a@example.org", now())
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    plain, html = parsed.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert text.partition("\n")[0] in html.get_content()


@pytest.mark.parametrize(
    ("mail_from", "expected"),
    [
        (None, "Tannwald <no-reply@panel.example>"),
        ("post@example.org", "Tannwald <post@example.org>"),
        ("The Desk <desk@example.org>", "The Desk <desk@example.org>"),
    ],
)
def test_who_it_is_from(mail_from: str | None, expected: str) -> None:
    assert mime.sent_from(mail_from, "Tannwald", "https://panel.example/")[0] == expected
    mime.check_mail_from(mail_from)


@pytest.mark.parametrize("mail_from", ["Tannwald", "jörg@example.org", "a@example.org, b@example.org", "@example.org"])
def test_who_it_can_not_be_from(mail_from: str) -> None:
    with pytest.raises(WrongSetting, match="INTENDANT_MAIL_FROM must be one address"):
        mime.check_mail_from(mail_from)


def test_the_link_is_made_at_delivery(postman: mail.Postman, smtp_sink: SmtpSink, environment: Environment) -> None:
    link = links.make(links.Purpose.VERIFY_ADDRESS, "mira@example.org", subject=1)
    outbox.post("test_mail", Recipient("mira@example.org", "Mira"), link=link.id)
    (message,) = outbox.claim("w", 1)
    url = letters.link_url(message, letters.Sender.of(environment, settings.business()))
    assert url is not None
    assert links.find(environment.secret_key, url.rpartition("/")[2]).id == link.id


def test_a_missing_value_is_never_sent(sender: letters.Sender) -> None:
    with pytest.raises(UndefinedError):
        letters.write(claimed(context={}), sender)


def test_the_test_mail_reads_well(postman: mail.Postman, post: Post, smtp_sink: SmtpSink) -> None:
    (address,) = post(1)
    postman.drain()
    (arrived,) = smtp_sink.to(address)
    assert arrived["Subject"] == "Tannwald sends mail"
    text, html = (part.get_content() for part in arrived.iter_parts())
    assert text.startswith("The mails of Tannwald arrive.")
    assert "because you asked for a test" in text
    assert 'href="http://localhost/back-office/"' in html


def test_without_a_mail_server_mails_are_files(environment: Environment, post: Post, data_folder: Path) -> None:
    post(2)
    before = set((data_folder / "mail").glob("*.eml"))
    assert mail.Postman(environment, "w").drain().sent == 2
    files = sorted(set((data_folder / "mail").glob("*.eml")) - before)
    assert [oct(file.stat().st_mode)[-3:] for file in files] == ["600", "600"]
    parsed = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert parsed["Subject"] == "Tannwald sends mail"


def test_what_goes_to_many_is_written_once_and_reads_the_same(sender: letters.Sender) -> None:
    people = [claimed(id=n, to_name=name) for n, name in enumerate(["Ada", "B & <C>", "Ümit", "", "Dora"])]
    series = letters.Series(sender)
    assert [series.write(one) for one in people] == [letters.write(one, sender) for one in people]
    assert [kind.proven for kind in series.kinds.values()] == [True]


def test_what_depends_on_the_person_is_written_for_each(
    sender: letters.Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TEMPLATES, "mail/told.html", "<p>{{ message.to_name|upper }} {{ message.id }}</p>")
    letters._jinja("en").cache.clear()
    letters._templates.cache_clear()
    people = [claimed(id=n, to_name=name) for n, name in enumerate(["Ada", "Bert", "Cleo", "Dora"])]
    series = letters.Series(sender)
    assert [series.write(one).html for one in people][2:] == ["<p>CLEO 2</p>", "<p>DORA 3</p>"]
    assert [kind.proven for kind in series.kinds.values()] == [False]


def test_every_mail_has_both_parts_and_compiles() -> None:
    for file in (letters.ROOT / "templates" / "mail").glob("*.txt"):
        assert letters._templates(file.stem, "en")

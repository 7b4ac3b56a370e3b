"""The test services themselves: what the other tests rely on without looking."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage
from threading import Timer

import psycopg
import pytest
import redis
from playwright.sync_api import Page

from tests import services
from tests.services import NetworkUsed, RedisServer, SmtpSink, is_this_machine


def mail(recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "house@example.org"
    message["To"] = recipient
    message["Subject"] = "Grüezi"
    message.set_content("A line.\n")
    return message


def send(sink: SmtpSink, *recipients: str, timeout: float = 5) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="localhost", timeout=timeout) as client:
        for recipient in recipients:
            client.send_message(mail(recipient))


def test_sink_keeps_messages_of_one_connection(smtp_sink: SmtpSink) -> None:
    send(smtp_sink, "a@example.org", "b@example.org")
    assert [message["Subject"] for message in smtp_sink.to("a@example.org")] == ["Grüezi"]
    assert (len(smtp_sink.messages), smtp_sink.connections) == (2, 1)


@pytest.mark.parametrize("answer", ["550 5.1.1 No such mailbox", "450 4.2.0 Later"])
def test_sink_refuses_by_recipient(smtp_sink: SmtpSink, answer: str) -> None:
    smtp_sink.refuse["a@example.org"] = answer
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(smtp_sink, "a@example.org")
    assert refused.value.recipients["a@example.org"] == (int(answer[:3]), answer[4:].encode())
    send(smtp_sink, "b@example.org")
    assert not smtp_sink.to("a@example.org")
    assert smtp_sink.to("b@example.org")


def test_sink_hangs_up_with_421(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse["*"] = "421 4.3.2 Closing"
    client = smtplib.SMTP("127.0.0.1", smtp_sink.port, local_hostname="localhost", timeout=5)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        client.send_message(mail("a@example.org"))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()


def test_sink_hangs_until_it_is_told_to_go_on(smtp_sink: SmtpSink) -> None:
    smtp_sink.hang = True
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(smtp_sink, "a@example.org", timeout=0.2)
    Timer(0.2, setattr, (smtp_sink, "hang", False)).start()
    send(smtp_sink, "b@example.org")
    assert smtp_sink.to("b@example.org")


def test_sink_drops_after_the_message_was_taken(smtp_sink: SmtpSink) -> None:
    smtp_sink.drop = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink, "a@example.org")
    assert len(smtp_sink.messages) == 1


def test_sink_comes_back_on_its_port(smtp_sink: SmtpSink) -> None:
    port = smtp_sink.port
    smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_sink, "a@example.org")
    smtp_sink.start()
    send(smtp_sink, "a@example.org")
    assert smtp_sink.port == port


def test_postgres_database_is_empty_and_ones_own(postgres_server: str) -> None:
    with psycopg.connect(postgres_server) as connection:
        name, encoding = connection.execute(
            "SELECT current_database(), current_setting('server_encoding')"
        ).fetchone() or ("", "")
    assert name.startswith("intendant_test_")
    assert encoding == "UTF8"


def test_redis_database_is_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_redis_fails_as_told(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url, socket_timeout=0.2, retry=None) as client:
        client.ping()
        redis_server.freeze()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        redis_server.thaw()
        client.ping()
        redis_server.stop()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        redis_server.start()
        client.ping()


def test_the_systems_chromium_shows_a_page(page: Page) -> None:
    page.set_content("<h1>Intendant</h1>")
    assert page.get_by_role("heading").inner_text() == "Intendant"


@pytest.mark.parametrize("address", [("192.0.2.1", 25), ("2001:db8::1", 25, 0, 0)])
def test_network_is_refused(address: services.Address) -> None:
    family = socket.AF_INET if len(address) == 2 else socket.AF_INET6
    with socket.socket(family) as client, pytest.raises(NetworkUsed):
        client.connect(address)
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("mail.example.org", 25)
    services._attempts.clear()


@pytest.mark.parametrize(
    ("address", "here"),
    [
        (("127.0.0.1", 1), True),
        (("::1", 1, 0, 0), True),
        ("/run/postgresql/.s.PGSQL.5432", True),
        ("localhost", True),
        (None, True),
        (("10.0.0.1", 1), False),
        ("example.org", False),
    ],
)
def test_which_addresses_are_this_machine(address: services.Address | None, here: bool) -> None:
    assert is_this_machine(address, {"localhost"}) is here


def test_what_is_missing_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="MISSING: a thing"):
        services.missing("a thing")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="MISSING: a thing"):
        services.missing("a thing")

"""What machines ask."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from models import outbox, runs, work
from models.outbox import Recipient
from tests import factories
from tests.conftest import Cast, StandingClock


def test_a_running_process_is_healthy_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text.startswith("ready\ndatabase: ok\n")


def test_metrics_are_for_the_operators_network_only(client: FlaskClient) -> None:
    assert "intendant_sessions 0" in client.get("/metrics").text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code == 200
    for stranger in ("192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "unix"):
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": stranger}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


def test_mail_that_waits_too_long_is_degraded(client: FlaskClient, clock: StandingClock) -> None:
    outbox.post("test_mail", Recipient("a@example.org", "A"))
    clock.moment += timedelta(minutes=16)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.text == "degraded\ndatabase: ok\noutbox: late, oldest due 960 s\n"


def test_metrics_count_what_is_open_and_what_waits(client: FlaskClient, cast: Cast, clock: StandingClock) -> None:
    factories.sign_in(client, cast.representative)
    clock.moment += timedelta(hours=13)
    factories.sign_in(client, cast.administrator)
    outbox.post("test_mail", Recipient("a@example.org", "A"))
    said = client.get("/metrics").text
    assert "intendant_sessions 1\n" in said
    assert '\nintendant_outbox_messages{state="waiting"} 1\n' in said
    assert '\nintendant_outbox_messages{state="failed"} 0\n' in said


def test_metrics_tell_of_workers_and_backups(client: FlaskClient) -> None:
    work.beat("w", "worker")
    runs.note("backup.made")
    said = client.get("/metrics").text
    assert "intendant_workers_alive 1\n" in said
    assert "intendant_last_backup_timestamp_seconds 1" in said

"""What machines ask."""

from __future__ import annotations

from flask.testing import FlaskClient

from models import runs, work


def test_a_running_process_is_healthy_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text.startswith("ready\ndatabase: ok\n")


def test_metrics_are_for_the_operators_network_only(client: FlaskClient) -> None:
    assert "intendant_sessions 0" in client.get("/metrics").text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


def test_metrics_tell_of_workers_and_backups(client: FlaskClient) -> None:
    work.beat("w", "worker")
    runs.note("backup.made")
    said = client.get("/metrics").text
    assert "intendant_workers_alive 1\n" in said
    assert "intendant_last_backup_timestamp_seconds 1" in said

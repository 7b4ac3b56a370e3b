"""What a person sees when something is refused or goes wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import OperationalError

from blueprints.ground import session
from tests import factories
from tests.conftest import Cast


def test_an_unknown_page_is_a_calm_404(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_refusal_names_the_roles_that_may(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.external)
    answer = client.get(f"/o/{cast.organization.slug}/members")
    assert answer.status_code == 403
    assert "Collaborator" in answer.text


def test_a_database_that_is_gone_is_a_503_with_a_reference(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(session, "visitor", gone)
    monkeypatch.setattr("blueprints.ground.guard.visitor", gone)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get("/account/profile")
    assert answer.status_code == 503
    assert "Closed for a moment" in answer.text
    assert "gone" not in answer.text


def test_a_fault_while_an_answer_is_finished_has_a_reference(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_response: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(session, "touch", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get("/login")
    assert answer.status_code == 500
    assert "The lock is jammed" in answer.text
    reference = answer.text.partition("<code>")[2].partition("</code>")[0]
    assert any(reference in line for line in caplog.messages)


def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/login")
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "HX-Request" in answer.headers["Vary"]


def test_a_signed_in_page_is_kept_by_no_cache(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    assert client.get(f"/o/{cast.organization.slug}/products").headers["Cache-Control"] == "no-store"

"""How a request begins: with a connection, and with no more to read than a form or a file holds."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from blueprints.ground.forms import tidied
from models.base import db
from tests import factories
from tests.conftest import Cast

MEGABYTE = 1024 * 1024


def in_a_new_thread(act: Callable[[], TestResponse]) -> TestResponse:
    """What is answered by a thread of the server that has answered nobody yet."""
    answers: list[TestResponse] = []

    def run() -> None:
        answers.append(act())
        db.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    return answers[0]


def test_a_form_without_its_token_is_refused_by_a_thread_that_begins_with_it(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = app.test_client()
    factories.sign_in(client, cast.representative)
    answer = in_a_new_thread(lambda: client.post("/account/security/password", data={"current": "x"}))
    assert answer.status_code == 400
    assert "This form is too old." in answer.text


@pytest.mark.parametrize("path", ["/login", "/login/reset", "/back-office/imports/new"])
def test_more_than_a_form_holds_is_not_read(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.post(path, data={"email": "a" * MEGABYTE})
    assert answer.status_code == 413
    assert "At most 1 MB can be sent." in answer.text


def upload(client: FlaskClient, content: bytes) -> TestResponse:
    values = {"kind": "products", "file": FileStorage(io.BytesIO(content), "list.csv")}
    boundary, body = encode_multipart(values)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(
        "/back-office/imports/new", input_stream=io.BytesIO(body), content_type=kind, content_length=len(body)
    )


def test_a_file_may_be_larger_than_a_form(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    rows = "\n".join(f"{'product-' * 6}{number}.example,domain" for number in range(19_000))
    assert len(rows) > MEGABYTE
    assert upload(client, f"Name,Category\n{rows}\n".encode()).status_code == 303


def test_a_file_has_an_end_too(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    answer = upload(client, b"x" * 12 * MEGABYTE)
    assert answer.status_code == 413
    assert "At most 12 MB can be sent." in answer.text


def test_what_no_field_takes_is_not_looked_at() -> None:
    assert len(tidied("é" * MEGABYTE)) <= 10_000

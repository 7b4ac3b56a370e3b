"""What is kept of a page for its next reader holds nothing of the first one."""

from __future__ import annotations

import re
import time
from itertools import count

import pytest
from flask import Flask
from flask_wtf.csrf import validate_csrf
from itsdangerous import TimestampSigner

from blueprints.ground import shell
from tests import factories
from tests.conftest import Cast

TOKEN = re.compile(r'(?:name="csrf_token" value|"X-CSRFToken"\W+?)[=:\s"]*"([\w.-]{40,})"')


@pytest.mark.parametrize("page", ["products", "tags"])
def test_every_form_of_a_page_carries_the_token_of_its_own_session(app: Flask, cast: Cast, page: str) -> None:
    factories.product(cast.organization)
    found = []
    for _session in range(2):
        client = app.test_client()
        factories.sign_in(client, cast.representative)
        found.append(set(TOKEN.findall(client.get(f"/o/{cast.organization.slug}/{page}").text)))
    assert [len(tokens) for tokens in found] == [1, 1]
    assert found[0] != found[1]


def test_a_browsers_token_is_signed_once_and_one_that_was_forgotten_stays_good(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = count(int(time.time()))
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: next(moments))
    client, found = app.test_client(), []
    factories.sign_in(client, cast.representative)
    with client:
        for page in ("products", "tags", "members"):
            found.append(set(TOKEN.findall(client.get(f"/o/{cast.organization.slug}/{page}").text)))
            if page == "tags":
                shell._tokens.clear()
        [first], [second], [third] = found
        assert first == second != third
        validate_csrf(first)
        validate_csrf(third)

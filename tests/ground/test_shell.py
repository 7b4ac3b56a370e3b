"""What is kept of a page for its next reader holds nothing of the first one."""

from __future__ import annotations

import re

import pytest
from flask import Flask

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

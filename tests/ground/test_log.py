"""The log: one line for each request, which says who asked for what, and nothing that opens a door."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import Cast

Ask = Callable[..., str]


@pytest.fixture
def said(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> Ask:
    """The line for a request."""

    def ask(path: str, **values: str) -> str:
        with caplog.at_level(logging.INFO, "intendant.request"):
            client.get("/", environ_overrides={"PATH_INFO": path, **values})
        return caplog.messages[-1]

    return ask


def test_a_line_says_what_who_and_from_where(said: Ask, client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.representative)
    line = said("/account/profile", REMOTE_ADDR="2001:db8::1")
    assert line.startswith("GET /account/profile 200 ")
    assert f" address=2001:db8::1 user={cast.representative.id} " in line


def test_no_path_begins_another_line(said: Ask) -> None:
    line = said("/nowhere\n2026-11-22 GET /back-office 200\x1b[2J")
    assert "\n" not in line
    assert "\x1b" not in line
    assert line.startswith("GET /nowhere%0A2026-11-22%20GET%20/back-office%20200%1B%5B2J 404 ")


@pytest.mark.parametrize("path", ["/links/", "//links/", "/links//", "/calendar/", "/recovery/"])
def test_what_opens_a_door_is_cut(said: Ask, path: str) -> None:
    line = said(f"{path}verify.1.SECRET\nand/more")
    assert "SECRET" not in line
    assert "more" not in line
    assert "/… " in line

"""How every request begins: a reference number, how much may be sent, a database connection."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from models.base import connect

View = TypeVar("View", bound=Callable[..., Any])

MOST_BYTES = 1024 * 1024
MOST_UPLOADED = 12 * 1024 * 1024


def start(app: Flask) -> None:
    """Begin every request the same way, before anything reads it."""
    app.before_request(begin)


def takes_file(view: View) -> View:
    """A file may be sent to this view: more than any form holds."""
    view.takes_file = True  # type: ignore[attr-defined]  # read by `begin`
    return view


def connects_itself(view: View) -> View:
    """This view answers without a database, too, and connects where it needs one."""
    view.connects_itself = True  # type: ignore[attr-defined]  # read by `begin`
    return view


def begin() -> None:
    """Runs before the form is read for its token, which sets how much of it there may be."""
    g.reference = secrets.token_hex(4)
    g.began = time.perf_counter()
    view = current_app.view_functions.get(request.endpoint or "")
    # A file is kept on disk while it comes in; a form of that size would be read into memory.
    if hasattr(view, "takes_file") and request.mimetype == "multipart/form-data":
        request.max_content_length = MOST_UPLOADED
    if not hasattr(view, "connects_itself"):
        connect()

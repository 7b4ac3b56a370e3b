"""Ids as people can type them into an address or a form: at most what a database column holds."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, request
from werkzeug.routing import IntegerConverter

MOST_DIGITS = 18


class IdConverter(IntegerConverter):
    """`<int:…>` in an address; a longer number is no address of ours (404)."""

    regex = rf"\d{{1,{MOST_DIGITS}}}"


def start(app: Flask) -> None:
    """Let every route's numbers be ids."""
    app.url_map.converters["int"] = IdConverter


def read(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are ids."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS]


def posted(name: str) -> int:
    """The id that a form was sent with; 0, which no row has, where it is none."""
    return next(iter(read([request.form.get(name, "")])), 0)

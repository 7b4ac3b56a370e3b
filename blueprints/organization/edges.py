"""Edges: where a page of a list ends, as the address bar holds it."""

from __future__ import annotations

import base64
import binascii


def write(key: str, number: int) -> str:
    """Sort key and id of a row as a word for a URL."""
    return f"{number}.{base64.urlsafe_b64encode(key.encode()).decode().rstrip('=')}"


def read(word: str) -> tuple[str, int] | None:
    """Sort key and id, or None for what is no such word."""
    number, _, coded = word.partition(".")
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode(), int(number)
    except (binascii.Error, UnicodeDecodeError):
        return None

"""Edges: where a page of a list begins, as the address bar holds it; `after` leads forwards, `before` back."""

from __future__ import annotations

import base64
from typing import Any

from flask import request, url_for

from blueprints.ground import ids
from models.paging import Edge


def swaps(part: str) -> bool:
    """Whether a link to another page of a list swaps in the part with this id: it is boosted, yet wants no page."""
    return request.headers.get("HX-Target", "").partition("#")[2] == part


def read() -> Edge | None:
    """The edge of this request's address, or None where it has none that can be read."""
    for name, backwards in (("after", False), ("before", True)):
        number, _dot, coded = request.args.get(name, "").partition(".")
        found, key = ids.read([number]), _decoded(coded)
        if found and key is not None:
            return Edge(key, found[0], backwards)
    return None


def turn(edge: Edge | None, endpoint: str, **values: Any) -> str:
    """The address of the page behind an edge; "" where there is none."""
    if edge is None:
        return ""
    coded = base64.urlsafe_b64encode(edge.key.encode()).decode().rstrip("=")
    values["before" if edge.backwards else "after"] = f"{edge.id}.{coded}"
    return url_for(endpoint, **values)


def _decoded(coded: str) -> str | None:
    try:
        key = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return None
    return None if "\0" in key else key  # No text of PostgreSQL holds one.

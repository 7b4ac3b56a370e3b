"""Imports as background work: a large file is compared, and what it changes is written."""

from __future__ import annotations

from typing import Any

from jobs.work import kind
from models.errors import Refused
from models.products.importing import imports
from models.work import Work


@kind("imports.compare")
def compare(work: Work) -> dict[str, Any]:
    """Write the preview of a file. Begun anew, it begins with an empty preview."""
    one = imports.get(work.arguments["import"])
    try:
        one.compare(work.advance)
    except Refused as fault:
        one.fail(fault)
        raise
    return {"import": one.id}


@kind("imports.apply")
def apply(work: Work) -> dict[str, Any]:
    """Write what the preview shows, in one transaction with the note that it was done."""
    one = imports.get(work.arguments["import"])
    if one.state != imports.APPLYING:
        return {"import": one.id}
    applied = one.carry_out()
    return {"import": one.id, "new": applied.new, "changed": applied.changed}

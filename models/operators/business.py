"""The settings of the business, changed by an operator."""

from __future__ import annotations

from typing import Any

from models import journal, settings
from models.base import write


def change(by: journal.Actor, **wanted: Any) -> None:
    """Save what differs, and say it in the journal."""
    now = settings.business()
    changes = {name: [getattr(now, name), value] for name, value in wanted.items() if getattr(now, name) != value}
    if not changes:
        return
    with write():
        now.save(**{name: value for name, (_before, value) in changes.items()})
        journal.record("settings.changed", by=by, about=("settings", None, now.provider_name), changes=changes)

"""Who is called when there is something to do: set once by the process, so that verbs needn't know jobs."""

from __future__ import annotations

from collections.abc import Callable

_listener: list[Callable[[str], None]] = []


def on_wake(listener: Callable[[str], None] | None) -> None:
    """Say who is called (None: nobody). `listener` gets "mail" or "work", must be quick and must not raise."""
    _listener[:] = [listener] if listener else []


def wake(kind: str) -> None:
    """There is mail or work to do. It would be found without this, only later."""
    for listener in _listener:
        listener(kind)

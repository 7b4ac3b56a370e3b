"""Work that is done at once, though it stands among all other work: a fault shows there, and a crash is made good."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from models import work
from models.base import now, write
from models.errors import Refused


def hold(job: work.Work) -> None:
    """Take a new piece of work before anybody else does; whoever does work has it once the lease runs out."""
    with write():
        job.state, job.attempts, job.leased_by = work.RUNNING, 1, f"at once:{secrets.token_hex(4)}"
        job.next_at = now() + work.LEASE
        job.save()


def do(job: work.Work, act: Callable[[work.Work], dict[str, Any]]) -> None:
    """Do the work that is held. A fault ends it for good, since somebody sees it and can begin anew."""
    try:
        result = act(job)
    except Refused as refusal:
        job.fail(str(refusal), final=True)
        raise
    except Exception as fault:  # whatever it was, the page of what is worked on must be able to say so
        job.fail(type(fault).__name__, final=True)
        raise
    job.finish(result)

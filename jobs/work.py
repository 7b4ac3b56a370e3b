"""Work: which function does which kind, and how one piece of it is done, wherever it was claimed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from models.errors import Refused
from models.work import MOST_ATTEMPTS, TakenOver, Work, claim

logger = logging.getLogger("intendant.work")

Function = Callable[[Work], dict[str, Any] | None]

KINDS: dict[str, Function] = {}


def kind(name: str) -> Callable[[Function], Function]:
    """Say that the function does this kind of work.

    It may run twice or begin anew after a crash; it calls `work.advance()` at least once a minute and returns what
    the page of the work shows. A Refused ends it for good with its sentence, other faults are tried three times.
    """

    def register(function: Function) -> Function:
        KINDS[name] = function
        return function

    return register


def do_one(worker: str) -> bool:
    """Do the piece of work that has waited longest; False if there is none."""
    work = claim(f"{worker}:{secrets.token_hex(4)}")
    if work is None:
        return False
    try:
        _do(work)
    except TakenOver as fault:
        logger.warning("%s", fault)
    return True


def _do(work: Work) -> None:
    if work.attempts > MOST_ATTEMPTS:
        work.fail("The process that did this ended in the middle of it, three times.", final=True)
        return
    if work.kind not in KINDS:
        work.fail(f"This version knows no work of the kind {work.kind}.", final=False)
        return
    try:
        result = KINDS[work.kind](work)
    except TakenOver:
        raise
    except Refused as refusal:
        work.fail(str(refusal), final=True)
    except Exception as fault:  # one piece of work that fails must not end the worker that does the others
        reference = secrets.token_hex(4)
        logger.exception("work %d (%s) failed, reference %s", work.id, work.kind, reference)
        work.fail(f"{type(fault).__name__} (reference {reference})", final=False)
    else:
        work.finish(result or {})
        logger.info("work %d (%s) done", work.id, work.kind)


def do_all(worker: str, stopping: Callable[[], bool]) -> int:
    """Do what is due, one piece after the other; returns how many were done."""
    done = 0
    while not stopping() and do_one(worker):
        done += 1
    return done

"""Background work: claimed once, tried again, taken over from the dead, refused with its own sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from jobs import mail
from jobs import work as working
from models import work
from models.errors import Refused
from models.work import TakenOver, Work
from tests.conftest import StandingClock


@pytest.fixture
def done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A kind of work that keeps which rows it was given."""
    calls: list[int] = []
    monkeypatch.setattr(working, "KINDS", {})

    @working.kind("count")
    def count(piece: Work) -> dict[str, int]:
        calls.append(piece.id)
        piece.advance(1, 2)
        return {"counted": 2}

    return calls


def piece(number: int) -> Work:
    found: Work = Work.get_by_id(number)
    return found


def test_it_is_done_once_with_progress_and_result(done: list[int]) -> None:
    made = work.add("count", {"a": 1}, total=5)
    assert work.is_due()
    assert working.do_all("w", mail.never) == 1
    after = piece(made.id)
    assert (done, after.state, after.result) == ([made.id], "done", {"counted": 2})
    assert (after.progress, after.total, after.leased_by) == (1, 2, None)
    assert not work.is_due()


def test_a_refusal_is_final_and_says_why(done: list[int]) -> None:
    @working.kind("refuse")
    def refuse(_piece: Work) -> None:
        raise Refused("Not with %(what)s.", what="this file")

    made = work.add("refuse", {})
    working.do_all("w", mail.never)
    assert (piece(made.id).state, piece(made.id).answer) == ("failed", "Not with this file.")


def test_a_fault_is_tried_three_times_and_stops_no_other(
    done: list[int], clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    @working.kind("fail")
    def fail(_piece: Work) -> None:
        raise ZeroDivisionError

    made, other = work.add("fail", {}), work.add("count", {})
    for attempt in range(1, 4):
        working.do_all("w", mail.never)
        assert piece(made.id).attempts == attempt
        clock.moment += timedelta(minutes=5)
    assert (piece(made.id).state, piece(other.id).state) == ("failed", "done")
    assert "reference" in str(piece(made.id).answer)


def test_work_of_a_dead_worker_is_found_again_but_not_for_ever(done: list[int], clock: StandingClock) -> None:
    made = work.add("count", {})
    for _ in range(work.MOST_ATTEMPTS):
        assert work.claim("dies") is not None
        assert work.claim("w") is None
        clock.moment += work.LEASE + timedelta(seconds=1)
    working.do_all("w", mail.never)
    assert (done, piece(made.id).state) == ([], "failed")


def test_a_worker_given_up_for_dead_changes_nothing(done: list[int], clock: StandingClock) -> None:
    work.add("count", {})
    slow = work.claim("slow")
    assert slow is not None
    clock.moment += work.LEASE + timedelta(seconds=1)
    assert working.do_one("fast")
    with pytest.raises(TakenOver):
        slow.advance(1)
    with pytest.raises(TakenOver):
        slow.finish({"counted": 0})
    assert piece(slow.id).result == {"counted": 2}


def test_unknown_work_waits_for_a_version_that_knows_it(done: list[int]) -> None:
    made = work.add("of.tomorrow", {})
    working.do_all("w", mail.never)
    assert piece(made.id).state == "waiting"

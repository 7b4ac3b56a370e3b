"""Two at once, faults and crashes: an import never hangs, and writes only what was seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from jobs import kinds
from jobs.work import do_one
from models import work
from models.base import now
from models.errors import Conflict
from models.products.importing import imports, previews
from models.products.products import Product
from models.uploads import Upload
from tests import factories
from tests.conftest import StandingClock
from tests.importing.test_imports import SMALL, ready

assert kinds


def break_down(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    """Let the preview be unreadable."""

    def unreadable(number: int, verdict: str) -> Any:
        raise fault

    monkeypatch.setattr(previews, "kept", unreadable)


@pytest.fixture
def waiting(app: Flask) -> imports.Import:
    """A small file that waits to be applied."""
    return ready(SMALL, factories.organization().id)


def test_a_fault_while_it_is_applied_is_told_and_it_can_be_applied_again(
    waiting: imports.Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_down(broken, OSError("disk"))
        with pytest.raises(OSError, match="disk"):
            waiting.apply(waiting.turn)
    one = imports.get(waiting.id)
    assert (one.state, str(one.trouble)) == (imports.APPLYING, "The work on it ended with a fault: OSError")
    assert not Product.select().exists()
    one.apply(one.turn)
    assert (imports.get(one.id).state, Product.select().count()) == (imports.DONE, 1)


def test_what_failed_while_it_was_applied_can_be_discarded(
    waiting: imports.Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_down(broken, OSError("disk"))
        with pytest.raises(OSError, match="disk"):
            waiting.apply(waiting.turn)
    imports.get(waiting.id).discard()
    assert not imports.Import.select().exists()
    assert not Upload.select().exists()


def test_a_fault_while_it_is_compared_leaves_the_columns_to_choose(
    app: Flask, waiting: imports.Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int, lines: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(previews, "keep", full)
        with pytest.raises(OSError, match="disk"):
            waiting.choose(waiting.mapping, waiting.organization_id, None)
    one = imports.get(waiting.id)
    assert one.trouble is not None
    one.choose(one.mapping, one.organization_id, None)
    assert imports.get(one.id).state == imports.READY


def test_what_a_process_was_killed_over_is_finished_by_the_next(
    waiting: imports.Import, monkeypatch: pytest.MonkeyPatch, clock: StandingClock
) -> None:
    with monkeypatch.context() as broken:
        break_down(broken, SystemExit())
        with pytest.raises(SystemExit):
            waiting.apply(waiting.turn)
    one = imports.get(waiting.id)
    assert (one.state, one.trouble, do_one("next")) == (imports.APPLYING, None, False)
    with pytest.raises(Conflict):
        one.discard()
    clock.moment += work.LEASE + timedelta(seconds=1)
    assert do_one("next")
    assert (imports.get(one.id).state, Product.select().count()) == (imports.DONE, 1)


def test_where_no_work_can_be_written_down_nothing_begins(
    waiting: imports.Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_values: Any) -> work.Work:
        raise OSError("disk")

    monkeypatch.setattr(work, "add", full)
    with pytest.raises(OSError, match="disk"):
        waiting.apply(waiting.turn)
    assert imports.get(waiting.id).state == imports.READY


def test_one_that_was_left_hanging_without_work_can_go_on(waiting: imports.Import) -> None:
    imports.Import.update(state=imports.APPLYING, work_id=None).execute()
    one = imports.get(waiting.id)
    assert one.trouble is not None
    one.apply(one.turn)
    assert imports.get(one.id).state == imports.DONE


def test_only_the_preview_that_was_seen_is_applied(waiting: imports.Import) -> None:
    seen = waiting.turn
    waiting.choose({"name": 2, "category": 1}, waiting.organization_id, None)
    one = imports.get(waiting.id)
    with pytest.raises(Conflict, match="another one by now"):
        one.apply(seen)
    assert not Product.select().exists()
    one.apply(one.turn)
    assert Product.get().name == "S"


def test_work_of_an_import_that_is_gone_or_goes_another_way_does_nothing(waiting: imports.Import) -> None:
    old = work.Work.get_by_id(waiting.work_id)
    waiting.choose({"name": 2, "category": 1}, waiting.organization_id, None)
    assert imports.go_on(old) == {"import": waiting.id}
    imports.get(waiting.id).discard()
    assert imports.go_on(old) == {"import": waiting.id}


def test_one_that_waits_ends_with_its_file(waiting: imports.Import) -> None:
    assert imports.forget(now() + timedelta(seconds=1)) == 1
    one = imports.get(waiting.id)
    assert (one.state, str(one.trouble)) == (
        imports.FAILED,
        "The file was deleted after 30 days. Import it again.",
    )
    for act in (lambda: one.apply(one.turn), lambda: one.choose(one.mapping, one.organization_id, None)):
        with pytest.raises(Conflict, match="was deleted"):
            act()
    assert imports.forget(now() + timedelta(days=1)) == 0


def test_one_that_was_applied_keeps_its_result_without_its_file(waiting: imports.Import) -> None:
    waiting.apply(waiting.turn)
    imports.forget(now() + timedelta(seconds=1))
    one = imports.get(waiting.id)
    assert (one.state, one.result["new"], one.upload_id) == (imports.DONE, 1, None)

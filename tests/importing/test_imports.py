"""A file on its way: upload, columns, preview, result; large ones by background work; nothing is written twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from jobs import kinds
from jobs.work import do_one
from models.base import now, rows
from models.errors import Conflict, NotFound, Refused
from models.products.importing import imports, previews
from models.products.importing.kinds import PRODUCTS
from models.products.importing.plans import CHANGED, NEW, REFUSED, UNCHANGED
from models.products.products import Product
from models.uploads import Upload
from models.work import Work
from tests import factories
from tests.importing.loading import PROVIDER, data, example_organizations

assert kinds

SMALL = b"Name,Category,Plan\na.example,Domain name,S\nb.example,Pigeon,S\n"


def begin(content: bytes, organization: int | None = None) -> imports.Import:
    made = imports.begin(
        PRODUCTS, "C:\\lists\\list.csv", content, PROVIDER, organization_id=organization, category_id=None
    )
    return imports.get(made.id)


def ready(content: bytes, organization: int | None = None) -> imports.Import:
    one = begin(content, organization)
    one.choose(one.mapping, organization, None)
    return imports.get(one.id)


def test_columns_are_guessed_and_the_file_is_kept(app: Flask) -> None:
    one = begin(SMALL, factories.organization().id)
    assert (one.name, one.state, one.total) == ("list.csv", imports.COLUMNS, 2)
    assert one.mapping == {"name": 0, "category": 1, "plan": 2}
    assert one.sheet().header == ["Name", "Category", "Plan"]


def test_a_file_that_is_none_is_refused_beside_its_field(app: Flask) -> None:
    with pytest.raises(Refused) as refused:
        begin(b"PK\x03\x04")
    assert refused.value.field == "file"
    assert not Upload.select().exists()


def test_a_column_that_is_needed_must_be_chosen(app: Flask) -> None:
    one = begin(b"What,Category\na.example,Domain name\n", factories.organization().id)
    with pytest.raises(Refused) as refused:
        one.choose(one.mapping, one.organization_id, None)
    assert refused.value.field == "name"
    one.choose({"name": 0, "category": 1}, one.organization_id, None)
    assert imports.get(one.id).counts[NEW] == 1


def test_a_small_file_is_previewed_and_applied_at_once(app: Flask) -> None:
    one = ready(SMALL, factories.organization().id)
    assert (one.state, one.counts) == (imports.READY, {NEW: 1, CHANGED: 0, UNCHANGED: 0, REFUSED: 1})
    assert not Product.select().exists()
    [refused] = previews.page(one.id, REFUSED)
    assert (refused.number, refused.reason % refused.values) == (3, "There is no category “Pigeon”.")
    one.apply(one.turn)
    done = imports.get(one.id)
    assert (done.state, done.result["new"], Product.select().count()) == (imports.DONE, 1, 1)


def test_a_refused_row_is_named_without_its_control_characters(app: Flask) -> None:
    one = ready(b"Name,Category,Price\nbad\x01\x1b name,Domain name,x\n", factories.organization().id)
    [refused] = previews.page(one.id, REFUSED)
    assert refused.name == "bad name"


def test_it_is_applied_once(app: Flask) -> None:
    one = ready(SMALL, factories.organization().id)
    stale = imports.get(one.id)
    one.apply(one.turn)
    with pytest.raises(Conflict):
        stale.apply(stale.turn)
    with pytest.raises(Conflict):
        stale.carry_out()
    with pytest.raises(Conflict):
        stale.discard()


def test_a_large_file_is_background_work_with_progress(app: Flask) -> None:
    example_organizations()
    one = ready(data("products-5000.csv"))
    assert (one.state, imports.progress(one)) == (imports.COMPARING, (0, 5000))
    assert do_one("test")
    assert imports.progress(imports.get(one.id)) == (5000, 5000)
    one = imports.get(one.id)
    assert one.counts[NEW] == one.writes == 5000
    one.apply(one.turn)
    assert imports.get(one.id).state == imports.APPLYING
    assert do_one("test")
    assert (imports.get(one.id).state, Product.select().count()) == (imports.DONE, 5000)


def test_work_that_ended_with_a_fault_can_be_begun_again(app: Flask) -> None:
    example_organizations()
    one = ready(data("products-5000.csv"))
    with pytest.raises(Conflict):
        one.choose(one.mapping, None, None)
    Work.update(state="failed", answer="OSError").execute()
    trouble = imports.get(one.id).trouble
    assert trouble is not None
    assert "OSError" in str(trouble)
    imports.get(one.id).choose(one.mapping, None, None)
    assert do_one("test")
    assert imports.get(one.id).state == imports.READY


def test_a_file_forgotten_before_its_turn_ends_with_a_sentence(app: Flask) -> None:
    example_organizations()
    one = ready(data("products-5000.csv"))
    imports.forget(now() + timedelta(days=1))
    assert do_one("test")
    assert imports.get(one.id).state == imports.FAILED


def test_the_preview_is_paged_by_line(app: Flask) -> None:
    content = "Name,Category\n" + "".join(f"{number}.example,Domain name\n" for number in range(120))
    one = ready(content.encode(), factories.organization().id)
    first = previews.page(one.id, NEW)
    second = previews.page(one.id, "", after=first[-1].number)
    assert [first[0].number, first[-1].number, second[0].number] == [2, 51, 52]
    assert previews.page(one.id, "", before=second[0].number) == first


def test_discarding_leaves_nothing(app: Flask) -> None:
    one = ready(SMALL, factories.organization().id)
    one.discard()
    assert not Upload.select().exists()
    assert not rows("SELECT 1 FROM import_row")
    with pytest.raises(NotFound):
        imports.get(one.id)


def test_old_files_and_previews_are_forgotten(app: Flask) -> None:
    one = ready(SMALL, factories.organization().id)
    assert imports.forget(now() - timedelta(days=30)) == 0
    assert imports.forget(now() + timedelta(seconds=1)) == 1
    assert not Upload.select().exists()
    with pytest.raises(Conflict, match="was deleted after 30 days"):
        imports.get(one.id).sheet()

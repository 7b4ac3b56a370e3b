"""Sheets: what spreadsheets read."""

from __future__ import annotations

import csv
import io

import pytest

from models.sheets import BOM, bare_cell, safe_cell, write_rows


@pytest.mark.parametrize("text", ["=1+1", "+41 44 000", "-x", "@sum", "\tx", " =1", "＝1"])
def test_a_formula_becomes_a_text_and_comes_back_as_it_was(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert bare_cell(safe_cell(text)) == text


HIDDEN = [
    "a;=1+1",
    ";=cmd|' /C calc'!A0;",
    "a\t@x",
    "a\n-x",
    'a; "=1"',
    'x";=1',
    "Feb; +41 44 000",
    "a;'=x",
    "'=x",
    "'' -x",
    "\t=1",
]


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_formula_stands_behind_the_separator_of_another_country(text: str, separator: str) -> None:
    whole = b"".join(write_rows(["name", "tag"], [["a.example", text], [text, "end"]])).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(whole, newline=""), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(' "').startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_was_barred_comes_back_as_it_was(text: str) -> None:
    assert bare_cell(safe_cell(text)) == text


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (-3, "-3"), ("don't", "don't"), ("'tis", "'tis")])
def test_what_is_no_formula_stays(value: object, cell: str) -> None:
    assert safe_cell(value) == cell
    assert bare_cell(cell) == cell


def test_a_long_sheet_comes_in_chunks_and_reads_back() -> None:
    chunks = list(write_rows(["name", "number"], ([f"Köln, {n}", n] for n in range(10_000))))
    assert len(chunks) > 3
    whole = b"".join(chunks)
    assert whole.startswith(BOM)
    read = list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))
    assert read[0] == ["name", "number"]
    assert read[-1] == ["Köln, 9999", "9999"]

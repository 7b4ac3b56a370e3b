"""Files as programs write them: encodings, delimiters, quotes, and what is no list at all."""

from __future__ import annotations

import tracemalloc

import pytest

from models.errors import Refused
from models.products.importing import sheets

ROWS = "Name{0}Plan\nzürich.example{0}Größe 1\n"


@pytest.mark.parametrize("delimiter", sheets.DELIMITERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found_out(delimiter: str, encoding: str) -> None:
    sheet = sheets.read(ROWS.format(delimiter).encode(encoding))
    assert (sheet.header, sheet.delimiter) == (["Name", "Plan"], delimiter)
    assert list(sheet.rows()) == [(2, ["zürich.example", "Größe 1"])]


def test_commas_in_values_do_not_hide_the_semicolon() -> None:
    sheet = sheets.read(b"Name;Price;Tags\na.example;1,50;x,y\nb.example;2,50;z,w,v\n")
    assert sheet.delimiter == ";"


def test_one_column_needs_no_delimiter() -> None:
    assert list(sheets.read(b"Name\na.example\nb.example\n").rows()) == [(2, ["a.example"]), (3, ["b.example"])]


def test_excel_names_the_delimiter_on_a_line_of_its_own() -> None:
    sheet = sheets.read(b"sep=;\r\nName;Plan\r\na.example;S\r\n")
    assert (sheet.header, list(sheet.rows())) == (["Name", "Plan"], [(3, ["a.example", "S"])])


def test_rows_keep_the_line_on_which_they_begin() -> None:
    sheet = sheets.read(b'Name,Notes\na.example,"two\nlines"\n\n,\nb.example,x\n')
    assert [line for line, _cells in sheet.rows()] == [2, 6]


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (b"", "This file is empty"),
        (b"Name,Plan\n", "This file has a header"),
        (b"PK\x03\x04rest", "This is a workbook"),
        (b"\x00\x01\x02", "This is not a text file"),
        (b"\xef\xbb\xbfName\na\0b\n", "This is not a text file"),
        ("Name\na\0b\n".encode("utf-16"), "This is not a text file"),
        (b"x" * (10 * 1024 * 1024 + 1), "This file has more than 10 MB"),
        (b"Name\n" + b"a\n" * 20_001, "This file has more than 20000 rows"),
        (b'Name,Plan\na.example,"never closed\n', "This file can't be read as CSV: on line 2"),
        (b"\xff\xfea", "The letters of this file"),
        (b",".join([b"x"] * 300) + b"\nrow\n", "This file has more than 200 columns"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, begins: str) -> None:
    with pytest.raises(Refused, match=begins):
        sheets.read(content)


def test_a_sample_shows_different_values() -> None:
    sheet = sheets.read(b"Name,State\na,active\nb,active\nc,\nd,expired\n")
    assert sheet.samples() == [["a", "b", "c"], ["active", "expired"]]


def test_the_largest_file_is_taken() -> None:
    assert sheets.read(b"Name\n" + b"a\n" * sheets.MOST_ROWS).count() == sheets.MOST_ROWS


def test_nothing_is_read_behind_the_last_row_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(Refused, match="has more than 2 rows"):
        sheets.read(b'Name\na\nb\nc\n"never closed\n')


def test_a_large_file_takes_little_more_room_than_itself() -> None:
    content = b"Name,Notes\n" + b"a.example," + b"x" * 400 + b"\n"
    content += (b"b.example," + b"y" * 400 + b"\n") * 10_000
    tracemalloc.start()
    try:
        sheet = sheets.read(content)
        samples = sheet.samples()
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert samples[0] == ["a.example", "b.example"]
    assert peak < len(content) / 2


def test_names_of_columns_hold_no_control_characters() -> None:
    assert sheets.read(b"Na\x07me,Plan\na,b\n").header == ["Name", "Plan"]

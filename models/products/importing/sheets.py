"""A CSV file as a header and rows: its encoding and delimiter are found out, every row keeps its line number.

The rows are read anew from the file whenever they are asked for, one at a time: a list of them would take many times
the room of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from models.base import tidy
from models.errors import N_, Refused

DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS = 20_000
MOST_MEGABYTES = 10
MOST_COLUMNS = 200
SAMPLE_ROWS = 50
SAMPLE_LETTERS = 64 * 1024
SHOWN_ROWS = 500
SHOWN_LETTERS = 60
NOT_TEXT = N_("This is not a text file. Save the list as CSV and choose that file.")
NOT_CSV = N_("This file can't be read as CSV: on line %(line)d a quotation mark is out of place or never closed.")
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A file whose header was read; what stands under it was not looked at yet."""

    content: bytes
    encoding: str
    delimiter: str
    hinted: bool

    @cached_property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [tidy(cell) for _line, cells in itertools.islice(self._filled(), 1) for cell in cells]

    def rows(self) -> Iterator[Row]:
        """(line in the file, cells as they stand there); blank rows are left out.

        Raises Refused at what can't be read as CSV, and behind the last row that is taken.
        """
        for number, row in enumerate(itertools.islice(self._filled(), 1, None)):
            if number == MOST_ROWS:
                raise Refused(N_("This file has more than %(most)d rows. Split it."), most=MOST_ROWS)
            yield row

    def count(self) -> int:
        """How many rows there are. Raises Refused if there are none, or not all can be read."""
        counted = sum(1 for _row in self.rows())
        if not counted:
            raise Refused(N_("This file has a header and no rows under it."))
        return counted

    def samples(self, size: int = 3) -> list[list[str]]:
        """The first different values of every column, to recognize it by."""
        found: list[dict[str, None]] = [{} for _name in self.header]
        for _line, cells in itertools.islice(self.rows(), SHOWN_ROWS):
            for values, cell in zip(found, cells, strict=False):
                if len(values) < size and (text := tidy(cell[:SHOWN_LETTERS])):
                    values[text] = None
        return [list(values) for values in found]

    def _filled(self) -> Iterator[Row]:
        """All rows that hold anything, each with the line on which it begins."""
        text = _open(self.content, self.encoding)
        before = 1 if self.hinted and text.readline() else 0
        reader = csv.reader(text, delimiter=self.delimiter, strict=True)
        line = before + 1
        try:
            for cells in reader:
                if any(cells) and any(map(str.strip, cells)):
                    yield line, cells
                line = before + reader.line_num + 1
        except csv.Error:
            raise Refused(
                N_(
                    "This file can't be read as CSV: on line %(line)d a quotation mark is out of place or never closed."
                ),
                line=line,
            ) from None


def read(content: bytes) -> Sheet:
    """Read a whole file once. Raises Refused with a sentence about the file if it can't be read."""
    sheet = look(content)
    sheet.count()
    return sheet


def look(content: bytes) -> Sheet:
    """Read the beginning of a file. Raises Refused if that shows that it can't be read."""
    if len(content) > MOST_MEGABYTES << 20:
        raise Refused(N_("This file has more than %(most)d MB. Split it."), most=MOST_MEGABYTES)
    encoding = find_encoding(content)
    text = _open(content, encoding)
    hinted = _excel_hint(text.readline())
    if hinted is None:
        text = _open(content, encoding)
    sheet = Sheet(content, encoding, hinted or find_delimiter(text.read(SAMPLE_LETTERS)), hinted is not None)
    if not sheet.header:
        raise Refused(N_("This file is empty."))
    if len(sheet.header) > MOST_COLUMNS:
        raise Refused(N_("This file has more than %(most)d columns."), most=MOST_COLUMNS)
    return sheet


def _open(content: bytes, encoding: str) -> io.TextIOWrapper:
    """The text, decoded as it is read: whole, it may take four times the room of the file."""
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def find_encoding(content: bytes) -> str:
    """The name of the encoding: by byte order mark, else UTF-8, else Windows Latin. Refuses what is no text."""
    if content.startswith(b"PK\x03\x04"):
        raise Refused(N_("This is a workbook, not a CSV file. Save it as CSV and choose that file."))
    marked = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if marked != "utf-16" and b"\0" in content:
        raise Refused(NOT_TEXT)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        if _is_readable(content, encoding):
            return encoding
    raise Refused(
        N_("The letters of this file can't be read as %(encoding)s. Save it as UTF-8."), encoding=marked or "cp1252"
    )


def _is_readable(content: bytes, encoding: str) -> bool:
    """Whether all of it can be decoded. Raises Refused for a letter that no text holds."""
    text = _open(content, encoding)
    try:
        while part := text.read(SAMPLE_LETTERS):
            if "\0" in part:
                raise Refused(NOT_TEXT)
    except UnicodeError:
        return False
    return True


def _excel_hint(first: str) -> str | None:
    """Excel may write `sep=;` on a line of its own before the header."""
    hint = first.strip("\r\n ")
    return hint[4:] if hint.lower().startswith("sep=") and hint[4:] in DELIMITERS else None


def find_delimiter(text: str) -> str:
    """The delimiter under which the first rows agree best on a number of columns."""
    return max(DELIMITERS, key=lambda delimiter: _agreement(text, delimiter))


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for cells in reader:
            if cells:
                widths.append(len(cells))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]

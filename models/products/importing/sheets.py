"""A CSV file as a header and rows: its encoding and delimiter are found out, every row keeps its line number."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from models.errors import N_, Refused

DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS = 100_000
MOST_COLUMNS = 200
SAMPLE_ROWS = 50
NOT_TEXT = {b"PK\x03\x04": N_("This is a workbook, not a CSV file. Save it as CSV and choose that file.")}
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read. `rows` are (line in the file, cells as they stand there); blank rows are left out."""

    header: list[str]
    rows: list[Row]
    encoding: str
    delimiter: str

    def sample(self, column: int, size: int = 3) -> list[str]:
        """The first different values of a column, to recognize it by."""
        found: dict[str, None] = {}
        for _line, cells in self.rows[:500]:
            if column < len(cells) and (text := cells[column].strip()):
                found[text[:60]] = None
            if len(found) == size:
                break
        return list(found)


def read(content: bytes) -> Sheet:
    """Read a file. Raises Refused with a sentence about the file as a whole if it can't be read."""
    text, encoding = decode(content)
    hinted, text = _excel_hint(text)
    delimiter = hinted or find_delimiter(text)
    rows = _parse(text, delimiter)
    if not rows:
        raise Refused(N_("This file is empty."))
    header = [cell.strip() for cell in rows[0][1]]
    if len(header) > MOST_COLUMNS:
        raise Refused(N_("This file has more than %(most)d columns."), most=MOST_COLUMNS)
    if len(rows) == 1:
        raise Refused(N_("This file has a header and no rows under it."))
    if len(rows) - 1 > MOST_ROWS:
        raise Refused(N_("This file has more than %(most)d rows. Split it."), most=MOST_ROWS)
    return Sheet(header, rows[1:], encoding, delimiter)


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by byte order mark, else UTF-8, else Windows Latin."""
    for beginning, sentence in NOT_TEXT.items():
        if content.startswith(beginning):
            raise Refused(sentence)
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode(content, encoding), encoding
    if b"\0" in content:
        raise Refused(N_("This is not a text file. Save the list as CSV and choose that file."))
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode(content, "cp1252"), "cp1252"


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(
            N_("The letters of this file can't be read as %(encoding)s. Save it as UTF-8."), encoding=encoding
        ) from None


def _excel_hint(text: str) -> tuple[str | None, str]:
    """Excel may write `sep=;` on a line of its own before the header."""
    first, _, rest = text.partition("\n")
    hint = first.strip()
    if hint.lower().startswith("sep=") and hint[4:] in DELIMITERS:
        return hint[4:], "\n" + rest
    return None, text


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


def _parse(text: str, delimiter: str) -> list[Row]:
    """All rows that hold anything, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            if any(cells) and any(map(str.strip, cells)):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        raise Refused(
            N_("This file can't be read as CSV: on line %(line)d a quotation mark is out of place or never closed."),
            line=line,
        ) from None
    return rows

"""Sheets: CSV that spreadsheets read rightly (UTF-8 with BOM) and that never holds a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

BOM = b"\xef\xbb\xbf"
CHUNK_BYTES = 64 * 1024

# A sign makes a formula, whatever spaces and marks stand before it. Where a spreadsheet's separator is not ours, a cell
# of its own begins inside one of ours: behind a semicolon, a tab, the end of a line.
_FIRST = r"\A{}(?=[' ]*[=+\-@\t\r\n＝＋－＠])"
_INNER = r"""(?<=[;\t\r\n]){}(?=[' "]*[=+\-@＝＋－＠])"""
_OPEN, _BARRED = (re.compile(f"{_FIRST}|{_INNER}".format(bar, bar)) for bar in ("", "'"))


def safe_cell(value: object) -> str:
    """A cell as it is written: what a spreadsheet would take for a formula gets an apostrophe before it.

    None is an empty cell. Numbers stay numbers, negative ones too: they can't be formulas.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    return _OPEN.sub("'", str(value))


def bare_cell(text: str) -> str:
    """The reverse of `safe_cell` for what is read back from a sheet of ours."""
    return _BARRED.sub("", text) if "'" in text else text


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The sheet in encoded chunks, so that a long one is never in memory as a whole."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    yield BOM
    writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        if text.tell() >= CHUNK_BYTES:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()

"""Sheets: CSV that spreadsheets read rightly (UTF-8 with BOM) and that never holds a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = b"\xef\xbb\xbf"
CHUNK_BYTES = 64 * 1024
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """A cell as it is written: a text that a spreadsheet would take for a formula gets an apostrophe before it.

    None is an empty cell. Numbers stay numbers, negative ones too: they can't be formulas.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text


def bare_cell(text: str) -> str:
    """The reverse of `safe_cell` for what is read back from a sheet of ours."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(FORMULA_SIGNS) else text


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> Iterator[bytes]:
    """The sheet in encoded chunks, so that a long one is never in memory as a whole."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    yield BOM
    writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        if text.tell() >= CHUNK_BYTES:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()

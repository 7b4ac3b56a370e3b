"""Import of 10,000 rows over 200 organizations, against `executemany` of the same rows into the same tables.

The import is timed whole: reading the file, finding out its columns, comparing, and writing. The floor is given its
rows ready-made, and writes them one statement a row, as the drivers' `executemany` does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.measure import Row, row
from bench.world import World
from models import journal
from models.base import db, is_postgresql, marks, rows, run, write
from models.products.importing import imports, product_apply, sheets
from models.products.importing.kinds import PRODUCTS
from models.products.importing.plans import NEW, Line, chunks

ROWS = 10_000
ROUNDS = 5
BY = journal.Person(None, "Benchmark")
HEADER = "Organization,Name,Category,Plan,Identifier,Expiry date,Auto-renewal,Price,Currency,Period,State,Tags\n"
CATEGORIES = ("Domain name", "Web hosting", "Mail service", "Cloud server")


def measure(world: World) -> list[Row]:
    """Two rows: the whole against the floor, and how long the write transaction holds its lock."""
    slugs = [r[0] for r in rows("SELECT slug FROM organization ORDER BY id")]
    whole: list[float] = []
    floor: list[float] = []
    held: list[float] = []
    for number in range(ROUNDS):
        content = make_file(f"import-{number}", slugs)
        took, locked = timed_import(content)
        whole.append(took)
        held.append(locked)
        made = take_out()
        floor.append(timed(lambda made=made: write_one_by_one(*made)))  # type: ignore[misc]  # bound at once
        take_out()
    name = "import of 10,000 rows / executemany"
    return [
        row(world, name, statistics.median(whole) / statistics.median(floor), 2.0),
        row(world, "import of 10,000 rows: seconds in the write transaction", statistics.median(held), 3.0),
    ]


def timed(act: Callable[[], object]) -> float:
    """Seconds that an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def make_file(stem: str, slugs: list[str]) -> bytes:
    """A list of new products, each with one or two tags that its organization has or gets."""
    return "".join([HEADER, *(_line(stem, number, slugs[number % len(slugs)]) for number in range(ROWS))]).encode()


def _line(stem: str, number: int, slug: str) -> str:
    day = f"{2027 + number % 3}-{1 + number % 12:02}-{1 + number % 28:02}"
    return (
        f"{slug},{stem}-{number}.example,{CATEGORIES[number % 4]},Business 25,IMP-{number},{day},"
        f'{"yes" if number % 2 else "no"},{10 + number % 90}.50,CHF,12,Active,"Tag {number % 20},imported"\n'
    )


def timed_import(content: bytes) -> tuple[float, float]:
    """Seconds of the whole import, and of the part that holds the write lock."""
    began = time.perf_counter()
    sheet = sheets.read(content)
    lines = PRODUCTS.compare(sheet, PRODUCTS.guess(sheet.header), imports.options(None, None), lambda done, total: None)
    _expect_new(lines)
    act = PRODUCTS.prepare(lines, BY, "bench.csv")
    prepared = time.perf_counter()
    act()
    ended = time.perf_counter()
    return ended - began, ended - prepared


def _expect_new(lines: list[Line]) -> None:
    if sum(line.verdict == NEW for line in lines) != ROWS:
        raise SystemExit("The import's rows are not what was meant to be measured.")


Made = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def take_out() -> Made:
    """Delete what was imported; returns its rows in both tables."""
    columns = ", ".join(product_apply.WRITTEN)
    products = rows(f"SELECT id, {columns} FROM product WHERE identifier LIKE 'IMP-%' ORDER BY id")
    ids = [product[0] for product in products]
    links: list[tuple[object, ...]] = []
    with write():
        for part in chunks(ids):
            links += rows(
                f"SELECT product_id, tag_id, name_key, due_key FROM product_tag WHERE product_id IN ({marks(part)})",
                part,
            )
            run(f"DELETE FROM product WHERE id IN ({marks(part)})", part)
    if is_postgresql():
        run("VACUUM ANALYZE product, product_tag")
    return products, links


def write_one_by_one(products: list[tuple[object, ...]], links: list[tuple[object, ...]]) -> None:
    """The floor: the driver's `executemany`, products first, then their tags."""
    mark = "%s" if is_postgresql() else "?"
    columns = ["id", *product_apply.WRITTEN]
    cursor = db.cursor()
    with write():
        cursor.executemany(
            f"INSERT INTO product ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})", products
        )
        cursor.executemany(
            f"INSERT INTO product_tag (product_id, tag_id, name_key, due_key) VALUES ({', '.join([mark] * 4)})", links
        )

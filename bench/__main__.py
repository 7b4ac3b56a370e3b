"""`make bench`: every measurement on both databases, as a table and as `bench/results.json`."""

from __future__ import annotations

import argparse
import importlib
import json
import tempfile
from pathlib import Path

from bench import world
from bench.measure import Row

PARTS = ("products", "tagging", "imports", "mail", "writers", "renewals")


def main() -> int:
    """Run the parts; ends with 1 if a limit doesn't hold."""
    asked = argparse.ArgumentParser(description="Measure what the design promises, as ratios in one run.")
    asked.add_argument("parts", nargs="*", default=PARTS, help=f"some of: {', '.join(PARTS)}")
    asked.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    asked.add_argument("--small", action="store_true", help="without the organization of a million products")
    given = asked.parse_args()
    found: list[Row] = []
    for name in given.database or ["sqlite", "postgresql"]:
        found += run(name, list(given.parts), large=not given.small)
    if tuple(given.parts) == PARTS and not given.small:
        Path(__file__).with_name("results.json").write_text(json.dumps(found, indent=2) + "\n")
    print(table(found))
    return 0 if all(row["holds"] for row in found) else 1


def run(name: str, parts: list[str], *, large: bool) -> list[Row]:
    """All parts on one database."""
    with tempfile.TemporaryDirectory() as folder:
        made = world.make(name, Path(folder), large=large)
        print(f"{name}: filled", flush=True)
        found: list[Row] = []
        for part in parts:
            found += importlib.import_module(f"bench.{part}").measure(made)
            print(f"{name}: {part} measured", flush=True)
        if name == "postgresql":
            world.base.db.close()
            world.drop_postgresql()
    return found


def table(found: list[Row]) -> str:
    """The table in Markdown."""
    lines = ["| what | database | ratio | limit | holds |", "| --- | --- | ---: | ---: | --- |"]
    lines += [
        f"| {row['name']} | {row['database']} | {row['ratio']} | {row['limit']} | {'yes' if row['holds'] else 'NO'} |"
        for row in found
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())

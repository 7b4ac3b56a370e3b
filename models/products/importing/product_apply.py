"""Products of a file written at once: everything is made ready first, then one short transaction of whole sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models import journal
from models.base import fold, marks, now, rows, stamp, write
from models.products.importing import entries, sets
from models.products.importing.plans import CHANGED, NEW, Applied, Line, Writing, chunks
from models.products.importing.product_rows import AT, COLUMNS, Identity
from models.products.tags import COLORS

_TYPES = {
    **dict.fromkeys(("organization_id", "category_id", "price_minor"), "bigint"),
    **dict.fromkeys(("period_months", "version"), "integer"),
    **dict.fromkeys(("created_at", "updated_at"), "timestamptz"),
    "expires_on": "date",
    "auto_renew": "boolean",
}
WRITTEN = {name: _TYPES.get(name, "text") for name in (*COLUMNS, "created_at", "updated_at")}
TAG = {"organization_id": "bigint", "name": "text", "name_key": "text", "color": "text", "created_at": "timestamptz"}
LINK = {"product_id": "bigint", "tag_id": "bigint", "name_key": "text", "due_key": "text"}
_KEY = "organization_id, category_id, name_key"
_CHANGEABLE = [name for name in COLUMNS if name not in ("organization_id", "category_id", "name_key", "version")]
_ON_NEW = f"ON CONFLICT ({_KEY}) DO NOTHING RETURNING id, {_KEY}"
_ON_CHANGED = (
    f"ON CONFLICT ({_KEY}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _CHANGEABLE)}, "
    "updated_at = excluded.updated_at, version = product.version + 1 WHERE product.version = excluded.version "
    f"RETURNING id, {_KEY}"
)
_ON_TAG = "ON CONFLICT (organization_id, name_key) DO NOTHING"
_ON_LINK = "ON CONFLICT (product_id, tag_id) DO NOTHING"

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Ready:
    """All that is to be written, with the statements made."""

    new: list[Line]
    changed: list[Line]
    statements: list[sets.Statement]
    tags: dict[Key, tuple[str, str]]
    by: journal.Actor
    source: str

    def write(self) -> Applied:
        """One transaction of whole sets. A product that was changed since it was compared is left and told."""
        lines, ids = [*self.new, *self.changed], {}
        with write():
            for number, *identity in sets.write(self.statements):
                ids[(identity[0], identity[1], identity[2])] = number
            _set_tags(lines, ids, _create_tags(self.tags))
            written = [line for line in lines if _identity(line) in ids]
            entries.record_all(self.by, entries.count_rows("products.imported", self.source, written))
        return _sum_up(self.new, self.changed, ids)


def prepare(lines: Sequence[Line], by: journal.Actor, source: str) -> Writing:
    """Make ready what new and changed products take; `source` is the file's name for the journal."""
    new = [line for line in lines if line.verdict == NEW]
    changed = [line for line in lines if line.verdict == CHANGED]
    statements = _statements(new, _ON_NEW) + _statements(changed, _ON_CHANGED)
    return _Ready(new, changed, statements, _missing_tags([*new, *changed]), by, source).write


def _identity(line: Line) -> Identity:
    row = line.record["row"]
    return row[AT["organization_id"]], row[AT["category_id"]], row[AT["name_key"]]


def _statements(lines: Sequence[Line], tail: str) -> list[sets.Statement]:
    moment = stamp(now())
    return sets.statements("product", WRITTEN, [(*line.record["row"], moment, moment) for line in lines], tail)


def _missing_tags(lines: Sequence[Line]) -> dict[Key, tuple[str, str]]:
    """The tags that the rows set, by organization and key: name, and the colour that it takes if it is new."""
    wanted: dict[Key, str] = {}
    for line in lines:
        for name in line.record["tags"]:
            wanted.setdefault((line.record["row"][0], fold(name)), name)
    colors = _colors({organization for organization, _key in wanted})
    used: dict[int, Counter[str]] = {}
    for (organization, _key), color in colors.items():
        used.setdefault(organization, Counter())[color] += 1
    for key in wanted:
        if key not in colors:
            counts = used.setdefault(key[0], Counter())
            colors[key] = min(COLORS, key=counts.__getitem__)
            counts[colors[key]] += 1
    return {key: (name, colors[key]) for key, name in wanted.items()}


def _colors(organizations: set[int]) -> dict[Key, str]:
    """The colours of all tags of these organizations."""
    return {
        (organization, key): color
        for part in chunks(list(organizations))
        for organization, key, color in rows(
            f"SELECT organization_id, name_key, color FROM tag WHERE organization_id IN ({marks(part)})", part
        )
    }


def _create_tags(tags: dict[Key, tuple[str, str]]) -> dict[Key, int]:
    """Create the tags that are missing; the ids of all that the rows set."""
    moment = stamp(now())
    made = [(organization, name, key, color, moment) for (organization, key), (name, color) in tags.items()]
    sets.write(sets.statements("tag", TAG, made, f"{_ON_TAG} RETURNING id"))
    ids: dict[Key, int] = {}
    for owners in chunks(list({organization for organization, _key in tags})):
        for number, organization, key in rows(
            f"SELECT id, organization_id, name_key FROM tag WHERE organization_id IN ({marks(owners)})", owners
        ):
            ids[(organization, key)] = number
    return ids


def _set_tags(lines: Sequence[Line], ids: dict[Identity, int], tags: dict[Key, int]) -> None:
    links: list[tuple[Any, ...]] = []
    for line in lines:
        row, product = line.record["row"], ids.get(_identity(line))
        if product is not None:
            links += [
                (product, tags[(row[0], fold(name))], row[AT["name_key"]], row[AT["due_key"]])
                for name in line.record["tags"]
            ]
    sets.write(sets.statements("product_tag", LINK, links, f"{_ON_LINK} RETURNING product_id"))


def _sum_up(new: Sequence[Line], changed: Sequence[Line], ids: dict[Identity, int]) -> Applied:
    skipped = [line.number for line in [*new, *changed] if _identity(line) not in ids]
    return Applied(
        new=sum(_identity(line) in ids for line in new),
        changed=sum(_identity(line) in ids for line in changed),
        skipped=sorted(skipped),
    )

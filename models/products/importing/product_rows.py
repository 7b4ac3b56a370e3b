"""Rows of a product list compared with the products that are there."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import limits
from models.base import fold, marks, rows
from models.errors import N_, Refused
from models.products.importing import cells
from models.products.importing.places import NO_CATEGORY, Places
from models.products.importing.plans import (
    CHANGED,
    NEW,
    UNCHANGED,
    Entry,
    Line,
    Mapping,
    Options,
    Reader,
    Tell,
    chunks,
    read_rows,
    refuse,
)
from models.products.importing.sheets import Sheet
from models.products.importing.words import CATEGORIES, STATES, plain
from models.products.products import ACTIVE, Category, keys

READERS: dict[str, Reader] = {
    "organization": cells.text,
    "name": functools.partial(cells.text, longest=limits.PRODUCT_NAME),
    "category": cells.text,
    "plan": cells.text,
    "identifier": cells.text,
    "expires_on": cells.day,
    "auto_renew": cells.yes_no,
    "price": cells.price,
    "currency": cells.currency,
    "period_months": cells.months,
    "state": functools.partial(cells.word, STATES, N_("“%(given)s” is not a state: active, expired or cancelled.")),
    "holder_name": cells.text,
    "holder_organization": cells.text,
    "holder_email": cells.email,
    "tags": cells.tags,
    "notes": cells.notes,
}
CLEARS: dict[str, Any] = {
    **dict.fromkeys(("plan", "identifier", "holder_name", "holder_organization", "holder_email", "notes"), ""),
    **dict.fromkeys(("expires_on", "price", "period_months"), None),
}
COLUMNS = (
    "organization_id category_id name name_key plan identifier holder_name holder_organization holder_email "
    "expires_on due_key auto_renew price_minor currency period_months state notes search version"
).split()
AT = {name: index for index, name in enumerate(COLUMNS)}
PLAIN_FIELDS = (
    "name plan identifier holder_name holder_organization holder_email expires_on auto_renew period_months state notes"
).split()

Identity = tuple[int, int, str]


@dataclass(slots=True)
class Known:
    """A product that is there: its columns, and its tags by key."""

    row: list[Any]
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Wanted:
    """A row of the file whose product is known by identity."""

    entry: Entry
    identity: Identity
    organization: str


class Categories:
    """The categories by every word for them; the archived take no new products."""

    def __init__(self) -> None:
        self.known: dict[str, Category] = {}
        found = list(Category.select())
        by_key = {category.key: category for category in found}
        self.known = {word: by_key[key] for word, key in CATEGORIES.items() if key in by_key}
        for category in found:
            self.known[plain(category.key)] = self.known[plain(category.name)] = category

    def find(self, named: str | None, default: int | None) -> int:
        """The id of the category that a row means."""
        if not named:
            if default is None:
                raise Refused(N_("The row names no category."))
            return default
        category = self.known.get(plain(named))
        if category is None:
            raise Refused(NO_CATEGORY, name=named)
        if category.archived_at:
            raise Refused(N_("The category “%(name)s” is archived."), name=category.name)
        number: int = category.id
        return number


def compare(sheet: Sheet, mapping: Mapping, options: Options, tell: Tell) -> list[Line]:
    """What every row would do. `tell(done, total)` is called on the way. Writes nothing."""
    read = list(read_rows(sheet, mapping, READERS, CLEARS, "name"))
    lines = [one for one in read if isinstance(one, Line)]
    entries = [one for one in read if isinstance(one, Entry)]
    wanted, refused = _identify(entries, options, "currency" in mapping)
    lines += refused
    done = len(lines)
    for part in _by_organization(wanted):
        known = _look_up(part)
        lines += [_verdict(one, known.get(one.identity), options) for one in part]
        done += len(part)
        tell(done, len(read))
    return sorted(lines, key=lambda line: line.number)


def _identify(entries: list[Entry], options: Options, has_currency: bool) -> tuple[list[Wanted], list[Line]]:
    """Whose product a row is, and which; a second row for the same product is refused."""
    places = Places.of((e.values.get("organization", "") for e in entries), options.organization_id)
    categories = Categories()
    first: dict[Identity, int] = {}
    wanted: list[Wanted] = []
    refused: list[Line] = []
    for entry in entries:
        organization = str(entry.values.get("organization", ""))
        try:
            number, organization = places.find(organization, options.organization_id)
            identity = (number, *_name_and_category(entry, categories, options, has_currency))
            if identity in first:
                raise Refused(N_("Line %(line)d is about the same product."), line=first[identity])
        except Refused as fault:
            refused.append(refuse(entry.number, entry.values.get("name", ""), fault, organization))
        else:
            first[identity] = entry.number
            wanted.append(Wanted(entry, identity, organization))
    return wanted, refused


def _name_and_category(entry: Entry, categories: Categories, options: Options, has_currency: bool) -> tuple[int, str]:
    name = entry.values.get("name")
    if not name:
        raise Refused(N_("The row has no name."))
    category = categories.find(entry.values.get("category"), options.category_id)
    price = entry.values.get("price")
    if price and has_currency and not (entry.values.get("currency") or price[1]):
        raise Refused(N_("The price has no currency."))
    return category, fold(name)


def _by_organization(wanted: list[Wanted]) -> list[list[Wanted]]:
    """Groups of one organization each, small enough to be looked up by one query."""
    groups: dict[int, list[Wanted]] = {}
    for one in wanted:
        groups.setdefault(one.identity[0], []).append(one)
    return [list(part) for group in groups.values() for part in chunks(group)]


def _look_up(part: list[Wanted]) -> dict[Identity, Known]:
    """The products of one organization that have one of these names, with their tags."""
    names = [one.identity[2] for one in part]
    found = rows(
        f"SELECT id, {', '.join(COLUMNS)} FROM product WHERE organization_id = ? AND name_key IN ({marks(names)})",
        (part[0].identity[0], *names),
    )
    by_id = {row[0]: Known(_plain_row(row[1:])) for row in found}
    if by_id:
        for product_id, key, name in rows(
            "SELECT x.product_id, t.name_key, t.name FROM product_tag x JOIN tag t ON t.id = x.tag_id "
            f"WHERE x.product_id IN ({marks(list(by_id))}) ORDER BY t.name_key",
            list(by_id),
        ):
            by_id[product_id].tags[key] = name
    return {(k.row[0], k.row[1], k.row[AT["name_key"]]): k for k in by_id.values()}


def _plain_row(row: tuple[Any, ...]) -> list[Any]:
    """A row as both databases give it alike: the date as text, the switch as a truth."""
    plain_row = list(row)
    expires_on = plain_row[AT["expires_on"]]
    plain_row[AT["expires_on"]] = str(expires_on) if expires_on else None
    plain_row[AT["auto_renew"]] = bool(plain_row[AT["auto_renew"]])
    return plain_row


def _verdict(wanted: Wanted, known: Known | None, options: Options) -> Line:
    values = wanted.entry.values
    try:
        row, changes = _merge(wanted, known, options)
    except Refused as fault:
        return refuse(wanted.entry.number, values["name"], fault, wanted.organization)
    there = known.tags if known else {}
    missing = [tag for tag in values.get("tags", ()) if fold(tag) not in there]
    if missing and known:
        changes["tags"] = [list(there.values()), [*there.values(), *missing]]
    verdict = NEW if known is None else CHANGED if changes else UNCHANGED
    record = {"row": row, "tags": missing} if verdict != UNCHANGED else {}
    return Line(
        wanted.entry.number, verdict, values["name"], wanted.identity[0], wanted.organization, changes, record=record
    )


def _merge(wanted: Wanted, known: Known | None, options: Options) -> tuple[list[Any], dict[str, list[Any]]]:
    """The product's columns as they would be, and what of it is a change."""
    values, old = wanted.entry.values, known.row if known else _blank(wanted.identity)
    row = list(old)
    changes: dict[str, list[Any]] = {}
    for name in PLAIN_FIELDS:
        if name in values and values[name] != old[AT[name]]:
            row[AT[name]] = values[name]
            changes[name] = [old[AT[name]], values[name]]
    if "price" in values:
        _merge_price(row, values, options, changes)
    due = row[AT["expires_on"]]
    for name, key in keys(row[AT["name"]], row[AT["identifier"]], date.fromisoformat(due) if due else None).items():
        row[AT[name]] = key
    return row, changes if known else {}


def given(line: Line) -> dict[str, Any]:
    """What a new product would have beside its name, as values of `changes`; the category is its id."""
    row = line.record["row"]
    found = {name: row[AT[name]] for name in PLAIN_FIELDS if name != "name"}
    found |= {"category": row[AT["category_id"]], "tags": line.record["tags"]}
    if row[AT["price_minor"]] is not None:
        found["price"] = [row[AT["price_minor"]], row[AT["currency"]]]
    return found


def _merge_price(row: list[Any], values: dict[str, Any], options: Options, changes: dict[str, list[Any]]) -> None:
    before = [row[AT["price_minor"]], row[AT["currency"]]]
    after: list[Any] = [None, None]
    if values["price"] is not None:
        amount, beside = values["price"]
        code = values.get("currency") or beside or before[1] or options.currency
        after = [cells.minor(amount, code), code]
    row[AT["price_minor"]], row[AT["currency"]] = after
    if after != before:
        changes["price"] = [before, after]


def _blank(identity: Identity) -> list[Any]:
    row: list[Any] = [""] * len(COLUMNS)
    empty = {"expires_on": None, "auto_renew": False, "price_minor": None, "currency": None, "period_months": None}
    given = {"organization_id": identity[0], "category_id": identity[1], "state": ACTIVE, "version": 1}
    for name, value in (empty | given).items():
        row[AT[name]] = value
    return row

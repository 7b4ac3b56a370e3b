"""A view of the product list: what is searched, filtered and sorted, exactly as the address bar holds it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from models.base import fold, tidy

STATES = ("active", "expired", "cancelled")
EXPIRIES = ("7", "30", "60", "90", "past", "none")
RENEWALS = ("auto", "hand")
SORTS = ("name", "-name", "due", "-due")
MATCHES = ("any", "all")
MOST_TAGS = 8
LONGEST_SEARCH = 100
ARGUMENTS = {
    "q": "q",
    "categories": "category",
    "tags": "tag",
    "match": "match",
    "state": "state",
    "expiry": "expiry",
    "renewal": "renewal",
    "sort": "sort",
}
"""Fields of a view, and the arguments of a URL that hold them."""


class Arguments(Protocol):
    """Arguments of a URL, several of one name."""

    def get(self, key: str, default: str, /) -> str: ...

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Cursor:
    """The edge of a page: sort key and id of its last (or first) row."""

    key: str
    id: int
    backwards: bool = False

    def __str__(self) -> str:
        return f"{self.id}.{base64.urlsafe_b64encode(self.key.encode()).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True)
class View:
    """One view. Unknown words of a URL fall back to the default, so that an old bookmark still opens."""

    q: str = ""
    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    match: str = "any"
    state: str = ""
    expiry: str = ""
    renewal: str = ""
    sort: str = "name"
    cursor: Cursor | None = None

    @property
    def column(self) -> str:
        """The sort key's column."""
        return "due_key" if self.sort.endswith("due") else "name_key"

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def words(self) -> list[str]:
        """What every found product must contain, in its text or in a tag."""
        return list(dict.fromkeys(fold(self.q[:LONGEST_SEARCH]).split()))[:6]

    @property
    def narrowed(self) -> int:
        """How many filters are on, the search among them."""
        return sum(map(bool, (self.q, self.categories, self.tags, self.state, self.expiry, self.renewal)))

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The arguments of the URL of this view with changes; the paging starts anew."""
        said = {name: getattr(self, name) for name in ARGUMENTS}
        said.update(changes)
        if said["match"] == "any" or len(said["tags"]) < 2:
            said["match"] = ""
        if said["sort"] == default_sort(said["expiry"]):
            said["sort"] = ""
        return {ARGUMENTS[name]: value for name, value in said.items() if value}


def default_sort(expiry: str) -> str:
    """Whoever asks what expires wants the soonest first."""
    return "due" if expiry and expiry != "none" else "name"


def read(arguments: Arguments) -> View:
    """The view that a URL asks for."""
    view = View(
        q=tidy(arguments.get("q", "")[:LONGEST_SEARCH]),
        categories=_numbers(arguments.getlist("category"))[:20],
        tags=_numbers(arguments.getlist("tag"))[:MOST_TAGS],
        match=_one_of(arguments.get("match", ""), MATCHES, "any"),
        state=_one_of(arguments.get("state", ""), STATES),
        expiry=_one_of(arguments.get("expiry", ""), EXPIRIES),
        renewal=_one_of(arguments.get("renewal", ""), RENEWALS),
    )
    sort = _one_of(arguments.get("sort", ""), SORTS, default_sort(view.expiry))
    return replace(view, sort=sort, cursor=_cursor(arguments))


def _cursor(arguments: Arguments) -> Cursor | None:
    for name, backwards in (("after", False), ("before", True)):
        number, _, packed = arguments.get(name, "").partition(".")
        if number.isascii() and number.isdigit():
            try:
                key = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
            except (binascii.Error, UnicodeDecodeError, ValueError):
                return None
            # No text of PostgreSQL holds a NUL, so no row stands at such an edge.
            return None if "\0" in key else Cursor(key, int(number[:18]), backwards)
    return None


def _numbers(texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 18))


def _one_of(text: str, known: Sequence[str], default: str = "") -> str:
    return text if text in known else default


class Given:
    """A plain mapping as `Arguments`, for jobs and tests."""

    def __init__(self, values: Mapping[str, str | Sequence[str]]) -> None:
        self.values = values

    def get(self, name: str, default: str = "") -> str:
        found = self.values.get(name, default)
        return found if isinstance(found, str) else (found[0] if found else default)

    def getlist(self, name: str) -> list[str]:
        found = self.values.get(name, [])
        return [found] if isinstance(found, str) else list(found)

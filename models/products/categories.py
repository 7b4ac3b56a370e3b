"""Categories: the kinds of products. There are few, and every page names them, so they are kept for a moment."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from models import journal
from models.base import after_commit, now, rows, tidy, write
from models.errors import N_, NotFound, Refused
from models.products.products import Category

KEEP_SECONDS = 5.0
LONGEST_NAME = 40
ICONS = (
    "globe",
    "panel-top",
    "mail",
    "server",
    "hard-drive",
    "newspaper",
    "badge-check",
    "package",
    "database",
    "smartphone",
    "monitor",
    "laptop",
    "code",
    "key-round",
    "shield-check",
    "building",
    "calendar",
    "activity",
    "shapes",
)


class _Known(dict[int, tuple[str, str]]):
    """Name and icon by id. One that another process has made since is read when it is asked for."""

    def __missing__(self, number: int) -> tuple[str, str]:
        forget()
        found = known().get(number)
        if found is None:
            raise KeyError(number)
        return found


@dataclass
class _Kept:
    by_id: _Known = field(default_factory=_Known)
    read_at: float = -KEEP_SECONDS


_kept = _Kept()


def known() -> dict[int, tuple[str, str]]:
    """Name and icon of every category by its id, read every five seconds, and where one is missing."""
    if time.monotonic() - _kept.read_at > KEEP_SECONDS:
        found = Category.select().order_by(Category.position, Category.id)
        _kept.by_id = _Known((c.id, (c.name, c.icon)) for c in found)
        _kept.read_at = time.monotonic()
    return _kept.by_id


def forget() -> None:
    """Make the next `known` read anew, as after a change."""
    _kept.read_at = -KEEP_SECONDS


def choices() -> list[Category]:
    """The categories that a new product may have, in their order."""
    return list(Category.select().where(Category.archived_at.is_null()).order_by(Category.position, Category.id))


def get(number: int) -> Category:
    """The category with this id. Raises NotFound."""
    found: Category | None = Category.get_or_none(Category.id == number)
    if found is None:
        raise NotFound
    return found


def overview() -> list[tuple[Category, int]]:
    """Every category in its order, the archived last, with the number of its products."""
    used = dict(rows("SELECT category_id, count(*) FROM product GROUP BY category_id"))
    found = list(Category.select().order_by(Category.archived_at.is_null(False), Category.position, Category.id))
    return [(category, used.get(category.id, 0)) for category in found]


def create(name: str, icon: str, by: journal.Actor, *, has_holder: bool = False) -> Category:
    """A new category, last in order. Raises Refused for a name that is taken."""
    with write():
        name = _checked(name, icon)
        last = max((category.position for category in Category.select()), default=-1)
        made: Category = Category.create(key=_key(name), name=name, icon=icon, position=last + 1, has_holder=has_holder)
        _record("category.created", made, by)
    return made


def change(category: Category, name: str, icon: str, by: journal.Actor, *, has_holder: bool) -> None:
    """Give a category another name or icon, or say that its products have a registered holder."""
    with write():
        wanted = {"name": _checked(name, icon, other_than=category.id), "icon": icon, "has_holder": has_holder}
        changes = {n: [getattr(category, n), v] for n, v in wanted.items() if getattr(category, n) != v}
        if changes:
            Category.update(**wanted).where(Category.id == category.id).execute()
            _record("category.changed", category, by, changes=changes)


def move(category: Category, step: int, by: journal.Actor) -> None:
    """One place up (-1) or down (1) among those in use."""
    with write():
        order = [one.id for one in choices()]
        if category.id not in order:
            raise Refused(N_("An archived category has no place in the order."))
        at = order.index(category.id)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        for position, number in enumerate(order):
            Category.update(position=position).where(Category.id == number).execute()
        if to != at:
            _record("category.moved", category, by)


def archive(category: Category, by: journal.Actor) -> None:
    """Its products stay as they are; new ones can't be put into it. The last category stays."""
    with write():
        if [one.id for one in choices()] == [category.id]:
            raise Refused(N_("This is the last category in use. Add another one first."))
        Category.update(archived_at=now()).where(Category.id == category.id).execute()
        _record("category.archived", category, by)


def restore(category: Category, by: journal.Actor) -> None:
    """Bring an archived category back into use."""
    with write():
        Category.update(archived_at=None).where(Category.id == category.id).execute()
        _record("category.restored", category, by)


def _record(act: str, category: Category, by: journal.Actor, **details: Any) -> None:
    journal.record(act, by=by, about=("category", category.id, category.name), **details)
    after_commit(forget)


def _checked(name: str, icon: str, *, other_than: int | None = None) -> str:
    name = tidy(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(N_("A name has 1 to %(most)d characters."), field="name", most=LONGEST_NAME)
    if icon not in ICONS:
        raise Refused(N_("Choose one of the pictures."), field="icon")
    if any(one.name.casefold() == name.casefold() and one.id != other_than for one in Category.select()):
        raise Refused(N_("There is a category of this name already."), field="name")
    return name


def _key(name: str) -> str:
    """A key of its own, made of the name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "category"
    taken = {category.key for category in Category.select()}
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)

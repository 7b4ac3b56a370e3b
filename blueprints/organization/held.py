"""What somebody was given, by name: whole categories, and products as far as that is short and the reader sees them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from models.organization import grants
from models.organization.acting import Narrowing
from models.organization.grants import Given
from models.products import categories as kinds

MOST_NAMED = 6
MOST_ASKED = 50
"""Of how many products the names are looked up, to find a few that the reader sees."""


@dataclass(frozen=True, slots=True)
class Names:
    """The first few names, and how many there are in all."""

    shown: list[str]
    total: int

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.total - len(self.shown)


@dataclass(frozen=True, slots=True)
class Held:
    """What was given."""

    categories: Names
    products: Names

    def __bool__(self) -> bool:
        return bool(self.categories.total or self.products.total)


def held(given: Given, reach: Narrowing) -> Held:
    """What was given, with the names of those products that the reader may see."""
    known = kinds.known()
    named = sorted((_(known[one][0]) for one in given.categories if one in known), key=str.casefold)
    products = [name for _id, name, _kind in grants.named(reach, sorted(given.products)[:MOST_ASKED])]
    return Held(
        Names(named[:MOST_NAMED], len(given.categories)),
        Names(products[:MOST_NAMED], len(given.products)),
    )

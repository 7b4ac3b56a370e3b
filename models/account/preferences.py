"""What a person prefers to see; saved as soon as it is changed, so each is one UPDATE and nothing else."""

from __future__ import annotations

from models.account.users import DENSITIES, THEMES
from models.base import run, write
from models.errors import N_, Refused

LANGUAGES = ("en", "de", "fr", "it")

CHOICES: dict[str, tuple[str, ...]] = {"theme": THEMES, "density": DENSITIES, "language": LANGUAGES}

_UPDATES = {name: f"UPDATE users SET {name} = ?, version = version + 1 WHERE id = ?" for name in CHOICES}


def prefer(user_id: int, name: str, value: str) -> None:
    """Keep one preference. Raises Refused for a value that can't be chosen, KeyError for an unknown name."""
    if value not in CHOICES[name]:
        raise Refused(N_("Choose one of the list."), field=name)
    with write():
        run(_UPDATES[name], (value, user_id))

"""Passwords: Argon2id, length first, none of the common ones, no composition rules (NIST 800-63B)."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from models.errors import N_, Refused

LEAST_LENGTH = 10
MOST_LENGTH = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@functools.cache
def common_passwords() -> frozenset[str]:
    """The shipped list of passwords that everybody tries first, in lower case."""
    packed = (Path(__file__).parent / "common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))


def check_new(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raises Refused if the password is too short, too long, common, or just one of the words in `about`."""
    if len(password) < LEAST_LENGTH:
        raise Refused(N_("Take at least %(least)d characters."), field="password", least=LEAST_LENGTH)
    if len(password) > MOST_LENGTH:
        raise Refused(N_("Take at most %(most)d characters."), field="password", most=MOST_LENGTH)
    plain = password.casefold()
    if plain in common_passwords() or len(set(plain)) < 4:
        raise Refused(N_("Too many people use this password. Take another."), field="password")
    if plain in {word.casefold() for word in about}:
        raise Refused(N_("This is your own name or address. Take something else."), field="password")


def make_hash(password: str) -> str:
    """The Argon2id hash to keep."""
    return _hasher.hash(password)


@functools.cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. Takes as long where there is none to compare with."""
    try:
        _hasher.verify(kept or _nobody(), password[:MOST_LENGTH])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)

"""Eight processes write to one database for a minute: how many acts fail for a person."""

from __future__ import annotations

import os

from bench.measure import Row, row
from bench.world import World
from models.account import sessions
from models.account.users import User
from tests import writers

SECONDS, WRITERS = 60, 8


def measure(world: World) -> list[Row]:
    """The number of acts that a person saw fail; none may."""
    person = User.get(User.email_key == "mira@example.org")
    opened = sessions.open_session(person, keep=True, address="127.0.0.1", device="Benchmark", device_key="benchmark")
    variables = {
        **os.environ,
        "INTENDANT_DATA": str(world.data),
        "INTENDANT_DATABASE_URL": world.database_url,
        "INTENDANT_LOG": "error",
    }
    done, failed = writers.start(variables, "small", opened.key, seconds=SECONDS, writers=WRITERS)
    return [row(world, f"8 writers for 60 s, failures among {done} acts", failed, 0)]

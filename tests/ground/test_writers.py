"""Eight processes write to one database at once, and nobody is told that it is locked."""

from __future__ import annotations

import os

from models.account import sessions
from models.permissions import Role
from models.settings import Environment
from tests import factories, writers
from tests.conftest import Cast


def variables(environment: Environment) -> dict[str, str]:
    """The instance under test, for another process."""
    return {
        **os.environ,
        "INTENDANT_DATA": str(environment.data),
        "INTENDANT_DATABASE_URL": environment.database_url,
        "INTENDANT_SECRET_KEY": environment.secret_key,
        "INTENDANT_FILE_KEY": environment.file_key,
        "INTENDANT_LOG": "error",
    }


def test_eight_writers_never_see_a_locked_database(cast: Cast, environment: Environment) -> None:
    for number in range(20):
        factories.product(cast.organization, f"product-{number}.example")
    person = cast.members[Role.LEGAL_REPRESENTATIVE].user
    opened = sessions.open_session(person, keep=True, address="127.0.0.1", device="Test", device_key="known")
    done, failed = writers.start(variables(environment), cast.organization.slug, opened.key, seconds=4, writers=8)
    assert failed == 0
    assert done > 8

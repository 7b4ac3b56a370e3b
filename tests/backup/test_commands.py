"""The commands an administrator types: back up, restore, migrate, sweep; each says what it did, or why not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from blueprints.ground import server
from blueprints.ground.state import State, attach
from models import base, schema
from models.base import marks, now, row, run, stamp
from models.operators import organizations, users
from models.organization.organizations import Organization
from models.settings import Environment
from tests import factories
from tests.backup.conftest import Fresh, other_database
from tests.conftest import StandingClock


@pytest.fixture
def here(app: Flask, environment: Environment, tmp_path: Path) -> Iterator[Flask]:
    """The application with a data folder of the test's own."""
    before = app.extensions["intendant"]
    attach(app, State(dataclasses.replace(environment, data=tmp_path), before.assets))
    yield app
    attach(app, before)
    base.connect()


def invoke(app: Flask, *arguments: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(arguments))


def test_backing_up_and_restoring_is_two_commands(here: Flask, fresh: Fresh, tmp_path: Path) -> None:
    factories.organization("Quillmark Press")
    file = str(tmp_path / "all.zip")
    assert "keep it where only you can read it" in invoke(here, "backup", file).output
    with other_database(fresh("sqlite")):
        assert "Start the server now" in invoke(here, "restore", file).output
        assert invoke(here, "migrate").output == "The schema is up to date.\n"
        assert [found.name for found in Organization.select()] == ["Quillmark Press"]
        again = invoke(here, "restore", file)
        assert (again.exit_code, again.output.count("\n")) == (1, 1)
        assert "only restored into an empty one" in again.output


def fill_before(migration: str) -> None:
    """A database as the version before a migration left it, with a person in an organization."""
    names = [found.stem for found in sorted(schema.FOLDER.glob("0*.py"))]
    schema.migrate(names[names.index(migration) - 1])
    common = {"language": "de", "time_zone": "UTC", "created_at": stamp(now()), "version": 1}
    person = {"theme": "auto", "density": "normal", "product_columns": "[]", "operator_roles": "[]", "phone": ""}
    insert("users", **common, **person, email="j@example.org", email_key="j@example.org", name="JÖRG STRAUẞ")
    place = {"city": "ÖSTERGÖTLAND", "street": "", "postcode": "", "vat_number": "", "billing_email": ""}
    insert("organization", **common, **place, slug="q", name="Q", name_key="q", kind="company", country="SE")


def insert(table: str, **values: object) -> None:
    run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks(list(values))})", list(values.values()))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_upgrade_is_back_up_migrate_start(
    here: Flask, fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The written way, with what the version before had left; what was there is there afterwards."""
    monkeypatch.setattr(server, "run", lambda app, environment: None)
    with other_database(fresh(kind)):
        fill_before("0007_keys")
        if kind == "postgresql":
            assert "Back it up, then run: make migrate" in invoke(here, "serve").output
        assert "0007_keys" in invoke(here, "migrate").output.split()
        assert invoke(here, "backup", str(tmp_path / "all.zip")).exit_code == 0
        assert invoke(here, "serve").output == ""
        assert schema.pending() == []
        assert [found[1] for found in users.page("jörg strauss", "", None).rows] == ["JÖRG STRAUẞ"]
        assert [found[4] for found in organizations.page("östergöt", suspended=False, edge=None).rows] == [
            "ÖSTERGÖTLAND"
        ]


def test_a_backup_says_why_it_was_not_made(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    refused = invoke(here, "backup", str(tmp_path / "mine"))
    assert (refused.exit_code, "never overwrites" in refused.output) == (1, True)


def test_a_sweep_runs_everything_as_of_a_date(here: Flask, tmp_path: Path) -> None:
    said = invoke(here, "sweep", "--on", "2027-01-31").output
    assert "backup.daily: not made as of another day\n" in said
    assert said.endswith("mail: 0 sent, 0 wait, 0 failed\nwork: 0 done\n")
    assert not (tmp_path / "backups").exists(), "a backup of another day would push out the real ones"
    assert row("SELECT 1 FROM scheduled_run WHERE job = 'backup.daily'") is None, "slots of real runs stay free"


def test_a_sweep_of_today_makes_the_backup(here: Flask, tmp_path: Path, clock: StandingClock) -> None:
    assert "backup.daily: intendant-2026-11-22.zip\n" in invoke(here, "sweep").output
    assert (tmp_path / "backups" / "intendant-2026-11-22.zip").exists()


@pytest.mark.parametrize("command", ["serve", "sweep"])
def test_nothing_starts_from_whom_no_mail_could_come(
    here: Flask, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(server, "run", lambda app, environment: None)
    state: State = here.extensions["intendant"]
    attach(here, State(dataclasses.replace(state.environment, mail_from="Tannwald"), state.assets))
    said = invoke(here, command)
    assert (said.exit_code, said.output.count("\n")) == (1, 1)
    assert "INTENDANT_MAIL_FROM must be one address" in said.output

"""The commands an administrator types: back up, restore, migrate, sweep; each says what it did, or why not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from blueprints.ground.state import State, attach
from models import base
from models.base import row
from models.organization.organizations import Organization
from models.settings import Environment
from tests import factories
from tests.backup.conftest import Fresh, other_database


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


def test_upgrade_is_back_up_migrate_start(here: Flask, fresh: Fresh, tmp_path: Path) -> None:
    """The written way; what was there is there afterwards."""
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


def test_a_backup_says_why_it_was_not_made(here: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    refused = invoke(here, "backup", str(tmp_path / "mine"))
    assert (refused.exit_code, "never overwrites" in refused.output) == (1, True)


def test_a_sweep_runs_everything_as_of_a_date(here: Flask, tmp_path: Path) -> None:
    said = invoke(here, "sweep", "--on", "2027-01-31").output
    assert "backup.daily: intendant-2027-01-31.zip\n" in said
    assert said.endswith("mail: 0 sent, 0 wait, 0 failed\nwork: 0 done\n")
    assert (tmp_path / "backups" / "intendant-2027-01-31.zip").exists()
    assert row("SELECT 1 FROM scheduled_run WHERE job = 'backup.daily'") is None, "slots of real runs stay free"

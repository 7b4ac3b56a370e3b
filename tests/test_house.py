"""What holds for the whole house: settings are documented, nothing comes from other hosts, examples are as made."""

from __future__ import annotations

import filecmp
import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from models.settings import read_environment

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "deploy" / "environment.example"
PROGRAM = ("blueprints", "jobs", "models", "static", "templates", "translations")
LOCKS = ("requirements.lock", "requirements-dev.lock")
FLASKS_OWN = {"run", "shell", "routes"}

SETTING = re.compile(r"\bINTENDANT_[A-Z]+(?:_[A-Z]+)*\b")
LOADED_FROM_ELSEWHERE = re.compile(
    r"""<(?!a\b)[a-z]+\b[^>]*?\b(?:src|srcset|href|poster|data|action)\s*=\s*["']?\s*(?:https?:)?//"""
)
CSS_FROM_ELSEWHERE = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//""")


class Noting(dict[str, str]):
    """Variables that note which of them are asked for."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]  # narrower than dict's
        self.asked.add(name)
        return super().get(name, default)


@pytest.fixture
def settings_read(tmp_path: Path) -> set[str]:
    """The names of all settings that the program reads or mentions."""
    variables = Noting({"INTENDANT_DATA": str(tmp_path)})
    read_environment(variables)
    sources = [ROOT / "app.py", *(path for folder in PROGRAM for path in (ROOT / folder).rglob("*.py"))]
    return variables.asked | {name for path in sources for name in SETTING.findall(path.read_text())}


def documents() -> str:
    return "\n".join(path.read_text() for path in (README, EXAMPLE) if path.exists())


def test_every_setting_is_documented(settings_read: set[str]) -> None:
    assert settings_read - set(SETTING.findall(documents())) == set()


def test_every_documented_setting_is_read(settings_read: set[str]) -> None:
    assert set(SETTING.findall(EXAMPLE.read_text())) - settings_read == set()


def test_compose_and_units_set_only_what_is_read(settings_read: set[str]) -> None:
    files = [*(ROOT / "deploy").glob("*.service"), ROOT / "deploy" / "compose.yaml", ROOT / "deploy" / "Dockerfile"]
    assert {name for path in files for name in SETTING.findall(path.read_text())} - settings_read == set()


def commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


@pytest.mark.skipif(not README.exists(), reason="README.md is not written yet")
def test_every_command_is_documented(session_app: Flask) -> None:
    known = set(commands(session_app.cli)) - FLASKS_OWN
    text = README.read_text()
    assert {name for name in known if not re.search(rf"\b(?:flask|make) {name}\b", text)} == set()


def test_every_target_of_the_makefile_is_explained() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_hold_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    pinned = re.findall(r"^[a-z0-9][^\s]*==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))


def test_what_runs_is_part_of_what_is_tested() -> None:
    pins = [set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS]
    assert pins[0] <= pins[1]


def test_pages_load_nothing_from_other_hosts() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".svg", ".xml")]
    styles = list((ROOT / "static").rglob("*.css"))
    assert [path for path in pages if LOADED_FROM_ELSEWHERE.search(path.read_text())] == []
    assert [path for path in styles if CSS_FROM_ELSEWHERE.search(path.read_text())] == []


def test_image_holds_every_folder_of_the_program() -> None:
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    let_in = re.findall(r"^!(\w+)$", (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    there = {name for name in PROGRAM if (ROOT / name).is_dir()}
    assert there == set(copied)
    assert there <= set(let_in)


def test_deploy_files_pass_the_programs_that_read_them() -> None:
    done = subprocess.run([ROOT / "deploy" / "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_example_data_is_what_its_script_makes(tmp_path: Path) -> None:
    data = ROOT / "tests" / "data"
    subprocess.run([sys.executable, data / "make_products.py", tmp_path], check=True)
    names = sorted(path.name for path in data.glob("*.csv"))
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert filecmp.cmpfiles(data, tmp_path, names, shallow=False)[0] == names


def test_common_passwords_are_as_the_check_expects_them() -> None:
    packed = (ROOT / "models" / "account" / "common_passwords.txt.gz").read_bytes()
    listed = gzip.decompress(packed).decode().splitlines()
    assert listed == sorted({word.lower() for word in listed})
    assert min(map(len, listed)) >= 10
    assert {"password123", "qwertyuiop", "1234567890"} <= set(listed)
    assert len(listed) > 40_000

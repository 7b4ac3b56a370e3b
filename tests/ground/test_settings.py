"""Settings of the machine: what can't work is named in one sentence, and keys are never half made."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from models import settings
from models.errors import WrongSetting
from models.settings import Environment, read_environment

KEYS = {"INTENDANT_SECRET_KEY": "s" * 40, "INTENDANT_FILE_KEY": "f" * 40}


def read(folder: Path, **values: str) -> Environment:
    given = {f"INTENDANT_{name}": value for name, value in values.items()}
    return read_environment({"INTENDANT_DATA": str(folder), **KEYS, **given})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BASE_URL", "https:", "must be a whole address"),
        ("BASE_URL", "http://[", "must be a whole address"),
        ("BASE_URL", "https://accounts.example:99999", "must be a whole address"),
        ("BASE_URL", "https://accounts.example/?a=b", "must be a whole address"),
        ("DATABASE_URL", "postgresql://[", "no address that can be read"),
        ("DATABASE_URL", "sqlite://intendant.db", "must begin with one of: sqlite:///, postgresql://"),
        ("DATABASE_URL", "sqlite:///", "must name a file"),
        ("MAIL_URL", "smtp://[", "no address that can be read"),
        ("MAIL_URL", "smtps://mail.example:smtp", "no address that can be read"),
        ("REDIS_URL", "redis://localhost:abc", "no address that can be read"),
        ("REDIS_URL", "unix:///", "must name a file"),
        ("PORT", "²", "must be a number"),
        ("PORT", "65536", "must be a number"),
        ("WORKERS", "9" * 5000, "must be a number"),
    ],
)
def test_what_cannot_work_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(WrongSetting, match=words) as refused:
        read(tmp_path, **{name: value})
    assert str(refused.value).startswith(f"INTENDANT_{name} ")


def test_no_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(tmp_path, MAIL_URL="smtp://accounts:hush/hush@mail.example")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql:///intendant?host=/var/run/postgresql"),
        ("DATABASE_URL", "postgresql://one:5432,other:5432/intendant"),
        ("REDIS_URL", "unix:///run/redis/redis.sock"),
        ("REDIS_URL", "rediss://:secret@redis.example:6380/1"),
        ("MAIL_URL", "smtps://accounts:secret@mail.example"),
    ],
)
def test_what_works_is_taken_as_it_is(tmp_path: Path, name: str, value: str) -> None:
    assert getattr(read(tmp_path, **{name: value}), name.lower()) == value


def test_base_url_is_as_links_begin_with_it(tmp_path: Path) -> None:
    assert read(tmp_path, BASE_URL="HTTPS://accounts.example/").base_url == "https://accounts.example"


def made(folder: Path) -> str:
    return read_environment({"INTENDANT_DATA": str(folder)}).secret_key


def test_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = made(tmp_path)
    assert made(tmp_path) == key == (tmp_path / "secret.key").read_text()
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file.key", "secret.key"]


def test_processes_that_begin_together_have_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2)
    make = settings._make_secret

    def make_together(file: Path) -> None:
        both.wait(10)
        make(file)

    monkeypatch.setattr(settings, "_make_secret", make_together)
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(made(tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert keys == [(tmp_path / "secret.key").read_text()] * 2


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe" * 40])
def test_a_key_that_was_lost_stops_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(WrongSetting, match=r"secret\.key"):
        made(tmp_path)
    assert (tmp_path / "secret.key").read_bytes() == content

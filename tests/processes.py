"""The real thing as processes: `flask serve`, `flask worker` and other commands, with settings of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from models.settings import Environment

ROOT = Path(__file__).parents[1]


def variables(environment: Environment, data: Path, **changes: str) -> dict[str, str]:
    """The variables of a process on the database of the tests, in a data folder of its own."""
    return plain() | {
        "INTENDANT_DATA": str(data),
        "INTENDANT_DATABASE_URL": environment.database_url,
        "INTENDANT_SECRET_KEY": environment.secret_key,
        "INTENDANT_FILE_KEY": environment.file_key,
        "INTENDANT_PORT": "0",
        **{f"INTENDANT_{name}": value for name, value in changes.items()},
    }


def plain() -> dict[str, str]:
    """The variables of this process without ours; bytecode is kept for all, as an installation has it."""
    foreign = ("INTENDANT_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {"PYTHONPYCACHEPREFIX": f"{tempfile.gettempdir()}/intendant-tests-{os.getuid()}/bytecode"} | clean


class Process:
    """A running command; what it prints is kept."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.inner = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.inner.stdout is not None
        for line in self.inner.stdout:
            self.lines.append(line.rstrip("\n"))
        self.inner.stdout.close()

    @property
    def pid(self) -> int:
        return self.inner.pid

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def says(self, words: str, seconds: float = 120) -> str:
        """Wait for a line with these words, and give it."""
        wait_until(lambda: any(words in line for line in self.lines) or self.inner.poll() is not None, seconds)
        found = [line for line in self.lines if words in line]
        assert found, f"never said {words!r}:\n{self.output}"
        return found[-1]

    def send(self, number: signal.Signals) -> None:
        self.inner.send_signal(number)

    def ends(self, seconds: float = 120) -> int:
        """Wait for its end, and give the exit code."""
        code = self.inner.wait(seconds)
        self._reader.join(5)
        return code

    def kill(self) -> None:
        """Without a word, with all that it started."""
        if self.inner.poll() is None:
            os.killpg(self.inner.pid, signal.SIGKILL)
        self.ends()


@contextmanager
def flask(arguments: list[str], environment: dict[str, str]) -> Iterator[Process]:
    """A command of the application, killed at the end if it still runs."""
    process = Process(["-m", "flask", "--app", "app", *arguments], environment)
    try:
        yield process
    finally:
        process.kill()


def wait_until(true: Callable[[], object], seconds: float = 120, pause: float = 0.02) -> None:
    """Wait until something holds; an assertion fails if it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(pause)

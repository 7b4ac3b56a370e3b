"""What the application was started with, reachable from any view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from models.settings import Environment


@dataclass(frozen=True)
class State:
    """The environment, and the hashed names of the assets."""

    environment: Environment
    assets: dict[str, str]


def attach(app: Flask, state: State) -> None:
    """Keep the state with the application."""
    app.extensions["intendant"] = state


def state() -> State:
    """The running application's state."""
    return cast(State, current_app.extensions["intendant"])

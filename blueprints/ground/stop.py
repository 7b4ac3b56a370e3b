"""Ends a command with one sentence and exit code 1, without a trace."""

from __future__ import annotations

import click


class Stop(click.ClickException):
    """Print one sentence and end with 1."""

    def show(self, file: object = None) -> None:  # noqa: ARG002  the form that click calls
        click.echo(self.message, err=True)

"""The command that makes another operator."""

from __future__ import annotations

import pytest
from flask import Flask

from models.account.users import User
from models.base import db
from tests import factories

PASSWORD = "larch planks over water\n"


def run(app: Flask, *words: str, password: str = PASSWORD) -> tuple[int, str]:
    """The command's exit code and what it printed."""
    result = app.test_cli_runner().invoke(args=["operator", "create", *words], input=password)
    return result.exit_code, result.output


def test_operator_has_every_role(app: Flask) -> None:
    assert run(app, "--email", "olga@tannwald.ch", "--name", "Olga Tann") == (
        0,
        "Olga Tann (olga@tannwald.ch) is an operator: support, billing, security.\n",
    )
    made = User.get()
    assert made.check_password("larch planks over water")
    assert made.verified_at is not None
    assert not db.is_closed()


def test_roles_can_be_chosen(app: Flask) -> None:
    run(app, "--email", "olga@tannwald.ch", "--role", "billing", "--role", "support")
    made = User.get()
    assert (made.name, made.operator_roles) == ("olga", ["billing", "support"])


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("mira@example.org", PASSWORD, "This address already has an account."),
        ("olga@tannwald.ch", "short\n", "Take at least 10 characters."),
        ("olga@tannwald.ch", "", "Take at least 10 characters."),
        ("olga at tannwald", PASSWORD, "This is not written like an e-mail address."),
    ],
)
def test_refusal_is_one_sentence(app: Flask, email: str, password: str, sentence: str) -> None:
    factories.user("Mira Castellan", email="mira@example.org")
    code, output = run(app, "--email", email, password=password)
    assert code == 1
    assert output.startswith(sentence)
    assert output.count("\n") == 1
    assert User.select().count() == 1

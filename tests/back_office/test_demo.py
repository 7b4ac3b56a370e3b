"""`flask demo`: a folder of its own, whatever else is set, and a set that is whole."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from flask import Flask

from blueprints.ground import server
from models import demo_set, outbox
from models.account.users import User
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import Role
from models.products.products import Product
from models.products.tags import Tag
from tests import factories


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "run", lambda app, environment: None)


def test_the_set_is_whole_and_made_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["demo", "--here"])
    assert first.exit_code == 0, first.output
    assert (Organization.select().count(), Product.select().count()) == (3, 60)
    assert len({product.category_id for product in Product.select()}) == 6
    assert Counter(member.role for member in Membership.select()).keys() == {role.value for role in Role}
    assert Tag.select().count() > 9
    assert [message.name for message in outbox.Message.select()] == ["invitation", "invitation"]
    assert demo_set.PASSWORD in first.output
    assert all(email in first.output for _slug, email, _name, _role in demo_set.PEOPLE)
    assert runner.invoke(args=["demo", "--here"]).exit_code == 0
    assert Product.select().count() == 60


def test_everybody_can_sign_in(app: Flask) -> None:
    app.test_cli_runner().invoke(args=["demo", "--here"])
    assert User.select().count() == 7
    for user in User.select():
        form = {"email": user.email, "password": demo_set.PASSWORD}
        assert app.test_client().post("/login", data=form).status_code == 303, user.email


def test_another_instance_is_left_alone(app: Flask) -> None:
    factories.user()
    result = app.test_cli_runner().invoke(args=["demo", "--here"])
    assert (result.exit_code, Organization.select().count()) == (1, 0)


def test_no_setting_of_another_instance_reaches_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTENDANT_DATABASE_URL", "postgresql:///real")
    monkeypatch.setenv("INTENDANT_MAIL_URL", "smtp://real")
    monkeypatch.setenv("INTENDANT_PORT", "9000")
    began: list[tuple[list[str], dict[str, str]]] = []

    def become(_program: str, arguments: list[str], variables: dict[str, str]) -> None:
        began.append((arguments, variables))
        raise SystemExit(0)

    monkeypatch.setattr(os, "execve", become)
    app.test_cli_runner().invoke(args=["demo"])
    [(arguments, variables)] = began
    assert arguments[-2:] == ["demo", "--here"]
    given = {name: value for name, value in variables.items() if name.startswith("INTENDANT_")}
    assert given.pop("INTENDANT_DATA").endswith("demo")
    assert given == {"INTENDANT_PORT": "9000"}

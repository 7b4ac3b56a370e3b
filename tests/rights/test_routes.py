"""Every route as every kind of person, against the table; and what no table is needed for."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from blueprints.ground.guard import OPERATOR, ORGANIZATION, PUBLIC, SAFE, USER
from models import journal
from models.organization.members import Membership
from tests.conftest import Cast
from tests.rights import walk
from tests.rights import world as worlds
from tests.rights.table import ASKED_BY_PROGRAMS, READS_THAT_ARE_RECORDED, TABLE
from tests.rights.walk import Answer, Route
from tests.rights.world import PEOPLE, World

FORMS_THAT_READ = {"POST products.bulk_export", "POST products.index_columns"}
REFUSED = {walk.NOTHING, walk.FORBIDDEN, walk.SIGN_IN}


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    return worlds.build(app, cast)


def walked(app: Flask, world: World, person: str) -> list[tuple[Route, Answer]]:
    """What the person was answered on each route."""
    cookie = worlds.cookie_of(world, person)
    return [
        (route, walk.ask(app, cookie, route.method, walk.address(app, world, route.rule))) for route in walk.routes(app)
    ]


def test_every_route_has_its_row_and_every_row_its_route(app: Flask) -> None:
    keys = {route.key for route in walk.routes(app)}
    assert sorted(keys - TABLE.keys()) == [], "say in tests/rights/table.py who may open them"
    assert sorted(TABLE.keys() - keys) == []
    assert {key for key, row in TABLE.items() if len(row.split()) != len(PEOPLE)} == set()


def test_every_view_names_who_may_open_it(app: Flask) -> None:
    audiences = {name: getattr(view, "audience", None) for name, view in app.view_functions.items()}
    known = (PUBLIC, USER, OPERATOR, ORGANIZATION)
    assert [name for name, audience in audiences.items() if audience not in known] == []


@pytest.mark.parametrize("person", PEOPLE)
def test_each_route_opens_for_whom_the_table_says(app: Flask, world: World, person: str) -> None:
    place, wrong, leaks = PEOPLE.index(person), [], []
    for route, answer in walked(app, world, person):
        expected = TABLE[route.key].split()[place] if route.key in TABLE else "(no row)"
        if answer.letter != expected:
            wrong.append(f"{route.key} {route.rule.rule}: {answer.letter} ({answer.status}), not {expected}")
        reads = route.method == "GET" and route.key not in READS_THAT_ARE_RECORDED
        if answer.wrote and (reads or answer.letter in REFUSED):
            leaks.append(f"{route.key} wrote, though it was answered {answer.status}")
    assert not wrong + leaks, "\n".join(["", *wrong, *leaks])


@pytest.mark.parametrize("person", ["anonymous", "representative", "looking on"])
def test_no_act_without_the_token_of_a_form(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    acts = [(route, answer) for route, answer in walked(app, world, person) if route.method not in SAFE]
    assert len(acts) > 50
    assert {route.key for route, answer in acts if answer.status != 400 or answer.wrote} == ASKED_BY_PROGRAMS


def test_the_ids_of_another_organization_open_nothing(app: Flask, world: World) -> None:
    """The stranger represents an organization of their own, and puts this one's ids behind its name."""
    cookie = worlds.cookie_of(world, "stranger")
    own = Membership.get(Membership.user == world.cast.stranger).organization.slug
    routes = [route for route in walk.routes(app) if re.match(r"/o/<slug>/.*_id>", route.rule.rule)]
    opened = []
    for route in routes:
        url = walk.address(app, world, route.rule).replace(f"/o/{world.slug}/", f"/o/{own}/")
        answer = walk.ask(app, cookie, route.method, url)
        if answer.letter != walk.NOTHING or answer.wrote:
            opened.append(f"{route.key}: {answer.status}")
    assert routes
    assert opened == []


@pytest.mark.parametrize("person", ["external", "collaborator"])
def test_products_that_were_not_given_are_not_there(app: Flask, world: World, person: str) -> None:
    world.values["product_id"] = world.values["hidden_id"]
    cookie = worlds.cookie_of(world, person)
    about_one = [route for route in walk.routes(app) if {"slug", "product_id"} <= route.rule.arguments]
    answers = {
        route.key: walk.ask(app, cookie, route.method, walk.address(app, world, route.rule)) for route in about_one
    }
    assert about_one
    assert {key for key, answer in answers.items() if answer.letter not in (walk.NOTHING, walk.FORBIDDEN)} == set()
    assert [key for key, answer in answers.items() if answer.wrote] == []


def test_a_suspended_organization_can_be_read_but_not_changed(app: Flask, world: World) -> None:
    world.cast.organization.suspend("Unpaid", journal.SYSTEM)
    cookie = worlds.cookie_of(world, "representative")
    inside = [route for route in walk.routes(app) if route.rule.rule.startswith("/o/<slug>/")]
    answers = {route.key: walk.ask(app, cookie, route.method, walk.address(app, world, route.rule)) for route in inside}
    posts = {key: answer.letter for key, answer in answers.items() if key.startswith("POST")}
    reads = {key: answer.letter for key, answer in answers.items() if key.startswith("GET")}
    assert {key for key, letter in posts.items() if letter != walk.FORBIDDEN} == FORMS_THAT_READ
    assert {key: letter for key, letter in reads.items() if letter != TABLE[key].split()[5]} == {}

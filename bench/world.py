"""The database that is measured: 200 organizations with 100,000 products, and one with a million."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask

from app import create_app
from models import base, schema, settings
from models.base import rows, run
from models.permissions import Role
from models.settings import read_environment
from tests import factories
from tests.services import find_postgres

ORGANIZATIONS = 200
PRODUCTS = 100_000
SMALL, LARGE = 1_000, 1_000_000
COLORS = "brick copper ochre olive moss pine lagoon sky ink violet plum stone".split()


@dataclass(frozen=True)
class World:
    """What a measurement gets: the application on a filled database, and where it is."""

    database_name: str
    database_url: str
    app: Flask
    data: Path


def make(name: str, folder: Path, *, large: bool) -> World:
    """One filled world on the named database (`sqlite`, `postgresql`); without `large`, without the million."""
    shutil.rmtree(folder, ignore_errors=True)
    variables = {
        "INTENDANT_DATA": str(folder),
        "INTENDANT_LOG": "error",
        "INTENDANT_BASE_URL": "http://localhost",
    }
    if name == "postgresql":
        variables["INTENDANT_DATABASE_URL"] = _empty_postgresql()
    environment = read_environment(variables)
    app = create_app(environment, RATELIMIT_ENABLED=False)
    base.connect()
    schema.migrate()
    settings.Business().save(ready=True, provider_name="Tannwald", public_address="http://localhost")
    _fill(large=large)
    return World(name, environment.database_url, app, folder)


def _empty_postgresql() -> str:
    server = find_postgres()
    if server is None:
        raise SystemExit("The benchmark needs PostgreSQL: INTENDANT_TEST_POSTGRES names one.")
    name = f"intendant_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
    head, _, tail = server.partition("?")
    return head.rsplit("/", 1)[0] + "/" + name + ("?" + tail if tail else "")


def drop_postgresql() -> None:
    """Take the benchmark's database away again."""
    server = find_postgres()
    if server is not None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS intendant_bench_{os.getpid()} WITH (FORCE)".encode())


def _fill(*, large: bool) -> None:
    person = factories.user("Mira Castellan", email="mira@example.org")
    sizes = {"small": SMALL}
    if large:
        sizes["large"] = LARGE
    for slug, size in sizes.items():
        organization = factories.organization(slug.title(), slug=slug)
        factories.member(organization, person, Role.LEGAL_REPRESENTATIVE)
        products(organization.id, size)
    for number in range(ORGANIZATIONS - len(sizes)):
        organization = factories.organization(f"Client {number:03d}", slug=f"client-{number:03d}")
        if number == 0:
            factories.member(organization, person, Role.LEGAL_REPRESENTATIVE)
        products(organization.id, (PRODUCTS - SMALL) // (ORGANIZATIONS - 2))
    run("ANALYZE")


def products(organization_id: int, count: int) -> None:
    """`count` products with three tags each; the commonest is on one in two, the rarest on one in 10,000."""
    moment = base.stamp(base.now())
    number = "n" if base.is_postgresql() else "value"
    text = "CAST(n AS TEXT)" if base.is_postgresql() else "value"
    series = (
        f"generate_series(1, {count}) AS s(n)"
        if base.is_postgresql()
        else f"(WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < {count}) "
        "SELECT value FROM s) AS s"
    )
    n = number
    day = (
        f"to_char(date '2026-11-22' + ({n} % 1000), 'YYYY-MM-DD')"
        if base.is_postgresql()
        else f"date('2026-11-22', '+' || ({n} % 1000) || ' days')"
    )
    expires = f"CAST({day} AS DATE)" if base.is_postgresql() else day
    name = f"'product-' || {text} || CASE WHEN {n} % 3 = 0 THEN '.example' ELSE ' hosting' END"
    with base.write():
        run(
            "INSERT INTO product (organization_id, category_id, name, name_key, plan, identifier, holder_name, "
            "holder_organization, holder_email, expires_on, due_key, auto_renew, price_minor, currency, period_months, "
            f"state, notes, search, created_at, updated_at, version) SELECT {organization_id}, 1 + {n} % 8, {name}, "
            f"{name}, 'Business 25', 'ID-' || {text}, '', '', '', {expires}, {day}, {n} % 3 > 0, 1000 + {n} % 90000, "
            f"'CHF', 12, CASE WHEN {n} % 50 = 0 THEN 'expired' ELSE 'active' END, '', "
            f"({name}) || ' id-' || {text}, '{moment}', '{moment}', 1 FROM {series}"
        )
        tags = [
            factories.Tag.create(
                organization=organization_id,
                name=f"Tag {i}",
                name_key=f"tag {i}",
                color=COLORS[i % 12],
                created_at=base.now(),
            ).id
            for i in range(21)
        ]
        first = rows("SELECT min(id) FROM product WHERE organization_id = ?", (organization_id,))[0][0]
        place = f"(p.id - {first})"
        for tag in (f"{tags[0]} + {place} % 2", f"{tags[2]} + {place} % 8", f"{tags[10]} + {place} % 9"):
            run(
                f"INSERT INTO product_tag (product_id, tag_id, name_key, due_key) SELECT p.id, {tag}, p.name_key, "
                f"p.due_key FROM product p WHERE p.organization_id = {organization_id}"
            )
        run(
            f"INSERT INTO product_tag (product_id, tag_id, name_key, due_key) SELECT p.id, {tags[20]}, p.name_key, "
            f"p.due_key FROM product p WHERE p.organization_id = {organization_id} AND {place} % 10000 = 7"
        )

"""The products page against a hand-tuned Flask page that shows the same rows from raw SQL."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
from flask import Flask, render_template
from jinja2 import DictLoader

from bench.measure import Browser, Row, cpu, row
from bench.world import World
from models import base
from models.account.users import User
from models.base import rows
from models.products.views import Cursor

TIMES = 10

TEMPLATE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Products</title>
<link rel="stylesheet" href="/static/app.css"></head><body><main><h1>Products</h1>
<table><thead><tr><th>Product<th>Category<th>Tags<th>State<th>Renews<th>Price</tr></thead><tbody>
{% for id, name, category, state, due, renews, price, currency in rows %}<tr>
<td><a href="/o/small/products/{{ id }}">{{ name }}</a>
<td>{{ category }}<td>{% for tag, color in tags[id] %}<span class="tag c-{{ color }}">{{ tag }}</span>{% endfor %}
<td>{{ state }}<td>{{ due }}<td>{{ currency }} {{ "%.2f"|format(price / 100) }}</tr>{% endfor %}
</tbody></table><a href="?after=50">Next</a></main></body></html>"""


def floor(world: World, organization_id: int) -> Flask:
    """One view, two queries, one template; no session, no rights, no languages."""
    app = Flask("floor")
    app.jinja_loader = DictLoader({"list.html": TEMPLATE})
    connection: Any
    if world.database_name == "sqlite":
        connection = sqlite3.connect(world.database_url.removeprefix("sqlite:///"), check_same_thread=False)
        mark = "?"
    else:
        connection = psycopg.connect(world.database_url, autocommit=True)
        mark = "%s"
    listed = (
        "SELECT p.id, p.name, c.name, p.state, p.expires_on, p.auto_renew, p.price_minor, p.currency FROM product p "
        f"JOIN category c ON c.id = p.category_id WHERE p.organization_id = {mark} ORDER BY p.name_key, p.id LIMIT 50"
    )
    tagged = (
        "SELECT x.product_id, t.name, t.color FROM product_tag x JOIN tag t ON t.id = x.tag_id WHERE x.product_id IN "
        f"({', '.join([mark] * 50)})"
    )

    @app.get("/")
    def index() -> str:
        found = connection.execute(listed, (organization_id,)).fetchall()
        tags: dict[int, list[tuple[str, str]]] = {}
        for product_id, name, color in connection.execute(tagged, [one[0] for one in found]).fetchall():
            tags.setdefault(product_id, []).append((name, color))
        return render_template("list.html", rows=found, tags=tags)

    return app


FIRST = "/o/small/products"
SEARCHES = {
    "a rare search (a dozen found)": ("product-99999", "product-99"),
    "a common search": ("hosting", "hosting"),
}
"""What is searched for in 1,000,000 products, and in 1,000 to find as much."""


def pages(world: World) -> dict[str, str]:
    """The addresses that are compared with the first page of a small organization."""
    large = rows("SELECT id FROM organization WHERE slug = 'large'")[0][0]
    named = dict(rows("SELECT name, id FROM tag WHERE organization_id = ?", (large,)))
    browser = Browser(world.app, User.get(User.email_key == "mira@example.org"))
    deep = rows(
        "SELECT id, name_key FROM product WHERE organization_id = ? ORDER BY name_key DESC LIMIT 1 OFFSET 60", (large,)
    )[0]
    cursor = _cursor(deep[0], deep[1])
    found = {
        "first page of 1,000,000": "/o/large/products",
        "deepest page of 1,000,000": f"/o/large/products?after={cursor}",
        "common tag (1 in 2)": f"/o/large/products?tag={named['Tag 0']}",
        "rare tag (1 in 10,000)": f"/o/large/products?tag={named['Tag 20']}",
    }
    for path in found.values():
        browser.get(path)
    return found


def _cursor(number: int, key: str) -> str:
    return str(Cursor(key, number))


def measure(world: World) -> list[Row]:
    """CPU against the floor, the number of queries, and how the page grows."""
    person = User.get(User.email_key == "mira@example.org")
    browser = Browser(world.app, person)
    small = rows("SELECT id FROM organization WHERE slug = 'small'")[0][0]
    bare = Browser(floor(world, small))
    found = cpu({"ours": lambda: browser.get(FIRST), "floor": lambda: bare.get("/")}, times=TIMES)
    result = [
        row(world, "products page, CPU against a hand-tuned page", found["ours"] / found["floor"], 2.0),
        row(world, "products page, queries", queries(browser, FIRST), 5),
    ]
    if not rows("SELECT 1 FROM organization WHERE slug = 'large'"):
        return result
    return [*result, *_grown(world, browser), *_searched(world, browser)]


def _grown(world: World, browser: Browser) -> list[Row]:
    """Pages of a million products against the first page of a thousand."""
    paths = {"first": FIRST, **pages(world)}
    times = cpu({name: _getter(browser, path) for name, path in paths.items()}, times=5)
    return [
        row(world, f"products page, {name} against the first of 1,000", times[name] / times["first"], 1.2)
        for name in paths
        if name != "first"
    ]


def _searched(world: World, browser: Browser) -> list[Row]:
    """A search in a million products against one in a thousand that finds as much."""
    result = []
    for name, (large, small) in SEARCHES.items():
        paths = {"large": f"/o/large/products?q={large}", "small": f"{FIRST}?q={small}"}
        times = cpu({size: _getter(browser, path) for size, path in paths.items()}, times=5)
        result.append(
            row(world, f"products page, {name} in 1,000,000 against 1,000", times["large"] / times["small"], 1.2)
        )
    path = f"/o/large/products?q={SEARCHES['a common search'][0]}"
    return [*result, row(world, "products page with a search, queries", queries(browser, path), 5)]


def _getter(browser: Browser, path: str) -> Any:
    return lambda: browser.get(path)


def queries(browser: Browser, path: str) -> int:
    """How many statements one request runs."""
    seen: list[str] = []
    original = base.db.execute_sql

    def counting(sql: str, *args: Any, **kwargs: Any) -> Any:
        seen.append(sql)
        return original(sql, *args, **kwargs)

    base.db.obj.execute_sql = counting
    try:
        browser.get(path)
    finally:
        del base.db.obj.execute_sql
    return len(seen)

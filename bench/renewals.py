"""The sweep over a million products, against the same rows put there by one statement, and one by one."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from bench import preview
from bench.measure import Row, row
from bench.world import World
from models import outbox
from models.account.users import User
from models.base import is_postgresql, now, rows, run, write
from models.base import row as one_row
from models.organization import members
from models.permissions import Role
from models.products.products import Product
from models.renewals import preferences, sweep
from models.renewals.notices import Batch

DAY = date(2030, 3, 1)
SHARES = (1, 10)
ROUNDS = 3
ONE_BY_ONE = 2_000
COLUMNS = "product_id, organization_id, expires_on, lead, kind, address_key, sent_on, batch_id"


def measure(world: World) -> list[Row]:
    """The preview; then for each share of products that are due: both ratios, a second run, and what memory grew by
    between them."""
    result = [preview.measure(world)]
    memory: list[float] = []
    for share in SHARES:
        _prepare(share)
        times = _times()
        memory.append(_resident())
        name = f"sweep with {share} % due"
        result += [
            row(world, f"{name}, against INSERT … SELECT", times["sweep"] / times["bare"], 1.5),
            row(world, f"{name}, against a loop", times["loop"] / times["sweep"], 15, at_least=True),
            row(world, f"{name}, a second run against the first", times["again"] / times["sweep"], 0.5),
            row(world, f"{name}, notices of a second run", times["more"], 0),
        ]
    return [*result, row(world, "sweep, growth of memory in MB", max(0.0, memory[1] - memory[0]), 10)]


def _prepare(share: int) -> None:
    """So many of a hundred products expire in a week, all others much later."""
    soon, late = DAY + timedelta(days=7), DAY + timedelta(days=500)
    with write():
        run("DELETE FROM renewal_notice")
        run("DELETE FROM renewal_part")
        run(
            f"UPDATE product SET state = 'active', auto_renew = FALSE, expires_on = {_day()} WHERE id % 100 < {share}",
            (soon,),
        )
        run(f"UPDATE product SET expires_on = {_day()} WHERE id % 100 >= {share}", (late,))
    run("ANALYZE")


def _day() -> str:
    return "CAST(? AS DATE)" if is_postgresql() else "?"


def _times() -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in ("sweep", "again", "bare", "more")}
    for _round in range(ROUNDS):
        found["sweep"].append(_timed(lambda: sweep.sweep_all(DAY)))
        done: list[sweep.Swept] = []
        found["again"].append(_timed(lambda done=done: done.append(sweep.sweep_all(DAY))))  # type: ignore[misc]  # bound at once
        found["more"].append(done[0].notices)
        number = _count()
        _forget()
        found["bare"].append(_timed(_insert))
        assert number == _count()
        _forget()
    loop = _timed(_one_by_one) * number / ONE_BY_ONE
    _forget()
    return {**{name: median(values) for name, values in found.items()}, "loop": loop}


def _count() -> int:
    return int(rows("SELECT count(*) FROM renewal_notice")[0][0])


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _forget() -> None:
    with write():
        run("DELETE FROM renewal_notice")
        run("DELETE FROM outbox WHERE name = 'renewals'")
        run("DELETE FROM renewal_mail")
        run("DELETE FROM renewal_part")
        run("DELETE FROM renewal_batch")


def _source() -> str:
    return (
        "FROM product p JOIN membership m ON m.organization_id = p.organization_id JOIN users u ON u.id = m.user_id "
        "WHERE p.state = 'active' AND p.expires_on <= ?"
    )


def _insert() -> None:
    """The same rows, known to be the right ones."""
    with write():
        batch = Batch.create(day=DAY, made_at=now())
        run(
            f"INSERT INTO renewal_notice ({COLUMNS}) SELECT p.id, p.organization_id, p.expires_on, 7, 'reminder', "
            f"u.email_key, {_day()}, {batch.id} {_source()}",
            (DAY, DAY + timedelta(days=60)),
        )


def _one_by_one() -> None:
    """The first few of them as a program does it that looks at each product and writes each row and mail."""
    some = Product.select().where(Product.state == "active", Product.expires_on <= DAY + timedelta(days=60))
    with write():
        batch = Batch.create(day=DAY, made_at=now())
        for product in some.limit(ONE_BY_ONE):
            wanted = preferences.of(product.organization_id)
            people = members.in_role(product.organization_id, Role.LEGAL_REPRESENTATIVE) if wanted.reminders else []
            for person in people:
                _tell(product, person, batch)


def _tell(product: Product, person: User, batch: Batch) -> None:
    known = "SELECT 1 FROM renewal_notice WHERE product_id = ? AND address_key = ? AND expires_on = ?"
    if one_row(known, (product.id, person.email_key, product.expires_on)) is None:
        told = (product.id, product.organization_id, product.expires_on, 7, "reminder", person.email_key, DAY, batch.id)
        run(f"INSERT INTO renewal_notice ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", told)
        outbox.post("renewals", person.recipient, organization=product.organization_id)


def _resident() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

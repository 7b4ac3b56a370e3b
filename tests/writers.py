"""Several processes that write at once, as several servers on one database would: run by a test and by the benchmark.

`python -m tests.writers SECONDS NUMBER SLUG KEY` renews and tags products of an organization through the
application until the time is over, and prints how many acts it did and how many a person would have seen fail.
"""

from __future__ import annotations

import subprocess
import sys
import time

from flask.testing import FlaskClient

from app import create_app
from models.base import connect, rows


def start(environment: dict[str, str], slug: str, key: str, *, seconds: int, writers: int) -> tuple[int, int]:
    """Let so many processes write for so long; returns how many acts were done and how many failed."""
    command = [sys.executable, "-m", "tests.writers", str(seconds)]
    running = [
        subprocess.Popen([*command, str(number), slug, key], env=environment, stdout=subprocess.PIPE, text=True)
        for number in range(writers)
    ]
    said = [process.communicate(timeout=seconds + 60)[0].split()[-2:] for process in running]
    return sum(int(done) for done, _failed in said), sum(int(failed) for _done, failed in said)


def write(client: FlaskClient, slug: str, number: int, turn: int, products: list[int]) -> int:
    """One act of a person; returns the status that they got."""
    product = products[(number * 7 + turn) % len(products)]
    if turn % 3:
        fields = {"auto_renew": "y"} if turn % 2 else {}
        return client.post(f"/o/{slug}/products/{product}/renewal", data=fields).status_code
    name = f"Tag {(number + turn) % 12}"
    return client.post(f"/o/{slug}/products/{product}/tags/create", data={"name": name}).status_code


def main(seconds: int, number: int, slug: str, key: str) -> None:
    """One writer."""
    client = create_app(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False).test_client()
    connect()
    client.set_cookie("intendant", key)
    wanted = "SELECT p.id FROM product p JOIN organization o ON o.id = p.organization_id WHERE o.slug = ? LIMIT 50"
    products = [found[0] for found in rows(wanted, (slug,))]
    done = failed = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        status = write(client, slug, number, done, products)
        done += 1
        failed += status >= 400
    sys.stdout.write(f"\n{done} {failed}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])

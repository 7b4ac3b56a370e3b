"""Two at the same moment: the setup code makes one operator, a link acts once, an address has one account."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from models import entry
from models.account import credentials, setup
from models.account.users import User
from models.base import connect, db
from models.errors import Refused
from models.links import Link
from models.organization.organizations import Organization
from models.outbox import Message
from tests import factories

KEY = "secret-key-of-the-tests-" * 2


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run each in a thread of its own, begun together; what became of each."""
    barrier, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        connect()
        barrier.wait(10)
        try:
            act()
            ends.append("done")
        except Refused as fault:
            ends.append(type(fault).__name__)
        finally:
            db.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


def operator(number: int) -> Callable[[], object]:
    return lambda: setup.make_first_operator(
        KEY,
        setup.code(KEY),
        email=f"olga.{number}@tannwald.ch",
        name=f"Olga {number}",
        password="larch planks over water",
        language="en",
        address=None,
    )


def test_code_makes_one_operator(app: Flask) -> None:
    assert at_once(operator(1), operator(2), operator(3)) == ["NotFound", "NotFound", "done"]
    assert User.select().count() == 1


def test_link_sets_one_password(app: Flask) -> None:
    user = factories.user()
    credentials.ask_for_reset(user.email)
    link = Link.get()
    ends = at_once(
        lambda: credentials.reset(link, "willow twigs in the rain", None),
        lambda: credentials.reset(link, "alder cones on the snow", None),
    )
    assert ends == ["Conflict", "done"]


def test_address_gets_one_account(app: Flask) -> None:
    person = {
        "name": "Mira Castellan",
        "password": "larch planks over water",
        "language": "en",
        "time_zone": "UTC",
    }
    details = {"kind": "association", "name": "Quillmark", "country": "CH"}
    details |= {"street": "Gerbergasse 12", "postcode": "4001", "city": "Basel"}

    def sign_up(email: str) -> Callable[[], object]:
        whole = {**person, "email": email}
        return lambda: entry.sign_up(whole, dict(details), browser="", terms_version="1", address="192.0.2.14")

    one, other = "mira@quillmark.ch", "jonas@quillmark.ch"
    assert at_once(sign_up(one), sign_up(one), sign_up(other)) == ["done"] * 3
    assert sorted(user.email for user in User.select()) == [other, one]
    assert len({organization.slug for organization in Organization.select()}) == 2
    assert sorted(message.name for message in Message.select()) == ["already_registered"] + ["verify_address"] * 2

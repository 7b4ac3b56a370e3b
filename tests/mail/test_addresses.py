"""One rule for e-mail addresses: what is taken can be written to."""

from __future__ import annotations

import pytest

from models import addresses
from models.errors import Refused


@pytest.mark.parametrize(
    ("typed", "kept", "sent_to"),
    [
        (" mira@Example.ORG ", "mira@example.org", "mira@example.org"),
        ("Mira.O'Hara+bills@example.org", "Mira.O'Hara+bills@example.org", "Mira.O'Hara+bills@example.org"),
        ("mira@münchen.example", "mira@münchen.example", "mira@xn--mnchen-3ya.example"),
        ("mira@straße.example", "mira@straße.example", "mira@xn--strae-oqa.example"),
    ],
)
def test_what_is_taken_can_be_written_to(typed: str, kept: str, sent_to: str) -> None:
    assert addresses.check(typed) == kept
    assert addresses.wire(kept) == sent_to


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("jörg@example.com", "Before the @ stand Latin letters without accents."),
        ("иван@example.com", "Before the @ stand Latin letters without accents."),
        *((wrong, "This is not written like") for wrong in ("", "mira", "a b@example.org", "a@b", "a@ex\nample.org")),
        *((wrong, "This is not written like") for wrong in ("a@b.example, c@d.example", "Mira <mira@example.org>")),
    ],
)
def test_what_is_not_taken_is_told_in_one_sentence(typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as told:
        addresses.check(typed, field="email")
    assert told.value.field == "email"


@pytest.mark.parametrize("kept", ["post@localhost", "no-reply@127.0.0.1", "no-reply@my_machine", "root@mail.internal"])
def test_a_machine_may_send_from_its_own_network(kept: str) -> None:
    assert addresses.wire(kept) == kept


@pytest.mark.parametrize(
    "kept", ["mira", "mìra@example.org", "a b@example.org", "a@ex\nample.org", "a>@example.org", "@"]
)
def test_nothing_else_reaches_a_mail_server(kept: str) -> None:
    with pytest.raises(Refused, match="No mail server can read"):
        addresses.wire(kept)

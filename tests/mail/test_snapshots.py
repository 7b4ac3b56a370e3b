"""What every mail says, word for word, in every language: `snapshots/<language>.txt`, to be read as its readers do.

After a change that is meant, `INTENDANT_TEST_SNAPSHOTS=write make test ARGS="-k snapshots"` writes them anew; the
difference shows what people will read.
"""

from __future__ import annotations

import html
import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from blueprints.back_office.outbox import KIND_LABELS
from blueprints.ground.languages import LANGUAGES
from jobs import letters
from models import settings
from models.links import Purpose
from models.outbox import Claimed
from models.renewals.letters import Line
from models.settings import Environment

SNAPSHOTS = Path(__file__).with_name("snapshots")
MOMENT, UNTIL = "2026-11-22T23:30:00.000000Z", "2026-12-06T23:30:00.000000Z"
HOUSE = {"organization": "Quillmark & Söhne", "slug": "quillmark", "by": "Jonas Ferrand", "name": "Lena Marxen"}


def _line(name: str, days: int, kind: str = "reminder", price_minor: int | None = 1840) -> Line:
    return Line(7, name, date(2026, 12, 1) + timedelta(days=days), days, kind, days, price_minor, "CHF")


# A mail that speaks otherwise to somebody is there twice; after the colon stands to whom.
CONTEXTS: dict[str, dict[str, object]] = {
    "address_changed": {"new": "mira.new@example.org", "at": MOMENT},
    "already_registered": {},
    "change_address": {"old": "mira@example.org"},
    "invitation": {**HOUSE, "role": "Collaborator", "expires_at": UNTIL},
    "invitation_accepted": {**HOUSE, "email": "lena@example.org", "role": "External user"},
    "invitation_refused": {**HOUSE, "email": "lena@example.org", "role": "External user"},
    "member_left": {**HOUSE, "role": "Collaborator"},
    "member_removed": HOUSE,
    "new_sign_in": {"device": "Firefox, Linux", "address": "192.0.2.7", "at": MOMENT},
    "password_changed": {"at": MOMENT, "address": "192.0.2.7"},
    "representative_appointed": {**HOUSE, "stepped_down": "Jonas Ferrand", "reader": ""},
    "representative_appointed: the new one": {**HOUSE, "stepped_down": None, "reader": "appointed"},
    "representative_appointed: who asked": {**HOUSE, "stepped_down": None, "reader": "asker"},
    "representative_asked": {**HOUSE, "steps_down": True, "expires_at": UNTIL},
    "representative_proposed": {**HOUSE, "steps_down": False, "expires_at": UNTIL},
    "representative_refused": HOUSE,
    "representative_removed": {**HOUSE, "how": "removed", "reader": ""},
    "representative_removed: who did it": {**HOUSE, "how": "demoted", "reader": "actor"},
    "representative_removed: by themselves": {**HOUSE, "by": HOUSE["name"], "how": "gave_up", "reader": ""},
    "renewals: many": {
        "organization": HOUSE["organization"],
        "slug": "quillmark",
        "open": [_line("quillmark.example", 1), _line("Shop & Söhne", 30, price_minor=None), _line("old.example", -3)],
        "fine": [_line("hosting.example", 14, kind="renewal")],
        "total": 55,
        "more": 51,
    },
    "renewals: one": {
        "organization": HOUSE["organization"],
        "slug": "quillmark",
        "open": [_line("quillmark.example", 7)],
        "fine": [],
        "total": 1,
        "more": 0,
    },
    "renewals: one that renews by itself": {
        "organization": HOUSE["organization"],
        "slug": "quillmark",
        "open": [],
        "fine": [_line("hosting.example", 14, kind="renewal")],
        "total": 1,
        "more": 0,
    },
    "reset_password": {},
    "role_changed": {**HOUSE, "old": "Collaborator", "new": "Administrator"},
    "role_changed: who stepped down": {
        **HOUSE,
        "by": "Mira Castellan",
        "accepted_by": HOUSE["name"],
        "old": "Legal representative",
        "new": "Administrator",
    },
    "test_mail": {},
    "verify_address": {},
    "welcome": {"organization": "Quillmark & Söhne", "days": 7},
}
LINKS = {
    "renewals": Purpose.UNSUBSCRIBE,
    "change_address": Purpose.CHANGE_ADDRESS,
    "invitation": Purpose.INVITATION,
    "representative_asked": Purpose.REPRESENTATIVE,
    "reset_password": Purpose.RESET_PASSWORD,
    "verify_address": Purpose.VERIFY_ADDRESS,
    "welcome": Purpose.RESET_PASSWORD,
}


def message(kind: str, language: str) -> Claimed:
    name = kind.partition(":")[0]
    purpose = LINKS.get(name)
    return Claimed(
        id=1,
        name=name,
        to_address="mira@example.org",
        to_name="Mira Castellan",
        language=language,
        time_zone="Europe/Zurich",
        user_id=1,
        organization_id=1,
        link_id=1 if purpose else None,
        purpose=purpose.value if purpose else None,
        context=dict(CONTEXTS[kind]),
        optional=False,
        message_id="1",
        attempts=1,
    )


@pytest.fixture
def sender(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> letters.Sender:
    monkeypatch.setitem(letters.READ_LATE, "renewals", dict)
    provider = settings.Business(provider_name="Tannwald Hosting", support_email="help@tannwald.example")
    return letters.Sender(provider, "https://my.tannwald.example", environment.secret_key)


def written(kind: str, language: str, sender: letters.Sender) -> letters.Letter:
    return letters.write(message(kind, language), sender)


def without_token(text: str) -> str:
    return re.sub(r"/links/[\w.-]+", "/links/TOKEN", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_say_what_they_said(sender: letters.Sender, language: str) -> None:
    kept = SNAPSHOTS / f"{language}.txt"
    parts = []
    for kind in CONTEXTS:
        letter = written(kind, language, sender)
        parts.append(f"===== {kind}\n{letter.subject}\n\n{without_token(letter.text)}")
    said = "\n".join(parts)
    if os.environ.get("INTENDANT_TEST_SNAPSHOTS") == "write":
        kept.write_text(said, encoding="utf-8")
    assert said == kept.read_text(encoding="utf-8")


def facts(text: str) -> set[str]:
    """What only this mail says: addresses, numbers, days, and the names of people and organizations."""
    names = [str(value) for value in HOUSE.values() if value != HOUSE["slug"]]
    body = re.sub(r"https?://\S+", "", text.split("\n-- \n", maxsplit=1)[0])
    return set(re.findall(r"\w\S*[\d@]\S*\w|\d+", body)) | {name for name in names if name in body}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CONTEXTS)
def test_both_parts_of_a_mail_tell_the_same_facts(sender: letters.Sender, kind: str, language: str) -> None:
    letter = written(kind, language, sender)
    shown = html.unescape(re.sub(r"<[^>]+>", "", letter.html))
    assert {fact for fact in facts(letter.text) if fact not in shown} == set()
    assert ("/links/" in letter.text) == ("/links/" in letter.html)


def test_every_kind_of_mail_is_here() -> None:
    assert {kind.partition(":")[0] for kind in CONTEXTS} == set(KIND_LABELS)

"""What the walks walk through: every kind of person, and one of everything that a route can name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from models import links, outbox
from models.account import sessions
from models.account.sessions import Session
from models.account.users import User
from models.base import now, today
from models.journal import Person
from models.links import Purpose
from models.organization import invitations, representatives
from models.permissions import OperatorRole, Role
from models.products.importing import imports
from models.products.importing.kinds import KINDS
from models.renewals import calendar
from models.renewals.notices import Batch, Mail
from tests import factories
from tests.conftest import Cast

PEOPLE = (
    "anonymous",
    "stranger",
    "external",
    "collaborator",
    "administrator",
    "representative",
    "support",
    "billing",
    "security",
    "looking on",
)


@dataclass
class World:
    """The cast's organization with one of everything. `values` are what URLs name."""

    cast: Cast
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.cast.organization.slug


def build(app: Flask, cast: Cast) -> World:
    """The world. Collaborator and external user were given `product_id`, and not `hidden_id`."""
    world = World(cast)
    world.values = _products(cast) | _people(app, cast)
    world.values |= _words(cast) | _numbers(app, cast, world.values)
    return world


def _products(cast: Cast) -> dict[str, Any]:
    product = factories.product(cast.organization, "quillmark.example", identifier="D-1")
    hidden = factories.product(cast.organization, "secret.example", identifier="D-2")
    tag = factories.tag(cast.organization, "press", product)
    for role in (Role.COLLABORATOR, Role.EXTERNAL):
        factories.grant(cast.members[role], product=product)
    return {"product_id": product.id, "hidden_id": hidden.id, "tag_id": tag.id, "category_id": 1}


def _people(app: Flask, cast: Cast) -> dict[str, Any]:
    by = factories.access_of(cast.members[Role.LEGAL_REPRESENTATIVE])
    invited = invitations.invite("new@example.org", Role.COLLABORATOR, by)
    asked = representatives.appoint(cast.members[Role.ADMINISTRATOR], by)
    offered = links.Link.get(links.Link.purpose == Purpose.INVITATION, links.Link.subject_id == invited.id)
    link = links.make(Purpose.VERIFY_ADDRESS, cast.representative.email, user=cast.representative.id)
    outbox.post("verify_address", cast.representative.recipient, link=link.id)
    return {
        "membership_id": cast.members[Role.COLLABORATOR].id,
        "member_id": cast.members[Role.COLLABORATOR].id,
        "invitation_id": invited.id,
        "appointment_id": asked.id,
        "user_id": cast.collaborator.id,
        "organization_id": cast.organization.id,
        "session_id": Session.get(Session.user == cast.representative).id,
        "message_id": outbox.Message.get().id,
        "token": links.token(app.config["SECRET_KEY"], link.id, link.purpose),
        "mail_id": _told(cast).id,
        "renewals.feed secret": calendar.make(cast.representative, by),
        "links.refuse token": links.token(app.config["SECRET_KEY"], offered.id, offered.purpose),
    }


def _told(cast: Cast) -> Mail:
    """A mail on renewals that was sent."""
    batch = Batch.create(day=today(), made_at=now())
    who = {"organization_id": cast.organization.id, "address_key": cast.representative.email_key}
    return Mail.create(batch_id=batch.id, **who, kinds=1, products=1)


def _words(cast: Cast) -> dict[str, Any]:
    """Words that URLs hold, by the pages that hold them."""
    return {
        "slug": cast.organization.slug,
        "help.article slug": "tags",
        "account.preferences name": "theme",
        "account.profile field": "name",
        "back_office.outbox name": "letter",
    }


def _numbers(app: Flask, cast: Cast, known: dict[str, Any]) -> dict[str, Any]:
    """The back office's pages each call their own thing `number`."""
    folder = app.extensions["intendant"].environment.data / "mail"
    folder.mkdir(exist_ok=True)
    (folder / "letter.eml").write_text("From: a@example.org\nTo: b@example.org\nSubject: Hello\n\nA line.\n")
    return {
        "back_office.categories number": known["category_id"],
        "back_office.imports number": _import(cast).id,
        "back_office.organizations number": known["organization_id"],
        "back_office.outbox number": known["message_id"],
        "back_office.products number": known["product_id"],
        "back_office.users number": known["user_id"],
    }


def _import(cast: Cast) -> imports.Import:
    """A file of a new, an unchanged and a refused row, compared and waiting to be applied."""
    content = b"Name,Category,Expires\nnew.example,domain,2027-01-31\nquillmark.example,domain,\nbad.example,domain,x\n"
    by = Person(cast.operator.id, cast.operator.name)
    made = imports.begin(KINDS["products"], "list.csv", content, by, organization_id=None, category_id=None)
    made.choose(made.mapping, cast.organization.id, None)
    return imports.get(made.id)


def arguments(world: World, rule: Rule) -> dict[str, Any]:
    """Values for what the rule's URL names, first those of its page. Raises LookupError where this file has none."""
    area, _, stem = rule.endpoint.partition(".")
    page = f"{area}.{stem.partition('_')[0]}"
    named = rule.arguments - (rule.defaults or {}).keys()
    found = {name: world.values.get(f"{page} {name}", world.values.get(name)) for name in named}
    if unknown := [name for name, value in found.items() if value is None]:
        raise LookupError(f"{rule.rule} names {unknown}: say in tests/rights/world.py which thing that is")
    return found | dict(rule.defaults or {})


def user_of(world: World, person: str) -> User | None:
    """The user who stands for a kind of person; an operator has the one role of that name."""
    cast = world.cast
    if person == "anonymous":
        return None
    if person in list(OperatorRole):
        return factories.user(f"Operator {person}", operator_roles=(OperatorRole(person),))
    found: User = cast.operator if person == "looking on" else getattr(cast, person)
    return found


def cookie_of(world: World, person: str) -> str:
    """The Cookie header of the person's browser."""
    user = user_of(world, person)
    if user is None:
        return ""
    opened = sessions.open_session(user, keep=False, address="127.0.0.1", device="Browser", device_key="known")
    if person == "looking on":
        chosen = Session.update(viewing_id=world.cast.organization.id, viewing_reason="Asked for help")
        chosen.where(Session.id == opened.session.id).execute()
    return f"intendant={opened.key}"

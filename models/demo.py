"""The demo data, written by the verbs that people's own acts are written by."""

from __future__ import annotations

from models import access, demo_set, journal, settings
from models.access import Access
from models.account import passwords, sessions, users
from models.base import today, writing
from models.organization import grants, invitations, members
from models.organization.members import Membership
from models.organization.organizations import Organization
from models.permissions import OperatorRole
from models.products.importing import imports, sheets
from models.products.importing.kinds import ORGANIZATIONS, PRODUCTS, Kind
from models.products.products import Category

PROVIDER = journal.Person(None, "Tannwald", behalf="the provider")


def is_loaded() -> bool:
    """Whether this instance holds the demo."""
    return users.find(demo_set.OPERATOR[0]) is not None


def is_free() -> bool:
    """Whether nobody uses this instance."""
    return not users.User.select().exists()


@writing
def load() -> None:
    """Write the whole set in one transaction: a demo that was interrupted begins anew."""
    hashed = passwords.make_hash(demo_set.PASSWORD)
    settings.business().save(
        ready=True,
        provider_name="Tannwald",
        support_email="help@tannwald.example",
        public_address="",
    )
    email, name = demo_set.OPERATOR
    users.insert(email=email, name=name, password_hash=hashed, verified=True, operator_roles=tuple(OperatorRole))
    _bring_in(ORGANIZATIONS, demo_set.ORGANIZATIONS)
    for slug, email, name, role in demo_set.PEOPLE:
        person = users.find(email) or users.insert(email=email, name=name, password_hash=hashed, verified=True)
        members.join(Organization.get(Organization.slug == slug), person, role, person.actor())
    _bring_in(PRODUCTS, demo_set.product_list(today()))
    _give()
    _invite()


def _bring_in(kind: Kind, content: str) -> None:
    """Import a list, as an operator does."""
    sheet = sheets.read(content.encode())
    lines = kind.compare(sheet, kind.guess(sheet.header), imports.options(None, None), lambda done, total: None)
    kind.prepare(lines, PROVIDER, f"{kind.key}.csv")()


def _give() -> None:
    """Collaborators and external users get a category each."""
    for email, key in demo_set.GIVEN.items():
        category = Category.get(Category.key == key)
        for member in Membership.select().where(Membership.user == users.find(email)):
            grants.give(member, grants.Given(frozenset(), frozenset({category.id})))


def _invite() -> None:
    """Invitations that wait, with their mails; sent by the legal representatives."""
    for slug, email, role in demo_set.INVITED:
        organization = Organization.get(Organization.slug == slug)
        first = Membership.select().where(Membership.organization == organization).order_by(Membership.id).get()
        opened = sessions.open_session(first.user, keep=False, address="127.0.0.1", device="Demo", device_key="demo")
        invitations.invite(email, role, _entered(opened, slug))
        opened.session.delete_instance()


def _entered(opened: sessions.Opened, slug: str) -> Access:
    visitor = access.visitor(sessions.key_hash(opened.key), "127.0.0.1")
    entered = access.enter(visitor, slug) if visitor else None
    assert entered is not None
    return entered

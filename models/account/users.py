"""The user: a person with one sign-in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from peewee import AutoField, CharField, IntegerField, JSONField

from models import journal, links, outbox
from models.account import passwords
from models.base import Model, UTCField, fold, is_postgresql, locked, now, tidy, write
from models.errors import N_, Conflict, Refused
from models.permissions import OperatorRole

DO_NOT_FIT = N_("E-mail and password don't fit together.")
SUSPENDED = N_("This account is suspended. Write to us if you think that it should not be.")

THEMES = ("auto", "light", "dark")
DENSITIES = ("normal", "compact")


class User(Model):
    """A person. `email` is as typed, `email_key` what makes it unique; `verified_at` when it was proven."""

    id = AutoField()
    email = CharField()
    email_key = CharField(unique=True)
    name = CharField()
    name_key = CharField()
    phone = CharField(default="")
    language = CharField(default="en")
    time_zone = CharField(default="UTC")
    theme = CharField(default="auto")
    density = CharField(default="normal")
    product_columns = JSONField(default=list)
    password_hash = CharField(null=True)
    password_changed_at = UTCField(null=True)
    verified_at = UTCField(null=True)
    terms_version = CharField(null=True)
    terms_at = UTCField(null=True)
    operator_roles = JSONField(default=list)
    suspended_at = UTCField(null=True)
    created_at = UTCField()
    version = IntegerField(default=1)

    class Meta:
        table_name = "users"

    @property
    def is_operator(self) -> bool:
        """Whether the person is staff of the provider."""
        return bool(self.operator_roles)

    def has_operator_role(self, role: OperatorRole) -> bool:
        """Whether the operator has this role in the back office."""
        return role.value in self.operator_roles

    @property
    def recipient(self) -> outbox.Recipient:
        """Where messages to this person go."""
        return outbox.Recipient(self.email, self.name, self.language, self.time_zone, self.id)

    def check_password(self, password: str) -> bool:
        """Whether this is the person's password."""
        return passwords.matches(self.password_hash, password)

    def change(self, by: journal.Actor, **changes: Any) -> User:
        """Change name, phone, language, time zone, theme, density or columns, and say so in the journal."""
        if "name" in changes:
            changes["name_key"] = fold(changes["name"])
        with write():
            before = {name: getattr(self, name) for name in changes}
            User.update(**changes, version=User.version + 1).where(User.id == self.id).execute()
            told = {n: [before[n], v] for n, v in changes.items() if before[n] != v and n in _TOLD}
            if told:
                journal.record("user.changed", by=by, about=("user", self.id, self.name), changes=told)
        for name, value in changes.items():
            setattr(self, name, value)
        return self

    def ask_for_verification(self, browser: str | None = None) -> None:
        """Send the link that proves the address. `browser` marks the one that asked (the hash of a key it keeps).

        Raises Refused where the address is proven already.
        """
        if self.verified_at:
            raise Refused(N_("This address is verified already."))
        with write():
            link = links.make(
                links.Purpose.VERIFY_ADDRESS,
                self.email,
                user=self.id,
                subject=self.id,
                data={"browser": browser} if browser else None,
            )
            outbox.post("verify_address", self.recipient, link=link.id)

    def verify(self, link: links.Link, address: str | None = None) -> None:
        """The link in the mail was opened and confirmed: the e-mail address is the person's."""
        with write():
            if not link.use() or fold(link.address) != self.email_key:
                raise Conflict(N_("This link does not fit your address any more."))
            User.update(verified_at=now()).where(User.id == self.id).execute()
            journal.record(
                "user.verified", by=self.actor(address), about=("user", self.id, self.name), email=self.email
            )
        self.verified_at = now()

    def actor(self, address: str | None = None) -> journal.Person:
        """The person as the one who acts, outside any organization."""
        return journal.Person(self.id, self.name, address)


_TOLD = frozenset({"name", "phone", "language", "time_zone"})


def find(email: str) -> User | None:
    """The user with this address, whatever its case."""
    found: User | None = User.get_or_none(User.email_key == fold(email))
    return found


def reserved(email: str) -> AbstractContextManager[None]:
    """A write transaction in which nobody else takes this address: two at once are told apart, not shown a fault."""
    return locked(f"address {fold(email)}")


def hold(user: User) -> None:
    """Keep a user as they were read until this write transaction ends.

    Raises Refused where the password was changed or the user suspended since then.
    """
    query = User.select(User.password_hash, User.suspended_at).where(User.id == user.id)
    if is_postgresql():
        query = query.for_update("FOR SHARE")  # type: ignore[arg-type]  # Peewee documents it
    fresh: User = query.get()
    if fresh.password_hash != user.password_hash:
        raise Refused(DO_NOT_FIT)
    if fresh.suspended_at:
        raise Refused(SUSPENDED)


def by_id(user_id: int | None) -> User:
    """The user with this id, which a row that names it guarantees."""
    found: User = User.get_by_id(user_id)
    return found


def create(*, email: str, name: str, password: str, **values: Any) -> User:
    """A new user; `values` as for `insert`. Raises Refused for a poor password or an address that is taken."""
    passwords.check_new(password, about=(email, name))
    return insert(email=email, name=name, password_hash=passwords.make_hash(password), **values)


def insert(
    *,
    email: str,
    name: str,
    password_hash: str | None,
    operator_roles: tuple[OperatorRole, ...] = (),
    verified: bool = False,
    terms_version: str | None = None,
    address: str | None = None,
    **values: Any,
) -> User:
    """The row of a new user; a password was checked and hashed before, outside the write lock.

    `values` are language, time zone, phone. Raises Refused if the address has a user already.
    """
    with reserved(email):
        if find(email):
            raise Refused(N_("This address already has an account. Sign in instead."), field="email", step="login")
        user: User = User.create(
            email=tidy(email),
            email_key=fold(email),
            name=tidy(name),
            name_key=fold(name),
            password_hash=password_hash,
            password_changed_at=now() if password_hash else None,
            verified_at=now() if verified else None,
            terms_version=terms_version,
            terms_at=now() if terms_version else None,
            operator_roles=[role.value for role in operator_roles],
            created_at=now(),
            **values,
        )
        journal.record("user.created", by=user.actor(address), about=("user", user.id, user.name))
    return user

"""First run: the one-time code that makes the first operator. It is void as soon as there is one."""

from __future__ import annotations

import base64
import hashlib
import hmac

from models import outbox
from models.account import passwords, users
from models.account.users import User
from models.base import locked
from models.errors import N_, NotFound, Refused
from models.permissions import OperatorRole

TEST_MAIL = "test_mail"


def is_done() -> bool:
    """Whether there is an operator."""
    return User.select().where(User.operator_roles != []).exists()


def code(secret_key: str) -> str:
    """The setup code of this instance: 60 bits made from its secret key, the same at every start."""
    digest = hmac.digest(secret_key.encode(), b"setup code", hashlib.sha256)
    text = base64.b32encode(digest).decode()[:12].lower()
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def fits(secret_key: str, given: str) -> bool:
    """Whether somebody typed the code."""
    plain = given.strip().lower().replace(" ", "").replace("-", "")
    return hmac.compare_digest(plain.encode(), code(secret_key).replace("-", "").encode())


def make_first_operator(
    secret_key: str, given: str, *, email: str, name: str, password: str, language: str, address: str | None
) -> User:
    """The first operator, with every role. Raises Refused for a wrong code, NotFound once there is an operator."""
    if not fits(secret_key, given):
        raise Refused(N_("This is not the code that the server printed at its start."), field="code")
    passwords.check_new(password, about=(email, name))
    hashed = passwords.make_hash(password)
    with locked("setup"):
        if is_done():
            raise NotFound
        return users.insert(
            email=email,
            name=name,
            password_hash=hashed,
            language=language,
            operator_roles=tuple(OperatorRole),
            verified=True,
            address=address,
        )


def send_test_mail(user: User) -> None:
    """A mail to the operator on the way that all mails take."""
    outbox.post(TEST_MAIL, user.recipient)


def last_test_mail(user_id: int) -> outbox.Message | None:
    """The latest test mail to this operator, with its state and the server's answer."""
    found: outbox.Message | None = (
        outbox.Message.select()
        .where(outbox.Message.name == TEST_MAIL, outbox.Message.user_id == user_id)
        .order_by(outbox.Message.id.desc())
        .first()
    )
    return found

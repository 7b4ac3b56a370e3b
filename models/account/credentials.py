"""Proving who one is: the password at sign-in, a new one, a forgotten one, another address."""

from __future__ import annotations

from models import journal, links, outbox
from models.account import passwords, sessions, users
from models.account.sessions import Session
from models.account.users import DO_NOT_FIT, SUSPENDED, User
from models.base import fold, now, tidy, write
from models.errors import N_, Conflict, Refused


def authenticate(email: str, password: str) -> User:
    """The user with this address and password.

    Raises Refused with one and the same sentence, after one and the same work, whether the address is unknown or
    the password is wrong. Who proved the password and is suspended is told so.
    """
    user = users.find(email)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        raise Refused(DO_NOT_FIT)
    if user.suspended_at:
        raise Refused(SUSPENDED)
    if passwords.is_outdated(user.password_hash or ""):
        _make_hash_anew(user, password)
    return user


def _make_hash_anew(user: User, password: str) -> None:
    """The parameters grew since this hash was made; now that the password is at hand, keep a stronger one."""
    stronger = passwords.make_hash(password)
    same = (User.id == user.id) & (User.password_hash == user.password_hash)
    with write():
        if User.update(password_hash=stronger).where(same).execute():
            user.password_hash = stronger


def change_password(user: User, old: str, new: str, *, session: Session, by: journal.Actor) -> int:
    """Take a new password and end the user's other sessions; returns how many ended."""
    if not user.check_password(old):
        raise Refused(N_("This is not your current password."), field="current")
    with_new = _prepared(user, new)
    with write():
        _take(user, with_new, by)
        ended = sessions.end_others(user, session, by)
        session.confirm_password()
    return ended


def _prepared(user: User, password: str) -> str:
    """The hash of a new password that is good enough; made outside the write lock, since it takes its time."""
    passwords.check_new(password, about=(user.email, user.name))
    return passwords.make_hash(password)


def _take(user: User, hashed: str, by: journal.Actor) -> None:
    """Keep the new hash, kill the links that whoever knew the old one may have asked for, and tell the person."""
    User.update(password_hash=hashed, password_changed_at=now()).where(User.id == user.id).execute()
    revoke_links(user.id)
    journal.record("user.password_changed", by=by, about=("user", user.id, user.name))
    outbox.post("password_changed", user.recipient, context={"at": now().isoformat(), "address": by.address})


def revoke_links(user_id: int) -> None:
    """Kill the open links that would set a password for this user or move the account to another address."""
    for purpose in (links.Purpose.RESET_PASSWORD, links.Purpose.CHANGE_ADDRESS):
        links.revoke(purpose, subject=user_id)


def ask_for_reset(email: str) -> None:
    """Send a link that sets a new password, if somebody has this address; says nothing either way."""
    user = users.find(email)
    if user is None or user.suspended_at:
        return
    with write():
        link = links.make(links.Purpose.RESET_PASSWORD, user.email, user=user.id, subject=user.id)
        outbox.post("reset_password", user.recipient, link=link.id)


def reset(link: links.Link, password: str, address: str | None) -> User:
    """Set a new password by an emailed link. It proves the address as well, and ends every session."""
    user: User = User.get_by_id(link.user_id)
    hashed = _prepared(user, password)
    with write():
        if not link.use() or fold(link.address) != user.email_key:
            raise Conflict(N_("This link does not work any more. Ask for a new one."))
        _take(user, hashed, user.actor(address))
        User.update(verified_at=user.verified_at or now()).where(User.id == user.id).execute()
        sessions.end_others(user, None, user.actor(address))
    return user


def ask_for_new_address(user: User, password: str, email: str, by: journal.Actor) -> None:
    """Send a link to the new address; the change waits for it. Whether the address is taken is not said here."""
    if not user.check_password(password):
        raise Refused(N_("This is not your current password."), field="current")
    if fold(email) == user.email_key and tidy(email) == user.email:
        raise Refused(N_("This is your address already."), field="email")
    holder = users.find(email)
    with write():
        # Made for a taken address as well, though nobody gets it: what is shown as open says nothing about others.
        link = links.make(links.Purpose.CHANGE_ADDRESS, tidy(email), user=user.id, subject=user.id)
        if holder is not None and holder.id != user.id:
            outbox.post("already_registered", holder.recipient)
            return
        to = outbox.Recipient(tidy(email), user.name, user.language, user.time_zone, user.id)
        outbox.post("change_address", to, link=link.id, context={"old": user.email})
        journal.record("user.address_asked", by=by, about=("user", user.id, user.name), email=tidy(email))


def new_address(user_id: int) -> links.Link | None:
    """The change of address that waits to be confirmed: its link names the address and when it ends."""
    return links.open_about(links.Purpose.CHANGE_ADDRESS, user_id)


def keep_address(user: User, by: journal.Actor) -> None:
    """Withdraw the change of address that waits, if one does."""
    with write():
        if (link := new_address(user.id)) is not None:
            links.revoke(links.Purpose.CHANGE_ADDRESS, subject=user.id)
            about = ("user", user.id, user.name)
            journal.record("user.address_kept", by=by, about=about, email=link.address)


def take_new_address(link: links.Link, address: str | None) -> User:
    """The link at the new address was opened and confirmed: it is the person's now, and the old one is told."""
    user: User = User.get_by_id(link.user_id)
    before = user.recipient
    with users.reserved(link.address):
        if not link.use():
            raise Conflict(N_("This link does not work any more. Ask for a new one."))
        if (holder := users.find(link.address)) is not None and holder.id != user.id:
            raise Conflict(N_("Another account has this address by now."))
        User.update(email=link.address, email_key=fold(link.address), verified_at=now()).where(
            User.id == user.id
        ).execute()
        for purpose in (links.Purpose.RESET_PASSWORD, links.Purpose.VERIFY_ADDRESS):
            links.revoke(purpose, subject=user.id)
        changes = {"email": [before.address, link.address]}
        journal.record("user.changed", by=user.actor(address), about=("user", user.id, user.name), changes=changes)
        outbox.post("address_changed", before, context={"new": link.address, "at": now().isoformat()})
    fresh: User = User.get_by_id(user.id)
    return fresh

"""Where mails go: one kept SMTP connection, or a folder of .eml files. Tells passing faults from final ones."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import time
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from flask_mail import Connection, Mail

from models.errors import WrongSetting
from models.settings import Environment

TIMEOUT = 30.0
IDLE_SECONDS = 30.0


class Refusal(Exception):
    """The server would not take one mail. `final` if no later attempt can succeed, `over` if the connection ended."""

    def __init__(self, answer: str, *, final: bool = False, over: bool = False) -> None:
        super().__init__(answer)
        self.answer = answer
        self.final = final
        self.over = over


class NoConnection(Exception):
    """The server can't be reached, or lets nobody in; the text is its own words."""


class Carrier(Protocol):
    """What takes composed mails."""

    def open(self) -> None:
        """Be ready for a mail; raises NoConnection."""

    def send(self, sender: str, recipient: str, content: bytes, name: str) -> None:
        """Hand one mail over; raises Refusal. `name` is unique to the mail and the same when it is repeated."""

    def close(self, *, if_idle: bool = False) -> None:
        """End the connection, or do so only when it was not used for a while."""


def carrier(environment: Environment) -> Carrier:
    """The carrier that INTENDANT_MAIL_URL names."""
    url = urlsplit(environment.mail_url)
    return Folder(environment.data / "mail") if url.scheme == "file" else Line(url)


class SafeConnection(Connection):
    """Flask-Mail's connection with what it lacks: a timeout, and certificates that are checked."""

    mail: LineMail

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        mail, name = self.mail, socket.gethostname()
        if mail.use_ssl:
            context = ssl.create_default_context()
            host: smtplib.SMTP = smtplib.SMTP_SSL(mail.server, mail.port, name, timeout=mail.timeout, context=context)
        else:
            host = smtplib.SMTP(mail.server, mail.port, name, timeout=mail.timeout)
        try:
            if not mail.use_ssl and self._starts_tls(host):
                host.starttls(context=ssl.create_default_context())
            if mail.username:
                host.login(mail.username, mail.password)
        except (OSError, smtplib.SMTPException):
            host.close()
            raise
        return host

    def _starts_tls(self, host: smtplib.SMTP) -> bool:
        """Wherever it is offered, and where it is needed even if it is not: then the connection fails."""
        host.ehlo_or_helo_if_needed()
        return self.mail.use_tls or (self.mail.may_use_tls and host.has_extn("starttls"))


class LineMail(Mail):
    """Flask-Mail set up from a URL instead of an application: jobs run without one.

    `smtps://` is TLS from the first byte. `smtp://` takes STARTTLS where it is offered, and insists where a password
    is sent, on port 587, and with `?tls=yes`. `?tls=no` never asks, and neither does a server on this machine.
    """

    def __init__(self, url: SplitResult, timeout: float) -> None:
        super().__init__()
        secure = url.scheme == "smtps"
        self.server = url.hostname or "localhost"
        self.port = url.port or (465 if secure else 25)
        self.use_ssl = secure
        self.username = unquote(url.username or "")
        self.password = unquote(url.password or "")
        here = self.server in ("localhost", "127.0.0.1", "::1")
        asked = "tls=yes" in url.query
        self.may_use_tls = asked or ("tls=no" not in url.query and not here)
        self.use_tls = self.may_use_tls and (asked or self.port == 587 or bool(self.username))
        self.timeout = timeout

    def connect(self) -> SafeConnection:
        return SafeConnection(self)


class Line:
    """One SMTP connection, kept while mails follow each other."""

    def __init__(self, url: SplitResult, timeout: float = TIMEOUT) -> None:
        self.mail = LineMail(url, timeout)
        self.host: smtplib.SMTP | None = None
        self.used_at = 0.0

    def open(self) -> None:
        if self.host is not None and time.monotonic() - self.used_at > 1 and not self._answers():
            self.close()
        if self.host is None:
            try:
                self.host = self.mail.connect().configure_host()
            except (OSError, smtplib.SMTPException) as fault:
                raise NoConnection(_words(fault)) from fault
        self.used_at = time.monotonic()

    def _answers(self) -> bool:
        """Whether the server still holds the other end; many hang up on the idle."""
        assert self.host is not None
        try:
            return self.host.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def send(self, sender: str, recipient: str, content: bytes, name: str) -> None:  # noqa: ARG002  for folders
        assert self.host is not None, "open() comes first"
        try:
            self.host.sendmail(sender, [recipient], content)
        except (OSError, smtplib.SMTPException) as fault:
            raise self._refusal(fault) from fault
        self.used_at = time.monotonic()

    def _refusal(self, fault: OSError | smtplib.SMTPException) -> Refusal:
        """A refused sender is a setting of ours that an operator mends while mails wait, so never final."""
        code = _code(fault)
        over = code in (0, 421)
        if over:
            self.close()
        final = 500 <= code < 600 and not isinstance(fault, smtplib.SMTPSenderRefused)
        return Refusal(_words(fault), final=final, over=over)

    def close(self, *, if_idle: bool = False) -> None:
        host = self.host
        if host is None or (if_idle and time.monotonic() - self.used_at < IDLE_SECONDS):
            return
        self.host = None
        try:
            host.quit()
        except (OSError, smtplib.SMTPException):
            host.close()


def _code(fault: BaseException) -> int:
    """The server's number; 0 where it gave none, as when the connection broke."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPResponseException):
        return max(fault.smtp_code, 0)
    return 0


def _words(fault: BaseException) -> str:
    """The server's own words, or what became of the connection."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()))
        return f"{code} {_text(said)}"
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_text(fault.smtp_error)}"
    return str(fault) or type(fault).__name__


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


class Folder:
    """Writes each mail as an .eml file, for an instance without a mail server. Links are inside: owner's eyes only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise NoConnection(str(fault)) from fault

    def send(self, sender: str, recipient: str, content: bytes, name: str) -> None:  # noqa: ARG002  for SMTP
        draft = self.path / f".{name}"
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            draft.rename(self.path / f"{name}.eml")
        except OSError as fault:
            raise Refusal(str(fault)) from fault

    def close(self, *, if_idle: bool = False) -> None:
        """Nothing is kept open."""

    def forget(self, before: datetime) -> int:
        """Delete the files of mails written before a moment; returns how many."""
        old = [file for file in self.path.glob("*.eml") if file.stat().st_mtime < before.timestamp()]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)


def check_mail_url(url: str) -> None:
    """Raises WrongSetting for an address without a host or with a port that is no number."""
    parts = urlsplit(url)
    try:
        wrong = parts.scheme != "file" and (not parts.hostname or parts.port == 0)
    except ValueError:
        wrong = True
    if wrong:
        raise WrongSetting("INTENDANT_MAIL_URL must name a host, as in smtp://mail.example.org:587.")

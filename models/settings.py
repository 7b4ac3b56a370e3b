"""Settings: the environment says what the machine needs, the `setting` table what the business decides."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from peewee import CharField, JSONField

from models.base import Model, write
from models.errors import WrongSetting

LEAST_SECRET = 32
HOST = re.compile(r"\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*\.?")


@dataclass(frozen=True)
class Environment:
    """What the `INTENDANT_…` variables say; each has a default that runs."""

    data: Path
    database_url: str
    redis_url: str | None
    mail_url: str
    mail_from: str | None
    secret_key: str
    file_key: str
    base_url: str | None
    trusted_proxies: int
    log: str
    host: str
    port: int
    workers: int
    metrics_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    @property
    def embedded(self) -> bool:
        """Whether the server itself sends mail and keeps the schedule."""
        return self.redis_url is None


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Read and check the variables. Raises WrongSetting with one sentence that names the wrong one."""
    given = _Given(os.environ if variables is None else variables)
    data = Path(given.text("DATA", "var")).resolve()
    _prepare_folder(data)
    redis_url = given.url("REDIS_URL", "", "redis://", "rediss://", "unix:///") or None
    if redis_url and not (given.has("SECRET_KEY") and given.has("FILE_KEY")):
        raise WrongSetting("With INTENDANT_REDIS_URL set, INTENDANT_SECRET_KEY and INTENDANT_FILE_KEY must be set too.")
    return Environment(
        data=data,
        database_url=given.url(
            "DATABASE_URL", f"sqlite:///{data / 'intendant.sqlite3'}", "sqlite:///", "postgresql://"
        ),
        redis_url=redis_url,
        mail_url=given.url("MAIL_URL", "file:", "file:", "smtp://", "smtps://"),
        mail_from=given.text("MAIL_FROM", "") or None,
        secret_key=given.secret("SECRET_KEY", data / "secret.key"),
        file_key=given.secret("FILE_KEY", data / "file.key"),
        base_url=given.public_address("BASE_URL"),
        trusted_proxies=given.number("TRUSTED_PROXIES", 0, 0, 10),
        log=given.choice("LOG", "info", ("debug", "info", "warning", "error")),
        host=given.text("HOST", "127.0.0.1"),
        port=given.number("PORT", 8000, 0, 65535),
        workers=given.number("WORKERS", 1, 1, 64),
        metrics_networks=given.networks("METRICS_NETWORKS", "127.0.0.0/8,::1/128"),
    )


class _Given:
    """The variables with their prefix, read one kind at a time."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def has(self, name: str) -> bool:
        return bool(self.variables.get(f"INTENDANT_{name}", "").strip())

    def text(self, name: str, default: str) -> str:
        return self.variables.get(f"INTENDANT_{name}", "").strip() or default

    def url(self, name: str, default: str, *beginnings: str) -> str:
        if not self.has(name):
            return default
        value = self.text(name, default)
        if not any(value.startswith(one) for one in beginnings):
            raise WrongSetting(f"INTENDANT_{name} must begin with one of: {', '.join(beginnings)}.")
        if value in beginnings and value.endswith(":///"):
            raise WrongSetting(f"INTENDANT_{name} must name a file behind {value}.")
        if not _can_be_read(value):
            raise WrongSetting(
                f"INTENDANT_{name} is no address that can be read: look at its host, at its port, and at the signs of "
                "a password (a / is written %2F, a [ %5B)."
            )
        return value

    def public_address(self, name: str) -> str | None:
        if not self.has(name):
            return None
        found = public_address(self.text(name, ""))
        if found is None:
            raise WrongSetting(f"INTENDANT_{name} must be a whole address, such as https://accounts.example.com.")
        return found

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise WrongSetting(f"INTENDANT_{name} must be a number from {least} to {most}, not “{value}”.")
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        if value not in choices:
            raise WrongSetting(f"INTENDANT_{name} must be one of {', '.join(choices)}, not “{value}”.")
        return value

    def networks(self, name: str, default: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        try:
            return tuple(ipaddress.ip_network(part.strip()) for part in self.text(name, default).split(","))
        except ValueError as fault:
            raise WrongSetting(f"INTENDANT_{name} must list networks such as 10.0.0.0/8: {fault}.") from None

    def secret(self, name: str, kept_in: Path) -> str:
        if self.has(name):
            value = self.text(name, "")
            if len(value) < LEAST_SECRET:
                raise WrongSetting(f"INTENDANT_{name} must have at least {LEAST_SECRET} characters.")
            return value
        return _kept_secret(kept_in)


def _can_be_read(url: str) -> bool:
    """Whether host and port are written as such; what names a PostgreSQL is read by its own library alone."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "postgresql" or parts.port != 0
    except ValueError:
        return False


def public_address(text: str) -> str | None:
    """The address under which people reach the instance, as links begin with it; None where no link could.

    That is http: or https:, a host, perhaps a port and a path, and nothing else.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    whole = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and port != 0
    clean = text.isprintable() and not set(text) & set(' ?#@\\"<>')
    return parts.geturl().rstrip("/") if whole and clean else None


def _is_host(name: str) -> bool:
    if HOST.fullmatch(name):
        return True
    try:
        return ipaddress.ip_address(name).version == 6
    except ValueError:
        return False


def _prepare_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as fault:
        raise WrongSetting(f"INTENDANT_DATA: the folder {data} can't be written ({fault.strerror}).") from None


def _kept_secret(file: Path) -> str:
    """The secret in `file`, made at the first call and readable by its owner alone."""
    try:
        if not file.exists():
            _make_secret(file)
        kept = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise WrongSetting(f"The key in {file} can't be read or made ({fault}).") from None
    if len(kept) < LEAST_SECRET:
        raise WrongSetting(f"{file} must hold at least {LEAST_SECRET} characters: bring it back from a backup.")
    return kept


def _make_secret(file: Path) -> None:
    """The file appears under its name with all that it holds; of several processes that make it, the first counts."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(handle)
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        Path(draft).unlink()


class Setting(Model):
    """One decision of the business; a missing row means its default."""

    name = CharField(primary_key=True)
    value = JSONField()


VIES = "https://ec.europa.eu/taxation_customs/vies/rest-api"
"""The European Commission's service that confirms VAT numbers."""


@dataclass(frozen=True)
class Business:
    """What the operators decide in the back office. Times are UTC ISO text, days are days."""

    ready: bool = False
    provider_name: str = "Intendant"
    provider_country: str = "CH"
    currency: str = "CHF"
    language: str = "en"
    time_zone: str = "Europe/Zurich"
    public_address: str = ""
    support_email: str = ""
    signup: str = "open"
    terms_version: str = "1"
    backup_daily: bool = True
    backups_kept: int = 7
    vies_on: bool = False
    vies_address: str = VIES
    vies_requester: str = ""

    @property
    def name(self) -> str:
        """What the provider is called."""
        return self.provider_name

    @property
    def signup_open(self) -> bool:
        """Whether anybody may sign up: not before the setup is done."""
        return self.ready and self.signup == "open"

    def save(self, **changes: object) -> Business:
        """Write the changed settings and return the new whole."""
        known = {field.name for field in fields(self)}
        if unknown := set(changes) - known:
            raise KeyError(f"no such setting: {sorted(unknown)}")
        with write():
            for name, value in changes.items():
                Setting.insert(name=name, value=value).on_conflict(
                    conflict_target=[Setting.name], update={Setting.value: value}
                ).execute()
        forget()
        return replace(self, **changes)  # type: ignore[arg-type]  # names were checked above


def business() -> Business:
    """The settings as they are in the database now (one query)."""
    known = {field.name for field in fields(Business)}
    found = {s.name: s.value for s in Setting.select() if s.name in known}
    return Business(**found)


@dataclass
class _Kept:
    """The last reading of the business settings, so that a page needs no query for them."""

    value: Business | None = None
    read_at: float = 0.0


_kept = _Kept()
KEEP_SECONDS = 5.0


def current() -> Business:
    """The settings, read at most every five seconds: an operator's change reaches other processes that soon."""
    if _kept.value is None or time.monotonic() - _kept.read_at > KEEP_SECONDS:
        _kept.value, _kept.read_at = business(), time.monotonic()
    return _kept.value


def last_known() -> Business:
    """The settings as they were last read, without asking the database."""
    return _kept.value or Business()


def forget() -> None:
    """Make the next `current` read anew, as after a change or on another database."""
    _kept.value = None

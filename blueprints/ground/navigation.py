"""The navigation: which pages a person's role leads to, marked with where they are."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models.permissions import Permission


@dataclass(frozen=True, slots=True)
class Item:
    """One link; `current` marks the page or the section that the reader is in."""

    label: str
    href: str
    icon: str
    current: bool
    count: str | None = None
    children: tuple[Item, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the reader is here or on a page below."""
        return self.current or any(child.current for child in self.children)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link before it is in a language and a place."""

    label: str
    endpoint: str
    icon: str
    permission: Permission | None = None
    children: tuple[Entry, ...] = ()


@functools.lru_cache(maxsize=4096)
def organization(slug: str, permissions: frozenset[Permission], here: str, language: str) -> tuple[Item, ...]:
    """The organization's pages for somebody with these permissions; `here` is the endpoint."""
    return _items(organization_entries(), here, {"slug": slug}, permissions)


@functools.lru_cache(maxsize=256)
def account(here: str, language: str) -> tuple[Item, ...]:
    """The user's own pages."""
    return _items(account_entries(), here, {}, frozenset())


@functools.lru_cache(maxsize=256)
def back_office(here: str, language: str) -> tuple[Item, ...]:
    """The operators' pages."""
    return _items(back_office_entries(), here, {}, frozenset())


def organization_entries() -> tuple[Entry, ...]:
    """Made anew for each language, then kept."""
    return (
        Entry(_("Overview"), "organization.dashboard", "house"),
        Entry(
            _("Products"),
            "products.index",
            "package",
            Permission.PRODUCTS_SEE,
            (Entry(_("Tags"), "products.tags", "tag", Permission.PRODUCTS_SEE),),
        ),
        Entry(
            _("Billing"),
            "renewals.notifications",
            "receipt-text",
            Permission.NOTIFICATIONS_EDIT,
            (Entry(_("Notifications"), "renewals.notifications", "send", Permission.NOTIFICATIONS_EDIT),),
        ),
        Entry(
            _("Settings"),
            "organization.settings",
            "settings",
            None,
            (
                Entry(_("My organization"), "organization.settings", "settings", Permission.ORGANIZATION_SEE),
                Entry(_("Members"), "organization.members", "users", Permission.MEMBERS_SEE),
                Entry(_("Roles"), "organization.roles", "users", Permission.MEMBERS_SEE),
                Entry(_("Journal"), "organization.journal", "file-text", Permission.JOURNAL_SEE),
            ),
        ),
    )


def account_entries() -> tuple[Entry, ...]:
    """The user's own pages, at the foot of the navigation."""
    return (
        Entry(_("Profile"), "account.profile", "user"),
        Entry(_("Security"), "account.security", "lock"),
        Entry(_("Sessions"), "account.sessions", "laptop"),
        Entry(_("Preferences"), "account.preferences", "sliders-horizontal"),
        Entry(_("Calendar"), "renewals.calendar", "calendar"),
    )


def back_office_entries() -> tuple[Entry, ...]:
    """The operators' pages."""
    return (
        Entry(_("Overview"), "back_office.dashboard", "house"),
        Entry(_("Organizations"), "back_office.organizations", "building"),
        Entry(_("Users"), "back_office.users", "users"),
        Entry(_("Products"), "back_office.products", "package"),
        Entry(_("Categories"), "back_office.categories", "tag"),
        Entry(_("Import"), "back_office.imports", "upload"),
        Entry(_("Outbox"), "back_office.outbox", "send"),
        Entry(_("Jobs"), "back_office.jobs", "clock"),
        Entry(_("Settings"), "back_office.settings", "settings"),
    )


def _items(
    entries: tuple[Entry, ...], here: str, values: dict[str, Any], permissions: frozenset[Permission]
) -> tuple[Item, ...]:
    return tuple(
        _item(entry, here, values, permissions)
        for entry in entries
        if entry.permission is None or entry.permission in permissions
    )


def _item(entry: Entry, here: str, values: dict[str, Any], permissions: frozenset[Permission]) -> Item:
    inside = _within(here, entry)
    children = _items(entry.children, here, values, permissions) if inside else ()
    current = inside and not any(child.current for child in children)
    return Item(entry.label, url_for(entry.endpoint, **values), entry.icon, current, None, children)


def _within(here: str, entry: Entry) -> bool:
    """Whether the endpoint is this entry's page, one of its parts (`endpoint_…`), or a page below it."""
    own = here == entry.endpoint or here.startswith(entry.endpoint + "_")
    return own or any(_within(here, child) for child in entry.children)

"""What needs the reader in an organization: one line each, with the one act that settles it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from blueprints.ground import formats
from blueprints.organization.acts import FIELDS
from models.access import Access
from models.base import day, now, today
from models.organization import overview
from models.permissions import Permission
from models.products import listing
from models.products.views import View
from models.renewals import timeline, unreached

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Need:
    """One line: `tone` is '', 'warn' or 'danger'; the act is a link, or with `post` a form of its own."""

    icon: str
    tone: str
    text: Markup
    act: str
    href: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """Products beyond those shown: how many, the same in words, and the list that holds these and those shown."""

    number: int
    text: str
    act: str
    href: str


@dataclass(slots=True)
class Needs:
    """All lines, and the products beyond those shown that wait as well."""

    lines: list[Need] = field(default_factory=list)
    more: list[More] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things are open."""
        return len(self.lines) + sum(one.number for one in self.more)


def of(access: Access) -> Needs:
    """What waits for this person here; who looks on sees what waits for a legal representative."""
    found = Needs()
    if not access.viewing:
        _appointment(access, found)
    if access.sees(Permission.PRODUCTS_RENEW):
        _products(access, found)
    if access.sees(Permission.MEMBERS_MANAGE):
        _invitations(access, found)
    if access.sees(Permission.DETAILS_EDIT):
        _details(access, found)
        _addresses(access, found)
    if not access.viewing and not access.visitor.verified:
        text = _say(_("Your address %(email)s is not verified yet."), email=access.visitor.email)
        where = url_for("account.resend_verification")
        found.lines.append(Need("mail", "warn", text, _("Send the link again"), where, post=True))
    return found


def _say(sentence: str, **values: Any) -> Markup:
    """Our own sentence with values in bold, escaped."""
    bold = {name: Markup("<b>{}</b>").format(value) for name, value in values.items()}
    return Markup(sentence) % bold  # noqa: S704  our own sentence; values are escaped


def _appointment(access: Access, found: Needs) -> None:
    asked = overview.asked(access.organization_id, access.user_id)
    if asked:
        text = _say(_("%(name)s asks you to become a legal representative."), name=asked.appointed_by_name)
        where = url_for("organization.appointment", slug=access.slug)
        found.lines.append(Need("key-round", "", text, _("Answer"), where))


def _products(access: Access, found: Needs) -> None:
    """Products that nobody renews unless somebody does: late ones first."""
    here, reach = today(access.visitor.time_zone), access.products()
    for expiry in ("past", "60"):
        view = View(expiry=expiry, renewal="hand", state="active", sort="due")
        page = listing.page(reach, view, here, size=SHOWN)
        found.lines += [_product(access, row, here) for row in page.rows]
        if more := page.total - len(page.rows):
            act = _("See them") if page.capped else _("See all %(num)s", num=formats.show_number(page.total))
            where = url_for("products.index", slug=access.slug, **view.arguments())
            found.more.append(More(more, _more(expiry, more), act, where))


def _more(expiry: str, number: int) -> str:
    if expiry == "past":
        return str(ngettext("%(num)d more product expired.", "%(num)d more products expired.", number))
    return str(
        ngettext(
            "%(num)d more product has to be renewed by hand.",
            "%(num)d more products have to be renewed by hand.",
            number,
        )
    )


def _product(access: Access, row: tuple[Any, ...], here: date) -> Need:
    due = day(row[6]) or here
    days = (due - here).days
    if days < 0:
        sentence = _("%(name)s expired on %(date)s and was not renewed.", name="%(name)s", date=formats.show_date(due))
    elif days == 0:
        sentence = _("%(name)s expires today and is not set to renew.", name="%(name)s")
    else:
        sentence = ngettext(
            "%(name)s expires in %(num)d day and is not set to renew.",
            "%(name)s expires in %(num)d days and is not set to renew.",
            days,
            name="%(name)s",
        )
    tone = "danger" if days <= 7 else "warn" if days <= 30 else ""
    icon = {"danger": "octagon-alert", "warn": "triangle-alert"}.get(tone, "hand")
    where = url_for("products.index_detail", slug=access.slug, product_id=row[0])
    return Need(icon, tone, _say(sentence, name=row[1]), _("Look"), where)


def _invitations(access: Access, found: Needs) -> None:
    moment = now()
    for one in overview.ending_invitations(access.organization_id):
        if one.expires_at <= moment:
            text = _say(_("The invitation of %(email)s ran out without an answer."), email=one.email)
        else:
            when = formats.show_datetime(one.expires_at)
            text = _say(
                _("The invitation of %(email)s runs out on %(when)s.", email="%(email)s", when=when), email=one.email
            )
        if one.is_appointment or not access.may(Permission.MEMBERS_MANAGE):
            found.lines.append(Need("users", "", text, _("Look"), url_for("organization.members", slug=access.slug)))
            continue
        where = url_for("organization.members_invitation_resend", slug=access.slug, invitation_id=one.id)
        found.lines.append(Need("users", "", text, _("Resend"), where, post=True))


def _details(access: Access, found: Needs) -> None:
    missing = overview.missing(access.organization_id)
    if missing:
        names = ", ".join(_(FIELDS[name]) for name in missing)
        text = _say(_("Details are missing: %(names)s. Invoices need them."), names=names)
        if soonest := timeline.next_alone(access.products(), today(access.visitor.time_zone)):
            when = formats.show_date(soonest.on)
            text += " " + _say(_("%(name)s renews on %(date)s.", name="%(name)s", date=when), name=soonest.name)
        found.lines.append(Need("file-text", "", text, *_fill_in(access)))


def _addresses(access: Access, found: Needs) -> None:
    """Addresses that mails come back from; each with the page where another one is given."""
    for one in unreached.of(access.organization_id):
        if not one.user_id:
            text, (act, where) = _say(_("Mails to %(address)s do not arrive."), address=one.address), _fill_in(access)
            act = _("Change") if access.may(Permission.DETAILS_EDIT) else act
        elif not access.sees(Permission.MEMBERS_MANAGE):
            continue
        else:
            sentence = _("Mails to %(name)s at %(address)s do not arrive.")
            text = _say(sentence, name=one.name, address=one.address)
            act, where = _("Look"), url_for("organization.members", slug=access.slug)
        found.lines.append(Need("mail", "warn", text, act, where))


def _fill_in(access: Access) -> tuple[str, str]:
    """The act that mends the details, or the page that shows them to who can't."""
    if access.may(Permission.DETAILS_EDIT):
        return _("Fill in"), url_for("organization.settings_edit", slug=access.slug)
    return _("Look"), url_for("organization.settings", slug=access.slug)

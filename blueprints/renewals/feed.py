"""The calendar of renewals as programs read it: iCalendar (RFC 5545), an event for each day of a product."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Response, request
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as BaseResponse

from blueprints.ground import formats
from blueprints.ground.guard import public
from blueprints.ground.limits import limiter
from blueprints.ground.state import state
from blueprints.products import cells
from blueprints.renewals.blueprint import blueprint
from models import settings
from models.renewals import calendar as calendars
from models.renewals.calendar import Crowd, Due

ASK_AGAIN = timedelta(hours=6)


@blueprint.get("/calendar/<secret>.ics")
@public
@limiter.limit("60/minute")
def feed(secret: str) -> BaseResponse:
    """What the person of this secret has to renew. No sign-in: a calendar program has none."""
    found = calendars.read(secret)
    with force_locale(found.language):
        text = write(found, base_url())
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


def base_url() -> str:
    """Where the instance is reached, as links of mails begin; without a setting, where it was reached just now."""
    chosen = state().environment.base_url or settings.current().public_address
    return (chosen or request.url_root).rstrip("/")


def address_of(secret: str) -> str:
    """The whole address that a secret is part of, as a calendar program gets it."""
    return f"{base_url()}/calendar/{secret}.ics"


def write(found: calendars.Calendar, base: str) -> bytes:
    """The calendar as iCalendar, in the language of the moment. What does not change gives the same bytes."""
    made = Calendar()
    name = _("Renewals · %(provider)s", provider=settings.current().name)
    made.add("prodid", "-//Intendant//Renewals//EN")
    made.add("version", "2.0")
    # RFC 7986, and the names by which older programs know the same.
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for one in found.events:
        made.add_component(_crowd(one, base) if isinstance(one, Crowd) else _due(one, base, found.language))
    text: bytes = made.to_ical()
    return text


def _due(due: Due, base: str, language: str) -> Event:
    """One product. Its UID stays when the date moves, so that the event moves along and leaves nothing behind."""
    renews = due.auto_renew
    summary = _("%(name)s renews", name=due.name) if renews else _("%(name)s expires: renew by hand", name=due.name)
    url = f"{base}/o/{due.slug}/products/{due.product_id}"
    lines = [due.organization, _(due.category), *_price(due, language), url]
    event = _event(f"product-{due.product_id}", summary, due, due.changed_at, base)
    event.add("sequence", due.version)
    event.add("description", "\n".join(lines))
    event.add("url", url)
    return event


def _price(due: Due, language: str) -> list[str]:
    if due.price_minor is None or due.currency is None:
        return []
    amount = formats.format_money(due.price_minor, due.currency, language)
    return [f"{due.currency} {amount} {cells.period_words(due.period_months)}"]


def _crowd(crowd: Crowd, base: str) -> Event:
    """A day on which very much of an organization is due."""
    day, others = crowd.first[0], crowd.total - len(crowd.first)
    summary = ngettext(
        "%(organization)s: %(num)d product renews or expires",
        "%(organization)s: %(num)d products renew or expire",
        crowd.total,
        organization=day.organization,
    )
    url = f"{base}/o/{day.slug}/products?sort=due"
    more = ngettext("and %(num)d other", "and %(num)d others", others)
    event = _event(f"day-{day.organization_id}-{day.day.isoformat()}", summary, day, crowd.changed_at, base)
    event.add("description", "\n".join([*(due.name for due in crowd.first), more, url]))
    event.add("url", url)
    return event


def _event(key: str, summary: str, day: Due, changed_at: datetime, base: str) -> Event:
    """A whole day that leaves its person free."""
    event = Event()
    event.add("uid", f"{key}@{urlsplit(base).hostname}")
    event.add("dtstamp", changed_at)
    event.add("dtstart", day.day)
    event.add("dtend", day.day + timedelta(days=1))
    event.add("summary", summary)
    event.add("categories", [day.organization])
    event.add("transp", "TRANSPARENT")
    return event

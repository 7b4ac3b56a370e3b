"""What the pages of the back office share: who acts, what must not be missed, lists that turn by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from blueprints.ground import formats, page
from blueprints.ground.session import person, remote_address
from jobs import schedule
from models import journal
from models.backup import daily
from models.errors import N_
from models.operators.paging import COUNT_CAP, Cursor, Page


@dataclass(frozen=True, slots=True)
class Banner:
    """One line above the page; `label` is the link that leads to where it is mended."""

    kind: str
    text: str
    href: str
    label: str


def actor() -> journal.Person:
    """The operator as the one who acts."""
    return journal.Person(person().user_id, person().name, remote_address(), N_("the provider"))


def show(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the back office, under what an operator must know now."""
    return page.show(template, status, banners=[] if wants_list() or page.wants_fragment() else banners(), **values)


def banners() -> list[Banner]:
    """Whatever stalls, on every page until it goes on."""
    found: list[Banner] = []
    if schedule.stalled():
        text = _("Mail or scheduled work has stalled.")
        found.append(Banner("danger", text, url_for("back_office.jobs"), _("See what is late")))
    if daily.is_overdue():
        text = _("The last backup is over two days old.")
        found.append(Banner("warn", text, url_for("back_office.jobs"), _("See the jobs")))
    return found


def wants_list() -> bool:
    """Whether a search or a page swaps in the list alone."""
    return request.headers.get("HX-Target", "").endswith("#list")


def search() -> str:
    """What is searched for."""
    return request.args.get("q", "").strip()[:100]


def cursor() -> Cursor | None:
    """The edge that the address bar names; one that can't be read is none."""
    at = request.args.get("at", "")
    backwards = "before" in request.args
    key = request.args.get("before" if backwards else "after", "")
    return Cursor(key, int(at), backwards) if at.isdigit() and len(at) < 18 and key else None


def numbered_cursor() -> Cursor | None:
    """The same for lists whose key is a number."""
    found = cursor()
    return found if found and found.key.isdigit() and len(found.key) < 18 else None


def turns(shown: Page, endpoint: str, **values: Any) -> dict[str, str]:
    """The words and links of the pager."""
    kept: dict[str, Any] = {name: value for name, value in values.items() if value}
    links = {"previous": "", "next": ""}
    for name, edge, word in (("previous", shown.previous, "before"), ("next", shown.next, "after")):
        if edge:
            kept_here = {**kept, word: edge.key, "at": edge.id}
            links[name] = url_for(endpoint, **kept_here)
    return {"shown": counted(shown), **links}


def counted(shown: Page) -> str:
    """50 of 1,234, or of more than were counted."""
    total = formats.show_number(min(shown.total, COUNT_CAP)) + ("+" if shown.total > COUNT_CAP else "")
    return str(_("%(some)s of %(all)s", some=len(shown.rows), all=total))

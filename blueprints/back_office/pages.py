"""What the pages of the back office share: who acts, what must not be missed, lists that turn by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from blueprints.ground import formats, ids, page
from blueprints.ground.session import person, remote_address
from blueprints.organization import edges
from jobs import schedule
from models import journal
from models.backup import daily
from models.errors import N_
from models.operators.paging import COUNT_CAP, Listed
from models.organization.vies import told
from models.paging import Edge


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
    if told.needs_operators():
        text = _("VIES confirms no VAT number until somebody looks at it.")
        found.append(Banner("danger", text, url_for("back_office.dashboard"), _("See why")))
    return found


def show_list(name: str, shown: Listed, kept: dict[str, Any], **values: Any) -> Response:
    """A list, or only its rows where a search or a page swaps them in; `name` is that of endpoint and template.

    `kept` is what the links to its other pages carry on.
    """
    template = f"back_office/_{name}.html" if wants_list() else f"back_office/{name}.html"
    return show(template, rows=shown.rows, turns=turns(shown, f"back_office.{name}", kept), **values)


def wants_list(name: str = "list") -> bool:
    """Whether a search or a page swaps in the list of this name alone."""
    return request.headers.get("HX-Target", "").endswith(f"#{name}")


def few(names: Sequence[str], total: int) -> str:
    """The first few names, and how many more there are."""
    more = total - len(names)
    return ", ".join(names) + (f" {_('and %(num)s more', num=formats.show_number(more))}" if more > 0 else "")


def search() -> str:
    """What is searched for."""
    return request.args.get("q", "").strip()[:100]


def numbered_edge() -> Edge | None:
    """Where a page of a list begins whose key is a number."""
    found = edges.read()
    return found if found and ids.read([found.key]) else None


def turns(shown: Listed, endpoint: str, kept: dict[str, Any]) -> dict[str, str]:
    """The words and links of the pager."""
    carried = {name: value for name, value in kept.items() if value}
    total = formats.show_number(min(shown.total, COUNT_CAP)) + ("+" if shown.total > COUNT_CAP else "")
    return {
        "shown": _("%(some)s of %(all)s", some=len(shown.rows), all=total),
        "previous": edges.turn(shown.previous, endpoint, **carried),
        "next": edges.turn(shown.next, endpoint, **carried),
    }

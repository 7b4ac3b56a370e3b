"""The help centre: articles, their search, and links from them to the reader's own pages."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

import nh3
from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from blueprints.ground.formats import language
from blueprints.ground.guard import OPERATOR, ORGANIZATION, PUBLIC, USER, public
from blueprints.ground.page import show, wants_fragment
from blueprints.ground.session import visitor
from models import help as articles
from models.access import Place
from models.help import Article
from models.permissions import PERMISSION_LABELS, PERMISSIONS, ROLE_LABELS, Role, extent

blueprint = Blueprint("help", __name__)

MOST_TYPED = 200


@blueprint.get("/help")
@public
def index() -> Response:
    """All articles by section, or those that a search finds."""
    text = request.args.get("q", "")[:MOST_TYPED].strip()
    found = articles.search(text, language(), operators=_is_operator()) if text else None
    template = "help/_found.html" if wants_fragment() else "help/index.html"
    return show(template, q=text, found=found, sections=_sections(), organization=_chosen())


@blueprint.get("/help/<slug>")
@public
def article(slug: str) -> Response:
    """One article."""
    one = articles.article(slug, language())
    place = _place()
    pages = [(page.label, href) for page in one.pages if (href := page_address(page.endpoint, place))]
    return show(
        "help/article.html", article=one, body=body(one, place), pages=pages, place=place, organization=_chosen()
    )


def _is_operator() -> bool:
    found = visitor()
    return found is not None and found.is_operator


def _sections() -> list[tuple[str, list[Article]]]:
    """The articles for this reader under their sections' names, in the order of the files' positions."""
    listed = [one for one in articles.articles(language()).values() if _is_operator() or not one.operators]
    return [(name, list(group)) for name, group in groupby(listed, key=lambda one: one.section)]


def _chosen() -> str | None:
    """The slug of the organization that the reader came from: its page's "?" was followed, or a link here."""
    given = request.args.get("organization") or ""
    came_from = re.match(re.escape(request.script_root) + r"/o/([^/]+)/", urlsplit(request.referrer or "").path)
    return given or (came_from[1] if came_from else None)


def _place() -> Place | None:
    """The organization that links to organization pages lead to: where the reader came from, or the first."""
    found = visitor()
    if found is None or not found.places:
        return None
    wanted = _chosen()
    return next((place for place in found.places if place.slug == wanted), found.places[0])


def page_address(endpoint: str, place: Place | None) -> str | None:
    """Where a page is for this reader, or None if it is not theirs to open."""
    found = visitor()
    view = current_app.view_functions[endpoint]
    audience = getattr(view, "audience", None)
    if audience == ORGANIZATION:
        may = place is not None and getattr(view, "permission", None) in PERMISSIONS[place.role]
        return url_for(endpoint, slug=place.slug) if place and may else None
    may = audience == PUBLIC or (audience == USER and found is not None) or (audience == OPERATOR and _is_operator())
    return url_for(endpoint) if may else None


@dataclass(frozen=True, slots=True)
class Reference:
    """A link of an article to a page or to another article; where it leads depends on who reads."""

    kind: str
    target: str
    text: str


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_REFERENCE = re.compile(r'<a href="(page|help):([a-z0-9_.-]+)">(.*?)</a>', re.DOTALL)
_TAGS = set("a p h2 h3 ul ol li b strong em code pre kbd blockquote table thead tbody tr th td br hr".split())


@functools.lru_cache(maxsize=256)
def parts(one: Article, shown_in: str) -> tuple[str | Reference, ...]:
    """The article's HTML, cleaned once for each language it is shown in, cut where a link depends on the reader."""
    text = one.body.replace("[[permissions]]", permission_table())
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "mailto", "page", "help"},
        link_rel=None,
    )
    # On a narrow screen a table scrolls, so the keyboard has to be able to reach it.
    cut = _REFERENCE.split(html.replace("<table>", '<table tabindex="0">'))
    made: list[str | Reference] = [cut[0]]
    for kind, target, text, after in zip(cut[1::4], cut[2::4], cut[3::4], cut[4::4], strict=True):
        made += [Reference(kind, target, text), after]
    return tuple(made)


def body(one: Article, place: Place | None) -> Markup:
    """The article for this reader: a page that isn't theirs to open is named, not linked."""
    made = (part if isinstance(part, str) else _reference(part, place) for part in parts(one, language()))
    return Markup("".join(made))  # noqa: S704  nh3 cleaned the text, the addresses are our own


def _reference(part: Reference, place: Place | None) -> str:
    if part.kind == "help":
        href: str | None = url_for("help.article", slug=part.target, organization=_chosen())
    else:
        href = page_address(part.target, place)
    return f'<a href="{Markup.escape(href)}">{part.text}</a>' if href else f"<strong>{part.text}</strong>"


def permission_table() -> str:
    """Who may do what, as Markdown from the one table of permissions."""
    lines = ["| | " + " | ".join(_(ROLE_LABELS[role]) for role in Role) + " |", "| --- |" + " --- |" * len(Role)]
    words = {"yes": _("yes"), "no": "–", "given": _("given products")}
    for permission, label in PERMISSION_LABELS.items():
        marks = " | ".join(words[extent(role, permission)] for role in Role)
        lines.append(f"| {_(label)} | {marks} |")
    return "\n".join(lines)

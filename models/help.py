"""Help articles: Markdown files with a head, found again by the database's full-text search."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from models.base import fold, is_postgresql, locked, rows, run
from models.errors import NotFound

FOLDER = Path(__file__).parents[1] / "templates" / "help"
FALLBACK = "en"

MOST_FOUND = 20
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class PageName:
    """A page that an article explains: its endpoint, and what the article's language calls it."""

    endpoint: str
    label: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language. `body` is Markdown without the title, `operators` keeps it off clients' lists."""

    slug: str
    language: str
    title: str
    summary: str
    section: str
    position: int
    operators: bool
    pages: tuple[PageName, ...]
    body: str
    digest: str


@dataclass(frozen=True, slots=True)
class Found:
    """One article that a search found; `snippet` is text in pieces, each with whether it is a match."""

    article: Article
    snippet: tuple[tuple[str, bool], ...]


_PAGE = re.compile(r"([^,()]+?)\s*\(([a-z_.]+)\)")


def parse(slug: str, language: str, text: str) -> Article:
    """An article from its file: lines of `name: value` between two lines of dashes, then Markdown."""
    _, head, body = text.split("---\n", 2)
    values = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return Article(
        slug=slug,
        language=language,
        title=values["title"],
        summary=values["summary"],
        section=values["section"],
        position=int(values["position"]),
        operators=values.get("for") == "operators",
        pages=tuple(PageName(endpoint, label.strip()) for label, endpoint in _PAGE.findall(values["pages"])),
        body=body.strip(),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@functools.cache
def written(language: str) -> dict[str, Article]:
    """The articles that exist in this very language, by slug, in the order of the index."""
    files = (FOLDER / language).glob("*.md")
    made = (parse(file.stem, language, file.read_text(encoding="utf-8")) for file in files)
    return {one.slug: one for one in sorted(made, key=lambda article: (article.position, article.slug))}


@functools.cache
def articles(language: str) -> dict[str, Article]:
    """All articles for a reader of this language; what is not translated yet is in English."""
    merged = written(FALLBACK) | written(language)
    return dict(sorted(merged.items(), key=lambda item: item[1].position))


def article(slug: str, language: str) -> Article:
    """One article for a reader of this language. Raises NotFound."""
    found = articles(language).get(slug)
    if found is None:
        raise NotFound
    return found


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_INLINE = re.compile(r"\[\[\w+\]\]|[*`]")
_BLOCK = re.compile(r"^\s*(?:#+|-|\d+\.|>)\s|[|]|-{3,}", re.MULTILINE)


def plain(markdown: str) -> str:
    """The words of a Markdown text, for the index and for snippets."""
    words = _INLINE.sub("", _LINK.sub(r"\1", markdown))
    return " ".join(_BLOCK.sub(" ", words).split())


def sync() -> int:
    """Bring the index in step with the files; returns how many articles differed. Run at every start."""
    languages = [folder.name for folder in FOLDER.iterdir() if folder.is_dir()]
    files = {(one.language, one.slug): one for name in languages for one in written(name).values()}
    known = {
        (language, slug): digest for language, slug, digest in rows("SELECT language, slug, digest FROM help_search")
    }
    stale = [key for key in files.keys() | known.keys() if key not in files or known.get(key) != files[key].digest]
    if stale:
        with locked("help"):
            for key in stale:
                run("DELETE FROM help_search WHERE language = ? AND slug = ?", key)
                if key in files:
                    _index(files[key])
    return len(stale)


def _index(one: Article) -> None:
    run(
        "INSERT INTO help_search (language, slug, digest, title, summary, body) VALUES (?, ?, ?, ?, ?, ?)",
        (one.language, one.slug, one.digest, one.title, one.summary, plain(one.body)),
    )


SHORTEST_BEGINNING = 3
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ations", "ation", "ing", "ies", "ed", "es", "s", "e", "y")
_ON, _OFF = "⟦", "⟧"

_SQLITE = f"""
SELECT language, slug, snippet(help_search, 5, '{_ON}', '{_OFF}', '…', 24) FROM help_search
WHERE help_search MATCH ? ORDER BY bm25(help_search, 0, 0, 0, 8.0, 4.0, 1.0)
"""
_POSTGRESQL = f"""
SELECT language, slug, ts_headline('simple', body, q,
  'StartSel={_ON}, StopSel={_OFF}, MaxWords=24, MinWords=12, MaxFragments=1, FragmentDelimiter=…')
FROM help_search, to_tsquery('simple', ?) AS q WHERE words @@ q ORDER BY ts_rank('{{0.1, 0.2, 0.5, 1}}', words, q) DESC
"""


def stem(word: str) -> str:
    """The beginning that a word shares with its relatives: invited, inviting, invitation → invit."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def search(text: str, language: str, *, operators: bool = False) -> list[Found]:
    """The articles with all the words (or else any of them), best first; words count by their beginnings."""
    stems = [stem(word) for word in _WORD.findall(fold(text))[:MOST_WORDS]]
    if not stems:
        return []
    return _find(stems, language, operators, every=True) or _find(stems, language, operators, every=False)


def _find(stems: list[str], language: str, operators: bool, *, every: bool) -> list[Found]:
    if is_postgresql():
        terms = [f"{one}:*" if begins else one for one, begins in _terms(stems)]
        hits = rows(_POSTGRESQL, ((" & " if every else " | ").join(terms),))
    else:
        terms = [f'"{one}"*' if begins else f'"{one}"' for one, begins in _terms(stems)]
        hits = rows(_SQLITE, ((" AND " if every else " OR ").join(terms),))
    readable = articles(language)
    found = []
    for hit_language, slug, snippet in hits:
        one = readable.get(slug)
        if one and one.language == hit_language and (operators or not one.operators):
            found.append(Found(one, pieces(snippet) if _ON in snippet else ((one.summary, False),)))
    return found[:MOST_FOUND]


def _terms(stems: list[str]) -> list[tuple[str, bool]]:
    """Each with whether it is the beginning of a word: short ones begin too many, but the last may still be typed."""
    return [(one, len(one) >= SHORTEST_BEGINNING or place == len(stems)) for place, one in enumerate(stems, 1)]


def pieces(snippet: str) -> tuple[tuple[str, bool], ...]:
    """A snippet with its marks as (text, is a match) pairs."""
    split = re.split(f"([{_ON}{_OFF}])", snippet)
    inside, made = False, []
    for part in split:
        if part in (_ON, _OFF):
            inside = part == _ON
        elif part:
            made.append((part, inside))
    return tuple(made)

"""Joins styles and scripts at start into files with hashed names; what a name points to never changes."""

import gzip
import hashlib
import os
import re
import threading
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"

# Tokens first, since that file names the layers; inside a layer a later file wins.
STYLES = (
    "tokens base layout nav button field copy check switch saved chip tag tag_editor table cards due who bulk pager "
    "menu note facts choices steps timeline journal ahead drawings empty tabs dialog progress toast "
    "gate sheet lost article products organization back_office kit print"
).split()
# htmx first; `page` holds what the others stand on.
SCRIPTS = "page keys menu focus busy saved select asked copy print tag_editor".split()
# What is served as it is: the sprite, the mark, the fonts.
PLAIN = ("icons.svg", "emblem.svg", "fonts/intendant-sans.woff2", "fonts/intendant-sans-ext.woff2")
# These are compressed in themselves.
PACKED = {".woff2"}

_CSS_PARTS = re.compile(r"""(?P<string>"[^"\n]*"|'[^'\n]*')|(?P<comment>/\*.*?\*/)|(?P<space>\s+)""", re.DOTALL)
_CSS_TIGHT = re.compile(r"""("[^"\n]*"|'[^'\n]*')| *([{};,]) *|(?<=[\w-]:) """)
_CSS_URL = re.compile(r"""url\("(?:\.\./)*([^"]+)"\)""")
_JS_IDLE = re.compile(r"^[ \t]*//[^\n]*\n|^/\*[\s\S]*?\*/\s*|^[ \t]+|[ \t]+$", re.MULTILINE)


def small_css(text: str) -> str:
    """The same rules without comments and idle spaces. Strings stay, and so do the spaces that calc() needs."""
    once = _CSS_PARTS.sub(lambda m: m["string"] or ("" if m["comment"] else " "), text)
    tight = _CSS_TIGHT.sub(lambda m: m[1] or m[2] or "", once)
    return tight.replace(";}", "}").strip()


def small_js(text: str) -> str:
    """The same script without whole-line comments and indentation; our scripts have no string over several lines."""
    return re.sub(r"\n+", "\n", _JS_IDLE.sub("", text)).strip()


def hashed(name: str, content: bytes) -> str:
    """The name under which this very content is served."""
    path = Path(name)
    return f"{path.stem}.{hashlib.sha256(content).hexdigest()[:10]}{path.suffix}"


def _write(path: Path, content: bytes) -> None:
    """Writes whole or not at all: who starts at the same moment finds either nothing or all of it."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_bytes(content)
    draft.replace(path)


def _publish(name: str, content: bytes, out: Path) -> str:
    """Puts one file, and its compressed twin where that helps, into the folder."""
    target = hashed(name, content)
    _write(out / target, content)
    if Path(name).suffix not in PACKED:
        _write(out / f"{target}.gz", gzip.compress(content, mtime=0))
    return target


def _styles(static: Path, names: dict[str, str]) -> str:
    """All styles in their order, with the hashed names in place of the addresses."""
    joined = "\n".join((static / "css" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    return _CSS_URL.sub(lambda m: f'url("{names[Path(m[1]).name]}")', small_css(joined))


def _scripts(static: Path) -> str:
    """htmx as it came, then ours."""
    ours = [small_js((static / "js" / f"{name}.js").read_text(encoding="utf-8")) for name in SCRIPTS]
    return ";\n".join([(static / "vendor/htmx/htmx.min.js").read_text(encoding="utf-8"), *ours]) + "\n"


def build(static: Path, out: Path) -> dict[str, str]:
    """Fills `out` and returns the hashed file name of each asset; the same content gives the same names."""
    out.mkdir(parents=True, exist_ok=True)
    names = {Path(name).name: _publish(name, (static / name).read_bytes(), out) for name in PLAIN}
    names["app.css"] = _publish("app.css", _styles(static, names).encode(), out)
    names["app.js"] = _publish("app.js", _scripts(static).encode(), out)
    return names

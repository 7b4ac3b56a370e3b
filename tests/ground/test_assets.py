"""Styles, scripts, icons and colours: joined whole, small enough, and readable in both themes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from blueprints.ground import assets
from blueprints.ground.assets import STATIC, build, small_css, small_js

ROOT = STATIC.parent
NOT_PAGES = {"mail", "documents", "mail.html"}
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if not NOT_PAGES & set(path.parts)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The assets in a folder of their own, and their names."""
    out = tmp_path_factory.mktemp("assets")
    return out, build(STATIC, out)


def test_every_asset_is_there_with_its_compressed_twin(built: tuple[Path, dict[str, str]]) -> None:
    out, names = built
    assert {"app.css", "app.js", "icons.svg", "emblem.svg", "intendant-sans.woff2"} <= set(names)
    for name in names.values():
        twin = out / f"{name}.gz"
        if not name.endswith(".woff2"):
            assert gzip.decompress(twin.read_bytes()) == (out / name).read_bytes()


def test_first_visit_stays_under_60_kilobytes(built: tuple[Path, dict[str, str]]) -> None:
    out, names = built
    packed = [out / f"{names[name]}.gz" for name in ("app.css", "app.js", "icons.svg")]
    total = sum(path.stat().st_size for path in [*packed, out / names["intendant-sans.woff2"]])
    assert total < 60_000


def test_styles_point_to_files_that_exist(built: tuple[Path, dict[str, str]]) -> None:
    out, names = built
    targets = re.findall(r'url\("?([^")]+)"?\)', (out / names["app.css"]).read_text())
    assert targets
    assert all((out / target).exists() for target in targets)


def test_same_content_same_names_and_other_content_other_names(tmp_path: Path) -> None:
    first, second = build(STATIC, tmp_path / "one"), build(STATIC, tmp_path / "two")
    assert first == second
    assert assets.hashed("app.css", b"a") != assets.hashed("app.css", b"b")
    assert re.fullmatch(r"app\.[0-9a-f]{10}\.css", assets.hashed("app.css", b"a"))


def test_several_may_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: build(STATIC, tmp_path), range(4)))
    assert all(result == results[0] for result in results)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    for path in tmp_path.glob("*.gz"):
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_nothing_in_the_folders_is_left_out() -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(assets.STYLES)
    assert {path.stem for path in (STATIC / "js").glob("*.js")} == set(assets.SCRIPTS)


@pytest.mark.parametrize(
    ("long", "small"),
    [
        ("a { color: red; }\n\n b  > c { x: 1px; }", "a{color:red}b > c{x:1px}"),
        ("/* a; b */ a { width: calc(1px + 2px); }", "a{width:calc(1px + 2px)}"),
        ('a::before { content: "/* ; */  x: y"; }', 'a::before{content:"/* ; */  x: y"}'),
        ("@media (min-width: 1px) and (x) { a :is(b, c) { d: e } }", "@media (min-width:1px) and (x){a :is(b,c){d:e}}"),
        ('x { grid: "p n"  auto "p d" auto / 1fr }', 'x{grid:"p n" auto "p d" auto / 1fr}'),
    ],
)
def test_small_styles_mean_the_same(long: str, small: str) -> None:
    assert small_css(long) == small


def test_small_scripts_lose_only_comments_and_indentation() -> None:
    long = '/*\n  About.\n*/\n(() => {\n  // Why.\n  const a = "//x"; // kept\n\n  go(a);\n})();\n'
    assert small_js(long) == '(() => {\nconst a = "//x"; // kept\ngo(a);\n})();'


def sprite() -> set[str]:
    """The names of the icons that exist."""
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))


def test_every_icon_that_is_asked_for_exists() -> None:
    navigation = (ROOT / "blueprints/ground/navigation.py").read_text()
    wanted = set(re.findall(r'Entry\(\s*_\("[^"]+"\),\s*"[\w.]+",\s*"([a-z0-9-]+)"', navigation))
    for page in PAGES:
        wanted |= set(re.findall(r"\bicon\('([a-z0-9-]+)'", page.read_text()))
    assert wanted - sprite() == set()


@pytest.mark.parametrize("folder", ["htmx", "lucide", "hanken-grotesk"])
def test_what_comes_from_others_has_its_licence_and_version(folder: str) -> None:
    place = STATIC / "vendor" / folder
    assert (place / "LICENSE").read_text().strip()
    assert re.search(r"\d+\.\d+\.\d+", (place / "VERSION").read_text())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_have_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""\sstyle=|\son[a-z]+=|hx-on|<style|javascript:""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_no_rule_shouts() -> None:
    assert [path.name for path in (STATIC / "css").glob("*.css") if "!important" in path.read_text()] == []


# Colours: WCAG 2 contrast from the tokens themselves.


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour of tokens.css as (light, dark)."""
    text = (STATIC / "css/tokens.css").read_text()
    root = text[text.index(":root {") : text.index(".c-brick")]
    return {name: (a, b) for name, a, b in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", root)}


def tags() -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Each tag colour with its ground, text and hole."""
    text = (STATIC / "css/tokens.css").read_text()
    for name, rules in re.findall(r"\.c-(\w+) \{([^}]*)\}", text):
        yield name, {k: (a, b) for k, a, b in re.findall(r"--(t\w): light-dark\((#\w+), (#\w+)\)", rules)}


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "ink-2", "ink-3", "accent", "danger", "warn", "ok"])
def test_text_can_be_read_on_every_ground(text: str, theme: int) -> None:
    for ground in ("paper", "shade", "surface", "wash", "sunk"):
        assert contrast(tokens()[text][theme], tokens()[ground][theme]) >= 4.5, ground


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("danger", "danger-wash"),
        ("warn", "warn-wash"),
        ("ok", "ok-wash"),
        ("bar-ink", "bar-bg"),
        ("bar-ink-2", "bar-bg"),
    ],
)
def test_text_can_be_read_on_its_own_ground(text: str, ground: str, theme: int) -> None:
    assert contrast(tokens()[text][theme], tokens()[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(theme: int) -> None:
    for ground in ("paper", "shade", "surface", "wash"):
        assert contrast(tokens()["edge"][theme], tokens()[ground][theme]) >= 3
    assert contrast("#ffffff", tokens()["danger-fill"][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_tag_colour_can_be_read(theme: int) -> None:
    found = dict(tags())
    assert len(found) == 12
    for name, colors in found.items():
        assert contrast(colors["tx"][theme], colors["tb"][theme]) >= 7, name
        assert contrast(colors["td"][theme], colors["tb"][theme]) >= 3, name
        assert contrast(colors["td"][theme], tokens()["paper"][theme]) >= 3, name

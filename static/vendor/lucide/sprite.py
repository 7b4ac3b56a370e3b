"""Makes static/icons.svg, one symbol per icon, from the npm package lucide-static.

Run it by hand when an icon is added to NAMES:
    npm pack lucide-static@1.62.0 && tar xzf *.tgz
    python static/vendor/lucide/sprite.py package/icons
"""

import re
import sys
from pathlib import Path

NAMES = """
house package key-round handshake megaphone receipt-text settings circle-question-mark menu
globe panel-top mail server hard-drive newspaper badge-check shapes
search list-filter columns-3 plus minus x check pencil trash-2 copy download upload printer send tag merge
user-plus user-minus ellipsis-vertical arrow-up arrow-down arrow-left arrow-right chevrons-up-down chevron-down
repeat hand calendar log-out external-link
circle-check clock rotate-ccw octagon-alert triangle-alert circle-alert info eye ban
lock key fingerprint-pattern smartphone laptop monitor code sliders-horizontal
user users file-text building activity database inbox history list-checks book-open shield-check
""".split()

# The provider's mark: a lowercase i that is a keyhole in its plate. The hole lets the ground through.
EMBLEM = (
    '<symbol id="emblem" viewBox="0 0 24 24"><path fill="currentColor" fill-rule="evenodd" d="M7 0h10a7 7 0 0 1 7 7v10'
    "a7 7 0 0 1-7 7H7a7 7 0 0 1-7-7V7a7 7 0 0 1 7-7Zm5 4.6a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4Z"
    'M10.5 12.4l-1.9 7h6.8l-1.9-7Z"/></symbol>'
)


def symbol(name: str, source: str) -> str:
    """One icon as a symbol; the strokes come from the stylesheet."""
    inner = source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
    inner = re.sub(r"\s+", " ", inner).replace("> <", "><").replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def main(icons: Path) -> None:
    """Writes the sprite; a name the package does not have stops it."""
    symbols = [symbol(name, (icons / f"{name}.svg").read_text(encoding="utf-8")) for name in NAMES]
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', EMBLEM, *symbols, "</svg>", ""]
    target = Path(__file__).parents[2] / "icons.svg"
    target.write_text("\n".join(lines), encoding="utf-8")
    print(f"{target.name}: {len(symbols)} icons, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

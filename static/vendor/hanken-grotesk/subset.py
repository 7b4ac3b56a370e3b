"""Makes the two files of static/fonts/ from the npm package @fontsource-variable/hanken-grotesk.

Run it by hand, in an environment of its own, when the font or the set of characters changes:
    npm pack @fontsource-variable/hanken-grotesk@5.3.0 && tar xzf *.tgz
    python -m venv v && v/bin/pip install fonttools==4.68.0 brotli
    v/bin/python static/vendor/hanken-grotesk/subset.py package/files
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Latin-1, then the dashes, quotes and signs that the pages write.
LATIN = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + "ıŒœ–—‘’‚“”„•…‹›€−"
# Names of people come with the other letters of Latin; the browser fetches this file only for them.
EXTENDED = "".join(
    map(chr, [*range(0x100, 0x131), *range(0x132, 0x152), *range(0x154, 0x17F), 0x218, 0x219, 0x21A, 0x21B, 0x1E9E])
)
WEIGHTS = (400, 650)


def subset(font: TTFont, characters: str) -> TTFont:
    """Keeps these characters and the layout features that the pages use, then cuts the weights."""
    options = Options()
    options.layout_features = ["kern", "liga", "ccmp", "locl", "mark", "mkmk"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    worker = Subsetter(options)
    worker.populate(text=characters)
    worker.subset(font)
    return instantiateVariableFont(font, {"wght": WEIGHTS})


def write(source: Path, name: str, characters: str) -> None:
    """Writes one woff2 and says which characters the source lacks."""
    font = subset(TTFont(source), characters)
    font.flavor = "woff2"
    target = Path(__file__).parents[2] / "fonts" / name
    target.parent.mkdir(exist_ok=True)
    font.save(target)
    lacks = "".join(c for c in characters if ord(c) not in font.getBestCmap())
    print(f"{name}: {target.stat().st_size} bytes, the source lacks {lacks!r}")


def main(files: Path) -> None:
    """Makes both files from the folder of the package."""
    write(files / "hanken-grotesk-latin-wght-normal.woff2", "intendant-sans.woff2", LATIN)
    write(files / "hanken-grotesk-latin-ext-wght-normal.woff2", "intendant-sans-ext.woff2", EXTENDED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""How wide a text is in our font, for drawings that the server lays out without a browser."""

from __future__ import annotations

import functools
import unicodedata

# Hundredths of the font's size, each character at its widest of the weights 400 to 600, rounded up; kerning only
# makes a text narrower. Measured on static/fonts/.
_WIDTHS = {
    20: "'",
    24: ",.:;ijìíîïĩīĭįı",
    26: " !()I\xa0¡ÌÍÎÏĨĪĬĮİ",
    28: "l{|}¦¹ĺļł‘’‹›",
    30: "[]¸‚",
    32: "`´",
    34: "-·",
    36: '"ftľţț',
    38: "¯ŧ•",
    40: "*¨",
    42: "/r°²³ŕŗř",
    44: "ŀ–„",
    46: "“”",
    48: "\\_sz»śŝşšťźżžș",
    52: "?Lg«ĝğġģĹĻĽŁ",
    54: "cvxyºçýÿćĉċčŷ",
    56: "Jaehknuàáâãäåèéêëñùúûüāăąēĕėęěĥķńņňũūŭůűų",
    58: "$+0123456789<=>FPSo~£òóôõö÷øōŏőŚŜŞŠȘ€−",
    60: "ETZbdpq§ÈÉÊËđĒĔĖĘĚŢŤŦŹŻŽȚ",
    62: "BRY^ÝðŔŖŘŶŸ",
    66: "KUXÙÚÛÜßŨŪŬŮŰŲ",
    68: "AVÀÁÂÃÄÅĀĂĄ",
    70: "#&DHNÐÑĎĐĤĦŃŅŇŊ…",
    72: "CÇĆĈĊČ",
    76: "%GOwÒÓÔÕÖØĜĞĠĢŌŎŐŵ",
    80: "Q½ẞ",
    86: "Mm©",
    92: "@æÆ",
    98: "WŴœ",
    106: "Œ—",
}
_OF = {character: wide for wide, characters in _WIDTHS.items() for character in characters}
_OTHER, _FULL = 85, 108
"""Of letters that come from another font: most are narrower. Those of East Asia and pictures fill their square."""


@functools.lru_cache(maxsize=4096)
def width(text: str, size: float) -> float:
    """At least the width of a text set in this size, in the same unit."""
    return sum(map(_hundredths, text)) * size / 100


def _hundredths(character: str) -> int:
    found = _OF.get(character)
    if found is not None:
        return found
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return _FULL if unicodedata.east_asian_width(character) in "WF" else _OTHER


def cut(text: str, size: float, most: float) -> str:
    """The text, or as much of it as is no wider than `most`, with an ellipsis."""
    if width(text, size) <= most:
        return text
    room = most - width("…", size)
    kept = 0.0
    for number, character in enumerate(text):
        kept += width(character, size)
        if kept > room:
            return text[:number].rstrip(" .,-–·") + "…"
    return text

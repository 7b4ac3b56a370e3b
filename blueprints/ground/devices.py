"""What a browser calls itself, in words short enough for a list: “Firefox · Linux”."""

from __future__ import annotations

import re

# In this order: most browsers also claim to be those further down.
_BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chromium", r"\bChromium/"),
    ("Chrome", r"\b(Headless)?Chrome/|\bCriOS/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMacintosh\b|\bMac OS X\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
MOBILE = ("iPhone", "iPad", "Android")


def label(user_agent: str) -> str:
    """Browser and system, or the first word of a program that is neither."""
    names = [name for name in (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)) if name]
    if names:
        return " · ".join(names)
    word = re.match(r"[\w.+-]{1,40}", user_agent)
    return word[0] if word else "?"


def is_mobile(device: str) -> bool:
    """Whether a label is that of a phone or a tablet."""
    return device.endswith(MOBILE)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), None)

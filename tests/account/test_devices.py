"""What a browser calls itself, as people read it."""

from __future__ import annotations

import pytest

from blueprints.ground import devices

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox · Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 "
    "Edg/140.0.0.0": "Edge · Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 "
    "Mobile/15E148 Safari/604.1": "Safari · iPhone",
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
    "Safari/537.36": "Chrome · Android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 "
    "Safari/605.1.15": "Safari · macOS",
    "curl/8.7.1": "curl",
    "": "?",
    "<script>": "?",
}


@pytest.mark.parametrize(("agent", "label"), AGENTS.items())
def test_label(agent: str, label: str) -> None:
    assert devices.label(agent) == label


def test_phones_are_told_apart() -> None:
    assert devices.is_mobile("Safari · iPhone")
    assert not devices.is_mobile("Firefox · Linux")

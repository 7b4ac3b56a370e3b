"""The two that look from outside: axe for accessibility, the Nu checker for HTML. Installed by `make` from npm."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.services import missing

MODULES = Path(__file__).parent / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
INSTALL = "`make audit` installs it where npm is"

# htmx's own attributes, which the checker can't know.
HTMX_ATTRIBUTES = ".*Attribute “hx-[a-z0-9:-]+” not allowed.*"
IMPACTS = ("serious", "critical")
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


@functools.cache
def axe_source() -> str:
    """The text of axe, to be evaluated in a page: the page's policy would not load a script."""
    if not AXE.exists():
        missing(f"axe-core ({INSTALL})")
    return AXE.read_text(encoding="utf-8")


def accessibility(page: Page) -> list[str]:
    """What axe finds on the page as it is now, serious or critical, a line each."""
    page.evaluate(axe_source())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in found
        if rule["impact"] in IMPACTS
        for node in rule["nodes"][:3]
    ]


def html(files: list[Path]) -> list[str]:
    """What the Nu checker says of these files, each fault once; one run for all of them."""
    java = shutil.which("java")
    if java is None or not VNU.exists():
        missing("Java" if java is None else f"vnu-jar ({INSTALL})")
    options = ["--errors-only", "--format", "json", "--exit-zero-always", "--filterpattern", HTMX_ATTRIBUTES]
    done = subprocess.run(
        [java, "-Xss1m", "-jar", VNU, *options, *files], capture_output=True, text=True, check=True, timeout=300
    )
    messages = json.loads(done.stderr or done.stdout)["messages"]
    pages: dict[str, list[str]] = {}
    for one in messages:
        line = f"{one['message']} [{' '.join(one.get('extract', '').split())[:160]}]"
        pages.setdefault(line, []).append(Path(one["url"]).stem)
    return [f"{line}\n    on {', '.join(names[:6])}" for line, names in pages.items()]

"""The catalogues, `<language>/LC_MESSAGES/messages.po`: read as they are, so there is no step that compiles them.

English is the source, so it has none.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

ROOT = Path(__file__).parent


@functools.cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language (`de`); English sentences where it has no catalogue or lacks one of them."""
    source = ROOT / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)

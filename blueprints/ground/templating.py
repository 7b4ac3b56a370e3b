"""Templates: one environment per language, in which texts without values are translated when a template is compiled.

A page has some hundred texts; looking each up at every rendering cost more than its queries.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from babel.support import NullTranslations
from flask import Flask, current_app
from flask.templating import Environment
from jinja2 import nodes
from jinja2.ext import InternationalizationExtension
from jinja2.visitor import NodeTransformer

from translations import catalogue

GETTEXT = frozenset({"_", "gettext"})


class _Translator(NodeTransformer):
    """Replaces `_('Save')` by its translation; texts with values stay calls."""

    def __init__(self, translations: NullTranslations) -> None:
        self.translations = translations

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) == 1
        if plain and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
            text = node.args[0]
            if isinstance(text, nodes.Const) and isinstance(text.value, str):
                said = self.translations.ugettext(text.value).replace("%%", "%")
                return nodes.TemplateData(said, lineno=node.lineno)
        return node


class LanguageEnvironment(Environment):
    """Flask's environment; its overlays per language translate while they compile."""

    translations: NullTranslations | None = None

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.translations is not None:
            tree = _Translator(self.translations).visit(tree)
        return tree

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict where nothing is added: importing macros compares its keys every time."""
        return super().make_globals(d) if d else self.globals

    def in_language(self, translations: NullTranslations) -> LanguageEnvironment:
        """An environment with a cache and texts of its own."""
        made: LanguageEnvironment = self.overlay(cache_size=400)
        made.translations = translations
        made.globals = dict(self.globals)
        # `install_gettext_translations` of an overlay still belongs to the environment below: it would change that one.
        gettext_of = made.extensions[InternationalizationExtension.identifier]
        gettext_of._install(translations, newstyle=True)  # type: ignore[attr-defined]  # noqa: SLF001  see above
        made.globals["_"] = made.globals["gettext"]
        return made


def environment(language: str) -> LanguageEnvironment:
    """The running application's templates in a language."""
    kept: dict[str, LanguageEnvironment] = current_app.extensions.setdefault("intendant.templates", {})
    if language not in kept:
        base: Any = current_app.jinja_env
        kept[language] = base.in_language(catalogue(language))
    return kept[language]


def render(app: Flask, name: str, language: str, values: Mapping[str, Any]) -> str:
    """One template with what every page gets."""
    context = dict(values)
    app.update_template_context(context)
    return environment(language).get_template(name).render(context)

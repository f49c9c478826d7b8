"""The interface strings, as templates ask for them.

Flask-Babel finds the catalog anew for every string, which costs more than the string; a page has
dozens. Here the catalog of each locale is loaded once.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import NullTranslations

from babel.support import Translations
from flask import Flask, current_app

from app.language.locales import current_code


def init_app(app: Flask) -> None:
    """Give the templates ``_`` and its kin. After Flask-Babel, whose own they replace."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalog().gettext(text),
        ngettext=lambda one, many, number: _catalog().ngettext(one, many, number),
        pgettext=lambda context, text: _catalog().pgettext(context, text),
        npgettext=lambda context, one, many, number: _catalog().npgettext(
            context, one, many, number
        ),
        newstyle=True,
    )


def _catalog() -> NullTranslations:
    return _load(current_app.config["BABEL_TRANSLATION_DIRECTORIES"], current_code())


@lru_cache
def _load(folder: str, code: str) -> NullTranslations:
    return Translations.load(folder, [code])

"""Text kept in several languages: the ``Translated`` column and its value ``Text``.

A row holds what a person wrote: one Uzbek script is enough, the other is derived by the script
converter; a text written by hand in the other script wins. A missing Russian text falls back to
Uzbek and is marked with its own ``lang``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import JSON, TypeDecorator

from app.language.locales import BY_CODE, LOCALES, RU, UZ_CYRL, UZ_LATN, Locale, current
from app.language.script import to_cyrillic, to_latin

_latin = lru_cache(maxsize=8192)(to_latin)
_cyrillic = lru_cache(maxsize=8192)(to_cyrillic)


class Text:
    """One text in up to three languages. Immutable; false when it has no text at all."""

    __slots__ = ("_by_code",)

    def __init__(self, by_code: Mapping[str, str] | None = None) -> None:
        """*by_code* maps locale codes to texts; empty ones are left out. ``ValueError`` on a code
        that is no locale of the portal."""
        given = by_code or {}
        unknown = set(given) - set(BY_CODE)
        if unknown:
            raise ValueError(f"no such locale: {', '.join(sorted(unknown))}")
        self._by_code = {code: text for code, text in given.items() if text}

    def in_locale(self, locale: Locale) -> tuple[str, Locale]:
        """The text for a reader of *locale*, and the locale it is really in."""
        own = self._by_code.get(locale.code)
        if own is not None:
            return own, locale
        if locale is RU:
            for other in (UZ_CYRL, UZ_LATN):
                if other.code in self._by_code:
                    return self._by_code[other.code], other
            return "", RU
        if locale is UZ_LATN and UZ_CYRL.code in self._by_code:
            return _latin(self._by_code[UZ_CYRL.code]), UZ_LATN
        if locale is UZ_CYRL and UZ_LATN.code in self._by_code:
            return _cyrillic(self._by_code[UZ_LATN.code]), UZ_CYRL
        return self._by_code.get(RU.code, ""), RU

    def __str__(self) -> str:
        """The text for the reader of this request."""
        return self.in_locale(current())[0]

    def __html__(self) -> Markup:
        """The same, escaped; wrapped in a ``span`` with its ``lang`` when it is in another one."""
        wanted = current()
        text, actual = self.in_locale(wanted)
        if actual is wanted or not text:
            return escape(text)
        return Markup('<span lang="{}">{}</span>').format(actual.tag, text)

    def __bool__(self) -> bool:
        return bool(self._by_code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._by_code == other._by_code

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._by_code.items())))

    def __repr__(self) -> str:
        return f"Text({self._by_code!r})"

    def stored(self) -> dict[str, str]:
        """What a person wrote, by locale code; nothing derived."""
        return dict(self._by_code)

    def every(self) -> list[str]:
        """The distinct texts of all locales, derived ones too: what a search may match."""
        return list(dict.fromkeys(self.in_locale(locale)[0] for locale in LOCALES))


class Translated(TypeDecorator[Text]):
    """A JSON column that holds a ``Text``."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Text | Mapping[str, str] | None, dialect: Any) -> Any:
        """Store only what a person wrote."""
        if value is None:
            return {}
        return value.stored() if isinstance(value, Text) else Text(value).stored()

    def process_result_value(self, value: Any, dialect: Any) -> Text:
        """Give back a ``Text``, an empty one for NULL."""
        return Text(value)

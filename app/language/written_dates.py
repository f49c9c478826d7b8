"""Dates inside texts: an ordinal in digits takes a hyphen in Latin and none in Cyrillic.

«2026 йил 1 апрелдан» is “2026-yil 1-apreldan”. A number of years («10 йил муддатга», «35 йиллик»)
has no hyphen in either script.
"""

from __future__ import annotations

import re

_YEAR = r"(?<![\w.,/-])(?P<year>1\d{3}|20\d\d|21\d\d)"
_DAY = r"(?<![\w.,/])(?P<day>[1-9]|[12]\d|3[01])"
_CYRILLIC_MONTHS = "январ|феврал|март|апрел|май|мая|июн|июл|август|сентябр|октябр|ноябр|декабр"
_LATIN_MONTHS = (
    "yanvar|fevral|mart|aprel|may|iyun|iyul|avgust|sentabr|oktabr|noyabr|dekabr"
)  # fmt: skip

_CYRILLIC_YEAR = re.compile(rf"{_YEAR} (?=йил(?!ли[кг]))", re.IGNORECASE)
_CYRILLIC_DAY = re.compile(rf"{_DAY} (?=(?:{_CYRILLIC_MONTHS})[а-яўқғҳ]*\b)", re.IGNORECASE)
_LATIN_YEAR = re.compile(rf"{_YEAR}-(?=yil(?!li[kg]))", re.IGNORECASE)
_LATIN_DAY = re.compile(rf"{_DAY}-(?=(?:{_LATIN_MONTHS})[a-zʻʼ]*\b)", re.IGNORECASE)


def with_hyphens(text: str) -> str:
    """The Cyrillic *text* with the hyphens that its dates have in Latin."""
    return _CYRILLIC_DAY.sub(r"\g<day>-", _CYRILLIC_YEAR.sub(r"\g<year>-", text))


def without_hyphens(text: str) -> str:
    """The Latin *text* without the hyphens that its dates do not have in Cyrillic."""
    return _LATIN_DAY.sub(r"\g<day> ", _LATIN_YEAR.sub(r"\g<year> ", text))

"""Alphabetical order for the script that is shown, as a key to store in a column.

A key is made of small Latin letters only, two for each letter or digit, so that any database
orders it alike whatever its collation. Digits come before letters, numbers by their value;
case, hyphens and the apostrophe do not count. Letters of another script follow the alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_lowercase

from app.language.orthography import APOSTROPHES

_ALPHABETS = {
    "uz_Cyrl": "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я ў қ ғ ҳ",
    "uz_Latn": "a b c d e f g h i j k l m n o p q r s t u v w x y z oʻ gʻ sh ch ng",
    # In Russian ё is ordered as е.
    "ru": "а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я",
}
_OTHERS = "a b c d e f g h i j k l m n o p q r s t u v w x y z а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я ў қ ғ ҳ"  # fmt: skip # noqa: E501
_SPACE = "aa"
_FIRST_DIGIT, _FIRST_LETTER, _FIRST_OTHER = 26, 52, 182
_SIGN = f"[{re.escape(APOSTROPHES)}]"


def sort_key(text: str, locale: str) -> str:
    """Give the key that orders `text` by the alphabet of `locale` (uz_Cyrl, uz_Latn, ru).

    KeyError for another locale.
    """
    cells = _cells(locale)
    folded = re.sub(f"([og]){_SIGN}", r"\1ʻ", _fold(text, locale))
    key = []
    for token in _TOKENS[locale].findall(folded):
        if token.isdecimal():
            key.append(_number(token))
        elif token in cells:
            key.append(cells[token])
        elif token.isspace():
            key.append(_SPACE)
    return "".join(key)


def _fold(text: str, locale: str) -> str:
    """Lower case, accents off foreign letters (й and ё are letters), spaces made single."""
    lowered = " ".join(text.casefold().split())
    if locale == "ru":
        lowered = lowered.replace("ё", "е")
    return "".join(
        letter if "а" <= letter <= "ӿ" else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", lowered)
    )


def _number(digits: str) -> str:
    """Digits after their count, so that 2 comes before 10; at most 26 digits count."""
    significant = (digits.lstrip("0") or "0")[:26]
    return _cell(_FIRST_DIGIT + len(significant) - 1) + "".join(
        _cell(_FIRST_DIGIT + int(digit)) for digit in significant
    )


def _cell(number: int) -> str:
    return ascii_lowercase[number // 26] + ascii_lowercase[number % 26]


@lru_cache(maxsize=8)
def _cells(locale: str) -> dict[str, str]:
    letters = _ALPHABETS[locale].split()
    cells = {letter: _cell(_FIRST_LETTER + i) for i, letter in enumerate(letters)}
    for i, letter in enumerate(_OTHERS.split()):
        cells.setdefault(letter, _cell(_FIRST_OTHER + i))
    return cells


_TOKENS = {
    "uz_Latn": re.compile(r"oʻ|gʻ|sh|ch|ng|\d+|\w|\s"),
    "uz_Cyrl": re.compile(r"\d+|\w|\s"),
    "ru": re.compile(r"\d+|\w|\s"),
}

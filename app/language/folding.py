"""One form for what is written in either Uzbek script, in Russian or in its transliterations.

``fold`` maps everything to a skeleton of plain Latin letters in which the usual ways of writing
one word meet: ``Гувоҳнома``, ``guvohnoma`` and ``guvoxnoma``; ``ўй``, ``oʻy``, ``oy`` and ``уй``;
``загранпаспорт`` and ``zagranpasport``; ``бюджет``, ``budjet`` and ``byudjet``. Letters that people
mix up for want of a key become one: ў у о, қ к, ҳ х, ғ г, ё after a consonant. ``stems`` takes
Uzbek and Russian endings off a folded word. ``other_layouts`` reads a text as if it had been typed
with the wrong keyboard layout switched on.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j",
    "з": "z", "и": "i", "й": "y", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n", "о": "o",
    "ў": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "x", "ҳ": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "ә": "a", "ө": "o", "ү": "u", "ң": "ng", "һ": "h", "і": "i", "ҷ": "j", "ҝ": "g",
}  # fmt: skip
# ş ç ö ğ: the Latin alphabet before the Senate in 2026, and Turkish keyboards.
_LATIN = {"ş": "sh", "ç": "ch", "ñ": "ng", "ı": "i", "ß": "ss"}
_APOSTROPHES = "'`ʻʼʽʾʿ‘’‛′´ˈ＇"
_TABLE: dict[int, str | None] = {
    **{ord(k): v for k, v in (_CYRILLIC | _LATIN).items()},
    **{ord(mark): None for mark in _APOSTROPHES},
    0x0301: None,  # the stress mark of dictionaries
}
# In this order. "ts" also stands for ц, "kh" for х, "zh" for ж in Russian transliteration.
_DIGRAPHS = (
    ("shch", "sh"), ("sch", "sh"), ("ch", "\x01"), ("ck", "k"), ("c", "s"), ("\x01", "ch"),
    ("zh", "j"), ("dj", "j"), ("kh", "h"), ("gh", "g"), ("ts", "s"), ("ph", "f"), ("x", "h"),
    ("q", "k"), ("w", "v"), ("y", "i"), ("u", "o"),
)  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")
_SOFT = re.compile(r"(?<=[b-df-hj-np-tvz])i(?=[ao])")
_WORD = re.compile(r"[a-z0-9]+")

# The longest text that is folded; a search field takes less.
LONGEST = 20_000


def fold(text: str) -> str:
    """Return *text* as skeleton words with a single space between them."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Return the skeleton words of *text* in order; marks and signs only part them."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).lower()
    text = text.replace("ьо", "йо").translate(_TABLE)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not _combining(c))
    return [skeleton for word in _WORD.findall(text) if (skeleton := _skeleton(word))]


def _combining(character: str) -> bool:
    return unicodedata.combining(character) != 0


@lru_cache(maxsize=8192)
def _skeleton(word: str) -> str:
    if word.isdigit():
        return word
    # Russian -ии must not end like a form in Uzbek -и: лицензии goes the way of лицензия.
    word = word[:-1] + "a" if word.endswith("ii") else word
    word = _DOUBLED.sub(r"\1", word)
    for before, after in _DIGRAPHS:
        word = word.replace(before, after)
    word = _DOUBLED.sub(r"\1", word).replace("ie", "e")
    return _DOUBLED.sub(r"\1", _SOFT.sub("", word))


def _longest_first(endings: str) -> tuple[str, ...]:
    return tuple(sorted(endings.split(), key=lambda ending: (-len(ending), ending)))


# Endings on folded words (u is o, q is k, y is i). Uzbek piles them up, so they are taken off one
# after another, as long as three letters stay, two before a case; Russian has one, and four stay.
_UZBEK_ENDINGS = _longest_first(
    # plural, cases, possessives, copula, question
    "lar ning dagi gacha kacha dan dir ni ga da si mi ingiz imiz ngiz ing ang im am"
    # verbs
    " mokchiman mokchimiz mokchi moki mok ish ash ganlik ganligi ganman gan kan iapman aman aiman"
    " iman adi aidi iladi sam sak dim dik di man miz ib lik ligi"
)
_POSSESSIVES = {"ingiz", "imiz", "ngiz", "ing", "ang", "im", "am"}
_CASES = {"ning", "ni", "ga", "da", "dan", "lar"}
_RUSSIAN_ENDINGS = _longest_first(
    "iami ami imi ogo ego omo emo oio eio aia aio irovat ovat am om em im ov ev oi ei ai ah ih"
    " it at et ok ski skaia skoe skoi skogo skomo skoio skih skim skom"
)
_VOWELS = "aeio"


@lru_cache(maxsize=16384)
def stems(word: str) -> tuple[str, ...]:
    """Return the folded *word* without Uzbek endings and, where that differs, without a Russian
    one: a skeleton does not say which language it is in. Keys, not words of any language; the
    forms of one word share at least one of them."""
    if word[0].isdigit():
        return (word,)
    uzbek, russian = _without_uzbek(word), _without_russian(word)
    return (uzbek,) if uzbek == russian else (uzbek, russian)


def _without_uzbek(word: str) -> str:
    owned = False
    left = word
    while left:
        word, left = left, ""
        for ending in _UZBEK_ENDINGS:
            stays = 2 if ending in _CASES else 3  # уйда, ИПни
            if owned and ending in _POSSESSIVES:
                continue  # one owner is enough: жарима-м, not жар-им-ам
            if word.endswith(ending) and len(word) - len(ending) >= stays:
                owned = owned or ending in _POSSESSIVES
                left = word[: -len(ending)]
                break
    return _without_vowels(word)


def _without_russian(word: str) -> str:
    for ending in _RUSSIAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return _without_vowels(word[: -len(ending)])
    return _without_vowels(word)


def _without_vowels(word: str) -> str:
    while len(word) > 3 and word[-1] in _VOWELS:
        word = word[:-1]
    return word


# The keys, row after row, and what the Russian and the Uzbek Cyrillic layouts type on them.
_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.-="
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю-="
_UZBEK = "ёйцукенгшўзхъфқвапролджэячсмитьбюғҳ"
_SHIFTED = str.maketrans('~{}:"<>_+', "`[];',.-=")
_TO_RUSSIAN = str.maketrans(_QWERTY, _RUSSIAN)
_TO_UZBEK = str.maketrans(_QWERTY, _UZBEK)
_TO_QWERTY = {
    **str.maketrans(_RUSSIAN, _QWERTY),
    **str.maketrans(_UZBEK, _QWERTY),
}
_HAS_CYRILLIC = re.compile("[а-яёўқғҳ]")
_HAS_LATIN = re.compile("[a-z]")


def other_layouts(text: str) -> list[str]:
    """Return what *text* would be, had another keyboard layout been on: Latin keys read as the
    Russian and as the Uzbek layout, or Cyrillic keys as QWERTY; nothing for a mix of both."""
    text = text.lower()
    cyrillic, latin = _HAS_CYRILLIC.search(text), _HAS_LATIN.search(text)
    if bool(cyrillic) == bool(latin):
        return []
    if cyrillic:
        return [text.translate(_TO_QWERTY)]
    keys = text.translate(_SHIFTED)
    return list(dict.fromkeys((keys.translate(_TO_RUSSIAN), keys.translate(_TO_UZBEK))))

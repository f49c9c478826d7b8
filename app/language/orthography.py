"""Alphabets of Uzbek as tables: letters, vowels and the respelling of a Latin variant.

The official Latin alphabet is that of the law of 2 September 1993 (as amended on 6 May 1995);
the spelling rules are those approved by the Cabinet of Ministers on 24 August 1995, No. 339.
Modifier letters: U+02BB turned comma in oʻ and gʻ, U+02BC apostrophe for the tutuq belgisi.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TURNED_COMMA = "\u02bb"
TUTUQ = "\u02bc"
# Everything that people type for the two signs above; the double quote is never one of them.
APOSTROPHES = "\u02bb\u02bc'\u2019\u2018`\u00b4\u2032\u201b\u02b9"

CYRILLIC_VOWELS = "аеёиоуэюяўы"
LATIN_VOWELS = "aeiou"

# е, ц, ъ and щ depend on their neighbours and are decided in script.py, as are some pairs.
CYRILLIC_TO_LATIN: Mapping[str, str] = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ё": "yo", "ж": "j", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "x", "ч": "ch", "ш": "sh",
    "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ў": "oʻ", "қ": "q", "ғ": "gʻ", "ҳ": "h",
    "ә": "a", "ң": "ng", "ө": "oʻ", "ү": "u", "ұ": "u", "і": "i",
}  # fmt: skip

LATIN_TO_CYRILLIC: Mapping[str, str] = {
    "yoʻ": "йў", "sʼh": "сҳ",
    "oʻ": "ў", "gʻ": "ғ", "sh": "ш", "ch": "ч", "yo": "ё", "yu": "ю", "ya": "я", "ye": "е",
    "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "ҳ",
    "i": "и", "j": "ж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п",
    "q": "қ", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "х",
    "y": "й", "z": "з", "ʼ": "ъ",
}  # fmt: skip


@dataclass(frozen=True)
class Orthography:
    """A Latin alphabet, written as what differs from the official one.

    `respelling` maps lower-case official spellings ("sh", "oʻ") to those of this alphabet;
    longer ones win. Capitals are derived: "Sh" and "SH" from "sh". `quotes` are the marks
    that stand for « » in it. The official alphabet has an empty respelling.
    """

    name: str
    respelling: Mapping[str, str] = field(default_factory=dict)
    quotes: tuple[str, str] = ("\u201c", "\u201d")

    def __hash__(self) -> int:
        return hash((self.name, self.quotes, tuple(sorted(self.respelling.items()))))

    def respell(self, official: str) -> str:
        """Give `official` (text in the official alphabet) in this alphabet."""
        if not self.respelling:
            return official
        keys = sorted(self.respelling, key=len, reverse=True)
        pattern = "|".join(map(re.escape, keys))
        return re.sub(pattern, self._in_case, official, flags=re.IGNORECASE)

    def _in_case(self, match: re.Match[str]) -> str:
        written = match.group()
        letter = self.respelling[written.lower()]
        if written == written.lower():
            return letter
        return letter.upper() if len(letter) == 1 else letter[0].upper() + letter[1:]


OFFICIAL = Orthography("official-1995")

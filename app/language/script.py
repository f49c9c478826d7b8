"""Uzbek between its two scripts, on whole texts.

`to_latin` follows letters and their neighbours; `to_cyrillic`, where one Latin spelling has
several Cyrillic ones, also the stem lists (stems.py) and patterns of borrowed words. Quotation
marks follow the script: « » in Cyrillic, “ ” in Latin, and so do the hyphens of dates
(written_dates.py). Digits and all other signs stay.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.language import stems
from app.language.orthography import (
    APOSTROPHES,
    CYRILLIC_TO_LATIN,
    CYRILLIC_VOWELS,
    OFFICIAL,
    TURNED_COMMA,
    TUTUQ,
    Orthography,
)
from app.language.shapes import letters_to_cyrillic
from app.language.verbatim import TRIGGER, VERBATIM, is_foreign, is_roman
from app.language.written_dates import with_hyphens, without_hyphens

_CYRILLIC = "А-Яа-яЁёЎўҚқҒғҲҳӘәҢңӨөҮүҰұІі"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_SIGNS = re.escape(APOSTROPHES)
_CYRILLIC_LETTER = re.compile(f"[{_CYRILLIC}]")
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
_LATIN_WORD = f"[{_LATIN}]+(?:[{_SIGNS}]{{1,2}}[{_LATIN}]+)*[{_SIGNS}]?"

_TO_LATIN_WORDS = re.compile(f"(?P<word>[{_CYRILLIC}]+)|(?P<latin>{_LATIN_WORD})|[«»]")
_TO_LATIN_ALL = re.compile(f"(?P<kept>{VERBATIM})|{_TO_LATIN_WORDS.pattern}")
_TO_CYRILLIC_WORDS = re.compile(
    rf"(?<![{_CYRILLIC}])(?P<word>{_LATIN_WORD})(?P<after>(?=\.\s?[A-Z]))?|[“”]"
)


@lru_cache(maxsize=1)
def _to_cyrillic_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """For plain texts and for texts with anything to protect; both keep compound brands."""
    compound = sorted((name for name in stems.brands() if re.search("[- ]", name)), key=len)
    names = "|".join(re.escape(name) for name in reversed(compound))
    plain = rf"(?<!\w)(?:{names})(?![{_LATIN}])|{_TO_CYRILLIC_WORDS.pattern}"
    return re.compile(plain), re.compile(f"(?P<kept>{VERBATIM})|{plain}")


def convert(text: str, locale: str) -> str:
    """Give `text` in the script of `locale`, "uz_Latn" or "uz_Cyrl"; ValueError for another."""
    if locale == "uz_Latn":
        return to_latin(text)
    if locale == "uz_Cyrl":
        return to_cyrillic(text)
    raise ValueError(f"no Uzbek script for locale {locale!r}")


def to_latin(text: str, orthography: Orthography = OFFICIAL) -> str:
    """Give `text` in Latin letters of `orthography`; Latin text only has its apostrophes set right.

    Addresses, markup, placeholders and codes stay as they are (see verbatim.py).
    """
    if len(text) <= 200:
        return _short_to_latin(text, orthography)
    return _to_latin(text, orthography)


def to_cyrillic(text: str) -> str:
    """Give Uzbek `text` in Cyrillic letters; Roman numerals and brands stay.

    A text that is mostly Cyrillic is returned as it is.
    """
    return _short_to_cyrillic(text) if len(text) <= 200 else _to_cyrillic(text)


@lru_cache(maxsize=8192)
def _short_to_latin(text: str, orthography: Orthography) -> str:
    return _to_latin(text, orthography)


@lru_cache(maxsize=8192)
def _short_to_cyrillic(text: str) -> str:
    return _to_cyrillic(text)


# --- Cyrillic to Latin -------------------------------------------------------------------------


def _to_latin(text: str, orthography: Orthography) -> str:
    pattern = _TO_LATIN_ALL if TRIGGER.search(text) else _TO_LATIN_WORDS
    has_cyrillic = _CYRILLIC_LETTER.search(text) is not None
    if has_cyrillic:
        text = with_hyphens(text)

    def replace(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "word":
            return _word_to_latin(match.group(), orthography)
        if kind == "latin":
            return orthography.respell(_tidy_latin(match.group()))
        if kind is None and has_cyrillic:
            return orthography.quotes[match.group() == "»"]
        return match.group()

    return pattern.sub(replace, text)


@lru_cache(maxsize=65536)
def _word_to_latin(word: str, orthography: Orthography) -> str:
    return orthography.respell(_official_latin(word))


def _official_latin(word: str) -> str:
    known = _abbreviation_to_latin(word)
    if known:
        return known
    lowered = word.lower()
    capitals = word.isupper() and len(word) > 1
    if word == lowered or word[1:] == lowered[1:] or (capitals and not _is_abbreviation(lowered)):
        latin = _lower_to_latin(lowered)
        if word == lowered:
            return latin
        return latin.upper() if capitals else latin[0].upper() + latin[1:]
    units = _latin_units(lowered)
    return "".join(
        unit[:1].upper() + unit[1:] if letter.isupper() else unit
        for letter, unit in zip(word, units, strict=True)
    )


def _abbreviation_to_latin(word: str) -> str | None:
    """The Latin of a listed abbreviation, with the lower-case suffix that may follow it."""
    if len(word) < 2 or (not word[1:2].isupper() and not any(c.isupper() for c in word[2:])):
        return None
    end = len(word)
    while end and word[end - 1].islower():
        end -= 1
    listed = stems.abbreviations()
    for stop in {len(word), end}:
        if word[:stop] in listed:
            rest = word[stop:]
            return listed[word[:stop]] + "".join(_latin_units(rest, before=word[stop - 1].lower()))
    return None


def _is_abbreviation(lowered: str) -> bool:
    """Guess whether an all-capital word is read letter by letter: it cannot be pronounced."""
    if not any(letter in CYRILLIC_VOWELS for letter in lowered):
        return True
    return len(lowered) <= 6 and re.match(rf"[^{CYRILLIC_VOWELS}ь]{{3}}", lowered) is not None


def _lower_to_latin(lowered: str) -> str:
    found = stems.find_cyrillic(lowered)
    if found is None:
        return "".join(_latin_units(lowered))
    _, stem, rest = found
    before = lowered[len(lowered) - len(rest) - 1] if rest else ""
    return stem + "".join(_latin_units(rest, before))


def _latin_units(lowered: str, before: str = "") -> list[str]:
    """The Latin of each Cyrillic letter, by letter and neighbours; `before` is what precedes."""
    units = []
    for i, letter in enumerate(lowered):
        after = lowered[i + 1 : i + 2]
        units.append(_latin_unit(letter, before, after))
        before = letter
    return units


def _latin_unit(letter: str, before: str, after: str) -> str:
    after_vowel = before != "" and before in CYRILLIC_VOWELS
    if letter == "е":
        return "ye" if not before or after_vowel or before in "ъь" else "e"
    if letter == "ц" and before != "ц":
        return "ts" if after_vowel else "s"
    if letter == "ъ":
        # obyekt, but maʼyus; moʻjiza
        iotated = after != "" and after in "еёюя"
        dropped = before in ("", "ў") or (iotated and not after_vowel)
        return "" if dropped else TUTUQ
    if letter == "щ":
        return "shch" if after and after in CYRILLIC_VOWELS else "sh"
    if letter == "ь" and after == "о":
        # pochtalyon, not pochtalon
        return "y"
    return {"сҳ": TUTUQ + "h", "цц": ""}.get(before + letter, CYRILLIC_TO_LATIN.get(letter, letter))


# --- Latin words and their apostrophes ---------------------------------------------------------

_ENGLISH_ENDING = re.compile(r"(?:n['’]t|[^oOgG]['’](?:s|re|ll|ve))$", re.IGNORECASE)
_FINAL_TUTUQ = re.compile("jome|mavze|tobe|voqe|nafe|sham|man|tab|vaz|naf|raf|qat|jam|shoje|mane")


def _ends_in_tutuq(word: str, i: int) -> bool:
    """Tell whether the sign at `i` is the ъ of ixtiroʼ, ijmoʼ and not the mark of oʻ."""
    return word[i - 1] in "oO" and i > 2 and i == len(word) - 1


@lru_cache(maxsize=65536)
def _tidy_latin(word: str) -> str:
    """Set the apostrophes of a Latin word right: U+02BB after o and g, U+02BC elsewhere."""
    if word.isascii() and "'" not in word and "`" not in word:
        return word
    if is_foreign(word) or _ENGLISH_ENDING.search(word):
        return word
    letters = list(word)
    for i, sign in enumerate(letters):
        if sign not in APOSTROPHES:
            continue
        if i and letters[i - 1] in "oOgG" and not (sign == TUTUQ and _ends_in_tutuq(word, i)):
            letters[i] = TURNED_COMMA
        elif i < len(letters) - 1 or sign == TUTUQ or _FINAL_TUTUQ.fullmatch(word[:-1].lower()):
            letters[i] = TUTUQ
    return "".join(letters)


# --- Latin to Cyrillic -------------------------------------------------------------------------


def _to_cyrillic(text: str) -> str:
    if len(_CYRILLIC_LETTER.findall(text)) > 2 * len(_LATIN_LETTER.findall(text)):
        # a Cyrillic text: what is Latin in it is meant to be
        return text
    text = without_hyphens(text)
    pattern = _to_cyrillic_patterns()[TRIGGER.search(text) is not None]
    quotes = []

    def replace(match: re.Match[str]) -> str:
        word = match["word"]
        if word is None:
            if match.group() in "“”":
                quotes.append(match)
            return match.group()
        return _latin_word(text, match, word)

    converted = pattern.sub(replace, text)
    if quotes and converted != text:
        converted = pattern.sub(_cyrillic_quote, converted)
    return converted


def _cyrillic_quote(match: re.Match[str]) -> str:
    return {"“": "«", "”": "»"}.get(match.group(), match.group())


def _latin_word(text: str, match: re.Match[str], word: str) -> str:
    """Convert one word found in `text`, setting apart a sign that closes a quotation."""
    closing = ""
    if word[-1] in APOSTROPHES:
        opened = match.start() > 0 and text[match.start() - 1] in "'‘`’"
        quoted = opened or (word[-1] in "'’" and _unclosed(text, match.start()))
        if quoted or not _sign_belongs(word):
            word, closing = word[:-1], word[-1]
    initial = match["after"] is not None and len(word) == 1
    if not initial and word.isupper() and is_roman(word):
        return word + closing
    return _word_to_cyrillic(word) + closing


def _unclosed(text: str, start: int) -> bool:
    """Tell whether a single quotation mark before `start` still waits for its pair."""
    openings = list(re.finditer(r"(?<![^\s(«\"“])['‘](?=\w)", text[:start]))
    return bool(openings) and not re.search(r"['’](?!\w)", text[openings[-1].end() : start])


def _sign_belongs(word: str) -> bool:
    before = word[-2:-1].lower()
    return before in "og" or word[-1] == TUTUQ or bool(_FINAL_TUTUQ.fullmatch(word[:-1].lower()))


@lru_cache(maxsize=65536)
def _word_to_cyrillic(word: str) -> str:
    kept = _brand(word)
    if kept is not None:
        return kept
    tidy = _tidy_latin(word)
    listed = _abbreviation_to_cyrillic(tidy)
    if listed is not None:
        return listed
    units = _UNIT.findall(tidy)
    cases = [unit[0].isupper() for unit in units if unit not in APOSTROPHES]
    english = _ENGLISH_ENDING.search(word) is not None
    if english or is_foreign(word) or (_is_camel(cases) and not _UZBEK_ONLY.search(tidy)):
        return word
    if any(cases[1:]) and not all(cases):
        return _mixed_to_cyrillic(units)
    cyrillic = _lower_to_cyrillic(tidy.lower())
    if all(cases):
        return cyrillic.upper()
    return cyrillic[0].upper() + cyrillic[1:] if cases[0] else cyrillic


_UZBEK_ONLY = re.compile("[oOgG]ʻ|[qQ](?![uU])")
_UNIT = re.compile(r"[Yy][Oo]ʻ|[Ss]ʼ[Hh]|[OoGg]ʻ|[Ss][Hh]|[Cc][Hh]|[Yy][OoUuAaEe]|.", re.DOTALL)


def _is_camel(cases: list[bool]) -> bool:
    """YouTube, iPhone, PayPal: a capital inside that is followed by small letters."""
    shape = "".join("U" if case else "l" for case in cases)
    return re.search(r"lU+l", shape) is not None and shape.count("U") < 4


def _mixed_to_cyrillic(units: list[str]) -> str:
    out = []
    before = ""
    for unit in units:
        letter = letters_to_cyrillic(unit.lower(), before)
        out.append(letter.upper() if unit[0].isupper() else letter)
        before = unit[-1].lower()
    return "".join(out)


def _brand(word: str) -> str | None:
    """The word itself when it is a brand; with a suffix, the brand and the suffix converted."""
    brands = stems.brands()
    if word in brands:
        return word
    for end in range(len(word) - 1, 1, -1):
        rest = word[end:]
        if word[:end] in brands and rest.lstrip(APOSTROPHES).islower():
            tail = rest.lstrip(APOSTROPHES)
            if stems.is_suffix(tail) and (tail != rest or not word[:end].islower()):
                return word[:end] + rest[: len(rest) - len(tail)] + _lower_to_cyrillic(tail)
    return None


def _abbreviation_to_cyrillic(word: str) -> str | None:
    """The Cyrillic of a listed abbreviation, with the lower-case suffix that may follow it."""
    if not word[1:2] or word[1:].islower():
        return None
    listed = stems.abbreviations_in_cyrillic()
    for end in range(len(word), 1, -1):
        if word[:end] in listed and (end == len(word) or word[end:].islower()):
            return listed[word[:end]] + letters_to_cyrillic(word[end:], "n")
    return None


def _lower_to_cyrillic(lowered: str) -> str:
    found = stems.find_latin(lowered)
    if found is None and TUTUQ in lowered:
        # alʼbom, obʼekt: the sign stands for the ь or ъ that the plain spelling has anyway
        plain = _lower_to_cyrillic(lowered.replace(TUTUQ, ""))
        if "ь" in plain or "ъ" in plain:
            return plain
    if found is None:
        return letters_to_cyrillic(lowered, "")
    prefix, stem, rest = found
    before = lowered[len(lowered) - len(rest) - 1] if rest else ""
    start = letters_to_cyrillic(prefix, "") if prefix else ""
    return start + stem + letters_to_cyrillic(rest, before)

"""The lists of words whose spelling in one script does not follow from the other by letters.

Files in data/, one entry a line, `#` starts a comment:

    sirk цирк           both ways
    konsert < консерт   Cyrillic to Latin only: a spelling that is met but not the standard one
    kontsert > концерт  Latin to Cyrillic only: the same
    sar = царь          this whole word only, without suffixes

A stem covers its inflected and derived forms. A stem in -ь loses the sign before any suffix, as
lex.uz writes it (апрель, but апрелдан, апрели).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).parent / "data"
# A stem at least this long may be followed by anything; a shorter one by known suffixes only.
_FREE_LENGTH = 6

_LONGEST_SUFFIX = 6
_LONGEST_STEM = 40
_PREFIX = re.compile(
    r"agro|anti|audio|avia|avto|bio|elektro|foto|geo|gidro|giper|gipo|infra|inter|kiber|kino"
    r"|kontr|kvazi|makro|mega|meta|mikro|mini|mono|moto|multi|nano|neo|neyro|oʻz|para|poli|post"
    r"|psevdo|psixo|radio|sotsio|stereo|sub|super|tele|termo|texno|trans|ultra|vitse|video|yarim"
    r"|yevro|evro"
)


class Stems(NamedTuple):
    """Both directions: the stem as it is met -> the stem in the other script (lower case)."""

    to_latin: dict[str, str]
    to_cyrillic: dict[str, str]
    whole_latin: dict[str, str]
    whole_cyrillic: dict[str, str]


def read_lines(name: str) -> Iterator[str]:
    """Yield the entries of a data file without comments and blank lines."""
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        entry = line.split("#", 1)[0].strip()
        if entry:
            yield entry


def read_pairs(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield (Latin, mark, Cyrillic) of a data file; the mark is "", "<", ">" or "="."""
    for entry in read_lines(name):
        parts = entry.split()
        if len(parts) == 3:
            yield parts[0], parts[1], parts[2]
        else:
            latin, cyrillic = parts
            yield latin, "", cyrillic


@lru_cache(maxsize=1)
def load() -> Stems:
    """Read the stem lists once per process."""
    stems = Stems({}, {}, {}, {})
    for name in ("borrowings.txt", "names.txt", "native.txt"):
        for latin, mark, cyrillic in read_pairs(name):
            _add(stems, latin.lower(), mark, cyrillic.lower())
    return stems


def _add(stems: Stems, latin: str, mark: str, cyrillic: str) -> None:
    whole = "=" in mark
    if "<" not in mark:
        (stems.whole_latin if whole else stems.to_cyrillic).setdefault(latin, cyrillic)
    if ">" not in mark:
        for variant in {cyrillic, cyrillic.removesuffix("ь")}:
            (stems.whole_cyrillic if whole else stems.to_latin).setdefault(variant, latin)


@lru_cache(maxsize=1)
def abbreviations() -> dict[str, str]:
    """Cyrillic abbreviation -> Latin one, both with their own capitals."""
    return {cyrillic: latin for latin, _, cyrillic in read_pairs("abbreviations.txt")}


@lru_cache(maxsize=1)
def abbreviations_in_cyrillic() -> dict[str, str]:
    """Latin abbreviation -> Cyrillic one; an all-capital variant of the Latin is known too."""
    known = {latin: cyrillic for latin, _, cyrillic in read_pairs("abbreviations.txt")}
    return {latin.upper(): cyrillic for latin, cyrillic in known.items()} | known


@lru_cache(maxsize=1)
def suffixes() -> tuple[frozenset[str], frozenset[str]]:
    """The Uzbek suffixes in Latin and in Cyrillic letters."""
    pairs = list(read_pairs("suffixes.txt"))
    return frozenset(pair[0] for pair in pairs), frozenset(pair[2] for pair in pairs)


@lru_cache(maxsize=1)
def brands() -> frozenset[str]:
    """Names written in Latin letters in either script."""
    return frozenset(read_lines("brands.txt"))


def find_latin(word: str) -> tuple[str, str, str] | None:
    """Split a lower-case Latin word into (before, Cyrillic stem, suffixes), or give None."""
    stems = load()
    found = _longest(word, stems.to_cyrillic, stems.whole_latin, suffixes()[0])
    if found:
        return "", found[0], found[1]
    prefix = _PREFIX.match(word)
    if prefix and len(word) > prefix.end() + 3:
        found = _longest(word[prefix.end() :], stems.to_cyrillic, {}, suffixes()[0])
        if found and len(found[0]) >= 4:
            return prefix.group(), found[0], found[1]
    return None


def find_cyrillic(word: str) -> tuple[str, str, str] | None:
    """Split a lower-case Cyrillic word into (before, Latin stem, suffixes), or give None."""
    stems = load()
    found = _longest(word, stems.to_latin, stems.whole_cyrillic, suffixes()[1])
    return ("", found[0], found[1]) if found else None


def _longest(
    word: str, stems: dict[str, str], whole: dict[str, str], endings: frozenset[str]
) -> tuple[str, str] | None:
    """The other script's stem and the rest of the word for the longest stem that fits."""
    if word in whole:
        return whole[word], ""
    for length in range(min(len(word), _LONGEST_STEM), 1, -1):
        stem = stems.get(word[:length])
        if stem is None:
            continue
        rest = word[length:]
        if not rest:
            return stem, rest
        if length >= _FREE_LENGTH or _is_chain(rest, endings):
            return stem.removesuffix("ь"), rest
    return None


def _is_chain(rest: str, endings: frozenset[str]) -> bool:
    """Tell whether `rest` is made of suffixes, or ends in a verb made with -la (-lash, -lan)."""
    reached = {0}
    for start in range(len(rest)):
        if start not in reached:
            continue
        if rest.startswith(("la", "ла"), start):
            return True
        for end in range(start + 1, min(start + _LONGEST_SUFFIX, len(rest)) + 1):
            if rest[start:end] in endings:
                reached.add(end)
    return len(rest) in reached


def is_suffix(latin: str) -> bool:
    """Tell whether lower-case `latin` is a chain of Uzbek suffixes."""
    return bool(latin) and _is_chain(latin, suffixes()[0])

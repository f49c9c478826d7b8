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

_LATIN_CHAIN = re.compile(
    r"(?:lar|imiz|ingiz|im|ing|i|si|miz|ngiz|ng|m|niki|ning|ni|gacha|ga|kacha|ka|qa|dagi|dan|da"
    r"|gi|dek|day|chalik|chilik|chi|cha|lik|lig|li|siz|man|san|dir|mi|gina|kina|roq|aviy|viy|niy"
    r"|iy|ona|yu|ya|ku|u|a|dor|xona|soz|shunos|parvar|boz|kor|dosh|bop|bon|gar|simon|furush|obod"
    r"|zor|zada|edi|emas|ekan|sh|ist|izm)*"
    r"(?:(?:la|lan|lash|lat)[a-zʻʼ]*)?"
)
_CYRILLIC_CHAIN = re.compile(
    r"(?:лар|имиз|ингиз|им|инг|и|си|миз|нгиз|нг|м|ники|нинг|ни|гача|га|кача|ка|қа|даги|дан|да"
    r"|ги|дек|дай|чалик|чилик|чи|ча|лик|лиг|ли|сиз|ман|сан|дир|ми|гина|кина|роқ|авий|вий|ний"
    r"|ий|она|ю|я|ку|у|а|дор|хона|соз|шунос|парвар|боз|кор|дош|боп|бон|гар|симон|фуруш|обод"
    r"|зор|зада|эди|эмас|экан|ш|ист|изм)*"
    r"(?:(?:ла|лан|лаш|лат)[а-яўқғҳё]*)?"
)
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
def brands() -> frozenset[str]:
    """Names written in Latin letters in either script."""
    return frozenset(read_lines("brands.txt"))


def find_latin(word: str) -> tuple[str, str, str] | None:
    """Split a lower-case Latin word into (before, Cyrillic stem, suffixes), or give None."""
    stems = load()
    found = _longest(word, stems.to_cyrillic, stems.whole_latin, _LATIN_CHAIN)
    if found:
        return "", found[0], found[1]
    prefix = _PREFIX.match(word)
    if prefix and len(word) > prefix.end() + 3:
        found = _longest(word[prefix.end() :], stems.to_cyrillic, {}, _LATIN_CHAIN)
        if found and len(found[0]) >= 4:
            return prefix.group(), found[0], found[1]
    return None


def find_cyrillic(word: str) -> tuple[str, str, str] | None:
    """Split a lower-case Cyrillic word into (before, Latin stem, suffixes), or give None."""
    stems = load()
    found = _longest(word, stems.to_latin, stems.whole_cyrillic, _CYRILLIC_CHAIN)
    return ("", found[0], found[1]) if found else None


def _longest(
    word: str, stems: dict[str, str], whole: dict[str, str], chain: re.Pattern[str]
) -> tuple[str, str] | None:
    """The other script's stem and the rest of the word for the longest stem that fits."""
    for length in range(len(word), 1, -1):
        start, rest = word[:length], word[length:]
        fits = not rest or chain.fullmatch(rest) is not None
        stem = stems.get(start) if fits or length >= _FREE_LENGTH else None
        if stem is None and not rest:
            stem = whole.get(start)
        if stem is not None:
            return (stem.removesuffix("ь") if rest else stem), rest
    return None


def is_suffix(latin: str) -> bool:
    """Tell whether lower-case `latin` is a chain of Uzbek suffixes."""
    return bool(latin) and _LATIN_CHAIN.fullmatch(latin) is not None

"""Words of everyday speech for the search: ``app/seed/search_words.toml``, folded."""

from __future__ import annotations

import tomllib
from functools import cache

from app.config import ROOT
from app.language.folding import stems, words

LONGEST_TERM = 32
_FILE = ROOT / "app" / "seed" / "search_words.toml"


@cache
def _data() -> dict[str, dict[str, list[str]] | list[str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _folded(name: str) -> frozenset[str]:
    return frozenset(folded for word in _data()[name] for folded in words(word))


@cache
def _same() -> dict[str, str]:
    """The stem that stands for all of its group, by every stem in the group."""
    found: dict[str, str] = {}
    for group in _data()["same"]:
        members = words(group)
        for word in members:
            for stem in stems(word):
                found.setdefault(stem, stems(members[0])[0])
    return found


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    """Terms by the term of the everyday word."""
    table = _data()["meanings"]
    assert isinstance(table, dict)
    found: dict[str, list[str]] = {}
    for said, meant in table.items():
        others = [term for other in meant for folded in words(other) for term in terms(folded)]
        for word in words(said):
            for term in terms(word):
                found.setdefault(term, []).extend(others)
    return {term: tuple(dict.fromkeys(others)) for term, others in found.items()}


def same(stem: str) -> str:
    """The stem that stands for all words with the meaning of *stem* in both languages."""
    return _same().get(stem, stem)


def terms(word: str) -> tuple[str, ...]:
    """The terms to look up for the folded *word*: what its stems stand for."""
    return tuple(dict.fromkeys(same(stem[:LONGEST_TERM]) for stem in stems(word)))


def terms_in(word: str, language: str) -> tuple[str, ...]:
    """The terms to index for the folded *word* of a text in *language*, ``"uz"`` or ``"ru"``: what
    its stem stands for, and the stem itself, to complete and correct what is typed."""
    stem = stem_in(word, language)
    return (stem,) if same(stem) == stem else (same(stem), stem)


def stem_in(word: str, language: str) -> str:
    """The folded *word* without the endings of *language*, ``"uz"`` or ``"ru"``."""
    return stems(word)[0 if language == "uz" else -1][:LONGEST_TERM]


def is_filler(word: str) -> bool:
    """Whether the folded *word* says nothing about what is looked for ("how", "get", "please")."""
    return word in _folded("fillers") or (len(word) == 1 and not word.isdigit())


def is_weak(word: str) -> bool:
    """Whether the folded *word* only tells apart what other words have found ("check", "find")."""
    return word in _folded("weak")


def meanings(term: str) -> tuple[str, ...]:
    """Terms of other words for the word with this *term*."""
    return _meanings().get(term, ())


def agency_names() -> dict[str, list[str]]:
    """Names that people use for state bodies, by the body's key."""
    table = _data()["agencies"]
    assert isinstance(table, dict)
    return table

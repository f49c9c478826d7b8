"""Words of everyday speech for the search: ``app/seed/search_words.toml``, folded."""

from __future__ import annotations

import tomllib
from functools import cache

from app.config import ROOT
from app.language.folding import stems, words

_FILE = ROOT / "app" / "seed" / "search_words.toml"


@cache
def _data() -> dict[str, dict[str, list[str]] | list[str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _fillers() -> frozenset[str]:
    listed = _data()["fillers"]
    return frozenset(folded for word in listed for folded in words(word))


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    """Stems by the stem of the everyday word."""
    table = _data()["meanings"]
    assert isinstance(table, dict)
    found: dict[str, list[str]] = {}
    for said, meant in table.items():
        for word in words(said):
            for stem in stems(word):
                for other in meant:
                    for folded in words(other):
                        found.setdefault(stem, []).extend(stems(folded))
    return {stem: tuple(dict.fromkeys(terms)) for stem, terms in found.items()}


def is_filler(word: str) -> bool:
    """Whether the folded *word* says nothing about what is looked for ("how", "get", "please")."""
    return word in _fillers() or (len(word) == 1 and not word.isdigit())


def meanings(stem: str) -> tuple[str, ...]:
    """Stems of other words for the word with this *stem*."""
    return _meanings().get(stem, ())


def agency_names() -> dict[str, list[str]]:
    """Names that people use for state bodies, by the body's key."""
    table = _data()["agencies"]
    assert isinstance(table, dict)
    return table

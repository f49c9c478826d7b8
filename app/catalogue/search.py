"""The search over services and state bodies.

A query is read in several ways at once: as typed, and as if another keyboard layout had been on.
Every word has candidate terms of the index: its stems, other words for it, and when it is not
known, words that begin so or are spelled nearly so. One query looks all of them up in the
vocabulary, a second reads their best rows, a third asks the rows found for words that are too
frequent to be read whole. All are bounded, so the cost does not grow with the catalogue.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest

from app.catalogue import search_queries, search_words
from app.catalogue.search_index import (
    KINDS,
    LONGEST_START,
    TOTAL,
    index_one,
    near_keys,
    phrase,
    reindex,
    spellings,
)
from app.catalogue.search_queries import Target, Weights
from app.catalogue.search_words import LONGEST_TERM, same, stem_in, terms
from app.language.folding import other_layouts, stems, words

__all__ = ["Hit", "Results", "index_one", "reindex", "search"]

LONGEST_QUERY = 200
MOST_WORDS = 12
_READ = 24  # best rows read of each term, more when more are asked for
_PROBED = 24  # rows asked for frequent words
_TERMS = 40  # looked for in one search
# Set on the development queries, where they matter little: see tests/accuracy.
_ENOUGH = 45.0  # from this weight on a word counts as covered
_ANY = 0.3  # what remains of a score when hardly any word is covered
_COVER = 2.0  # how steeply it rises with the share covered
_PHRASE = 0.6  # for the whole query being a name


@dataclass(frozen=True, slots=True)
class Hit:
    """A service or body (``kind``) by its id, and how well it fits compared with the others."""

    kind: str
    target_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """Hits, best first. ``suggestion`` is what was searched for instead of the words typed, when
    these made sense only with another keyboard layout or another spelling; else empty."""

    hits: list[Hit]
    suggestion: str = ""


@dataclass(slots=True)
class _Word:
    folded: str
    written: str
    terms: dict[str, float] = field(default_factory=dict)  # candidates and how good each is
    known: float = 0.0  # how sure we are of its meaning
    corrected: str = ""

    def offer(self, term: str, quality: float) -> None:
        if quality > self.terms.get(term, 0.0):
            self.terms[term] = quality


@dataclass(slots=True)
class _Reading:
    written: str
    words: list[_Word]
    switched: bool  # another keyboard layout
    phrases: list[str] = field(default_factory=list)

    def sense(self) -> float:
        """The share of its letters that is understood."""
        letters = sum(len(word.folded) for word in self.words)
        return sum(len(word.folded) * word.known for word in self.words) / max(1, letters)

    def likely(self) -> float:
        """For choosing between readings: what was typed is what was meant, when in doubt."""
        return round(self.sense(), 3) + (0 if self.switched else 0.2)


def search(query: str, *, limit: int = 20, kinds: Sequence[str] = KINDS) -> Results:
    """Return at most *limit* services and bodies of *kinds* for what a person typed.

    Any text is harmless; beyond 200 characters and 12 words it is cut. ``ValueError`` on a kind
    that is none.
    """
    codes = sorted(KINDS.index(kind) for kind in kinds)
    query = " ".join(query.replace("\0", " ")[:LONGEST_QUERY].split())
    readings = _readings(query)
    if not readings:
        return Results([])
    vocabulary = _look_up(readings)
    reading = max(readings, key=_Reading.likely)
    if reading.sense() < 1:
        _correct(readings, vocabulary)
        reading = max(readings, key=_Reading.likely)
    scores = _score(reading, vocabulary, codes, max(_READ, limit))
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    hits = [Hit(KINDS[kind], target_id, score) for (kind, target_id), score in best]
    return Results(hits, _suggestion(reading) if hits else "")


def _readings(query: str) -> list[_Reading]:
    readings = []
    for number, written in enumerate([query, *other_layouts(query)]):
        found = [_Word(folded, raw) for raw in written.split() for folded in words(raw)][
            :MOST_WORDS
        ]
        if not found:
            continue
        if len(found) > 1:
            found = [w for w in found if len(w.folded) > 1 or w.folded.isdigit()] or found
        reading = _Reading(written, found, switched=number > 0)
        for word in found:
            _offer(word)
        _join(found)
        readings.append(reading)
    return readings


def _offer(word: _Word) -> None:
    """The stems of the word, in every spelling, and of its other names."""
    forms = [word.folded]
    for other in spellings(word.written.lower())[1:]:
        forms += words(other)
    if not word.folded.isdigit():
        # How the young spell ш and ч.
        if "w" in word.written.lower():
            forms += words(word.written.lower().replace("w", "sh"))
        if any(c in word.folded for c in "46"):
            forms += words(word.written.lower().replace("4", "ch").replace("6", "sh"))
    for form in forms:
        for term in terms(form):
            word.offer(term, 1.0)
            for other in search_words.meanings(term):
                word.offer(other, 0.7)


def _join(found: list[_Word]) -> None:
    """Two words may be one: "загран паспорт"."""
    for first, second in itertools.pairwise(found):
        for term in terms(first.folded + second.folded):
            first.offer(term, 0.9)
            second.offer(term, 0.9)


@dataclass(slots=True)
class _Vocabulary:
    documents: dict[str, int]
    shown: dict[str, str]

    def rarity(self, term: str) -> float:
        """How much the term tells: from about 0.3 for one in every row."""
        count = self.documents.get(term)
        if not count:
            return 0.0
        return math.log(1.35 + self.documents.get(TOTAL, 1) / count)


def _look_up(readings: list[_Reading]) -> _Vocabulary:
    """Ask the vocabulary for every candidate at once, and for words that begin like the last."""
    wanted = {TOTAL}
    starts = []
    for reading in readings:
        for word in reading.words:
            wanted.update(word.terms)
        last = reading.words[-1]
        if 2 <= len(last.folded) <= LONGEST_START:
            wanted.add(last.folded + "*")
        elif len(last.folded) > LONGEST_START and not last.folded.isdigit():
            starts.append(_start(last))
    rows = search_queries.vocabulary(wanted, starts)
    vocabulary = _Vocabulary({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})
    for reading in readings:
        for word in reading.words:
            if any(term in vocabulary.documents for term in word.terms):
                word.known = 1.0
        _complete(reading.words[-1], vocabulary)
    return vocabulary


def _complete(word: _Word, vocabulary: _Vocabulary) -> None:
    """The last word may be still being typed."""
    known = word.known == 1.0
    start = word.folded + "*"
    if start in vocabulary.documents:
        word.offer(start, 0.3 if known else 0.75)
        word.known = max(word.known, 0.7)
    elif len(word.folded) > LONGEST_START:
        for term in vocabulary.documents:
            if term.startswith(_start(word)) and term not in word.terms:
                word.offer(term, 0.35 if known else 0.8)
                word.known = max(word.known, 0.8)


def _start(word: _Word) -> str:
    """How a word begins that is still being typed. An i may yet vanish: нотари, нотариус."""
    return (word.folded[:LONGEST_START] + word.folded[LONGEST_START:].rstrip("i"))[:LONGEST_TERM]


def _correct(readings: list[_Reading], vocabulary: _Vocabulary) -> None:
    """For words that nothing is known of: terms spelled nearly so."""
    unknown = [
        word
        for reading in readings
        for word in reading.words
        if not word.known and len(word.folded) >= 4 and not word.folded.isdigit()
    ]
    if not unknown:
        return
    asked = {word.folded: {stems(word.folded)[0], stems(word.folded)[-1]} for word in unknown}
    keys = {key for forms in asked.values() for form in forms for key in near_keys(form)}
    rows = search_queries.near(keys)
    by_key: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        vocabulary.documents.setdefault(row[1], row[2])
        vocabulary.shown.setdefault(row[1], row[3])
        by_key[row[0]].append(row[1])
    for word in unknown:
        near: dict[str, int] = {}
        for form in asked[word.folded]:
            if len(form) < 4:
                continue
            allowed = 1 if len(form) <= 5 else 2
            for key in near_keys(form):
                for term in by_key.get(key, ()):
                    # The first letter is seldom wrong.
                    distance = _distance(form, term, allowed) + (form[0] != term[0])
                    if distance <= allowed:
                        near[term] = min(distance, near.get(term, 9))
        if not near:
            continue
        closest = min(near.values())
        ranked = sorted(near, key=lambda t: (near[t], -vocabulary.documents[t], t))
        for term in ranked[:6]:
            quality = 0.8 if near[term] == 1 else 0.6
            word.offer(term, quality)
            if same(term) in vocabulary.documents:
                word.offer(same(term), quality)
        word.known = 0.75 if closest <= 1 else 0.55
        word.corrected = vocabulary.shown.get(ranked[0], "")


@lru_cache(maxsize=4096)
def _distance(a: str, b: str, most: int) -> int:
    """Edits from *a* to *b*, a swap of neighbours counting as one; more than *most* when so."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, row = row, current
    return row[-1]


def _phrases(reading: _Reading, vocabulary: _Vocabulary) -> list[str]:
    """Terms of the whole query as one phrase, by the best candidates of its words."""
    telling = [w for w in reading.words if not search_words.is_filler(w.folded)] or reading.words
    found = set()
    for language in ("uz", "ru"):
        chosen = []
        for word in telling:
            own = stem_in(word.folded, language)
            known = [t for t in word.terms if t in vocabulary.documents and t[-1] != "*"]
            if known and own not in vocabulary.documents:
                own = max(known, key=lambda t: (word.terms[t], t))
            chosen.append(own)
        found.add(phrase(chosen))
    return sorted(found)


def _score(
    reading: _Reading, vocabulary: _Vocabulary, codes: Sequence[int], most: int
) -> dict[Target, float]:
    phrases = _phrases(reading, vocabulary)
    known = {t for word in reading.words for t in word.terms if t in vocabulary.documents}
    ranked = sorted(known, key=lambda t: (vocabulary.documents[t], t))[:_TERMS]
    weights = search_queries.postings([*phrases, *ranked], codes, most)
    scores = _weigh(reading, vocabulary, weights, phrases)
    frequent = [term for term in ranked if vocabulary.documents[term] > most]
    if frequent and len(reading.words) > 1 and scores:
        # What was read of a frequent term does not say whether it is in the rows that others found.
        best = nsmallest(_PROBED, scores, key=lambda target: (-scores[target], target))
        search_queries.add_postings(weights, frequent, best)
        only = set(best)
        kept = {t: {k: w for k, w in row.items() if k in only} for t, row in weights.items()}
        scores |= _weigh(reading, vocabulary, kept, phrases)
    return scores


def _weigh(
    reading: _Reading, vocabulary: _Vocabulary, weights: Weights, phrases: list[str]
) -> dict[Target, float]:
    """How well each row fits: by word, the rarer and the heavier the better; by the share of the
    query that the row covers; by the whole query being one of its names."""
    total: dict[Target, float] = defaultdict(float)
    matched: dict[Target, float] = defaultdict(float)
    all_of_it = 0.0
    for word in reading.words:
        rarity = max((vocabulary.rarity(t) * q for t, q in word.terms.items()), default=0.0)
        rarity *= _share(word)
        all_of_it += rarity
        for target, worth in _best(word, weights).items():
            total[target] += rarity * worth
            matched[target] += rarity * min(1.0, worth / _ENOUGH)
    for target in total:
        total[target] *= _ANY + (1 - _ANY) * (matched[target] / (all_of_it or 1.0)) ** _COVER
    for whole in phrases:
        for target, weight in weights.get(whole, {}).items():
            total[target] += all_of_it * weight * _PHRASE
    return {target: round(score, 3) for target, score in total.items()}


def _best(word: _Word, weights: Weights) -> dict[Target, float]:
    """What the word's best term is worth in each row."""
    best: dict[Target, float] = {}
    for term, quality in word.terms.items():
        for target, weight in weights.get(term, {}).items():
            worth = quality * weight
            if worth > best.get(target, 0.0):
                best[target] = worth
    return best


def _share(word: _Word) -> float:
    if search_words.is_filler(word.folded):
        return 0.1
    return 0.45 if search_words.is_weak(word.folded) else 1.0


def _suggestion(reading: _Reading) -> str:
    """What was understood instead of the words typed; empty when they were understood as typed."""
    if not reading.switched and not any(word.corrected for word in reading.words):
        return ""
    shown: dict[str, str] = {}
    for word in reading.words:
        shown.setdefault(word.written, word.corrected or word.written)
    return " ".join(shown.values())

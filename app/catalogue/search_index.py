"""The search's inverted index: three plain tables, the same on every database.

``search_posting`` lists, best first, where a term occurs; ``search_term`` is the vocabulary;
``search_key`` finds a term that is spelled slightly otherwise. A term is a stem of
``app.language.folding``, or ``ab*`` for the first letters of a word (search as one types), or
``=…`` for a whole phrase, whatever its order. FTS5 and pg_trgm would rank differently from each
other and know neither of our languages.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Index, SmallInteger, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.agencies.models import Agency
from app.catalogue import search_words
from app.catalogue.models import LifeEvent, Service
from app.catalogue.search_words import LONGEST_TERM, same, stem_in, terms_in
from app.database import Base, db, transaction
from app.language.folding import words
from app.language.translated import Text

KINDS = ("service", "agency")  # their places are the stored codes
LONGEST_START = 3  # first letters of a word that are a term
TOTAL = "#"  # the vocabulary's row that counts all indexed rows

# Compared byte by byte on PostgreSQL too, whatever the database's collation.
_Term = String(LONGEST_TERM + 8).with_variant(String(LONGEST_TERM + 8, collation="C"), "postgresql")
_HEAVIEST = 1000

# How much a word says about the row it stands in.
NAME = 100.0  # a name that people use, a short name
TITLE = 90.0
GROUP = 16.0  # the body or the life event that a service belongs to
BODY = 14.0  # description
DETAIL = 6.0  # who, result


class SearchTerm(Base):
    """The vocabulary: in how many rows a term occurs, and how the word is written."""

    __tablename__ = "search_term"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: Mapped[str] = mapped_column(_Term, primary_key=True)
    documents: Mapped[int]
    shown: Mapped[str] = mapped_column(String(64), default="")


class SearchKey(Base):
    """Spellings near a term: two words one edit apart share a key."""

    __tablename__ = "search_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(_Term, primary_key=True)
    term: Mapped[str] = mapped_column(_Term, primary_key=True)


class SearchPosting(Base):
    """Where a term occurs. ``place`` falls as the weight rises: the best rows of a term are the
    first of a bounded scan of the primary key."""

    __tablename__ = "search_posting"
    __table_args__ = (
        Index("ix_search_posting_target", "target_id", "kind", "term"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    term: Mapped[str] = mapped_column(_Term, primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    target_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def weight_of(place: int) -> int:
    """The weight that ``place`` stands for."""
    return _HEAVIEST - place


@dataclass
class _Row:
    """What is to be stored of one service or body."""

    kind: int
    target_id: int
    weights: dict[str, float] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)  # by stem; shortest writing

    def add(
        self, text: str, weight: float, languages: str = "uz ru", *, named: bool = False
    ) -> None:
        """Index *text*. The longer it is, the less each word says. *named*: people may search for
        exactly these words, so the whole phrase and first letters are terms too."""
        for spelling in spellings(text):
            self._add(spelling, weight, languages.split(), named=named)

    def _add(self, text: str, weight: float, languages: list[str], *, named: bool) -> None:
        found = words(text)
        telling = [word for word in found if not search_words.is_filler(word)]
        weight /= 1 + 0.1 * max(0, len(telling) - 1)
        for word in found:
            for term in {t for language in languages for t in terms_in(word, language)}:
                self._weigh(term, weight)
            if named:
                for length in range(2, min(LONGEST_START, len(word) - 1) + 1):
                    self._weigh(word[:length] + "*", weight)
        if named:
            self._show(text, languages)
            for phrase in {bag(found, language) for language in languages}:
                self._weigh(phrase, weight)

    def _show(self, text: str, languages: list[str]) -> None:
        for raw in text.split():
            written = raw.strip("«»()\"',.!?;:").lower()
            for word in words(written)[:1]:
                for language in languages:
                    for term in terms_in(word, language):
                        if len(written) <= len(self.shown.get(term, written)):
                            self.shown[term] = written[:64]

    def _weigh(self, term: str, weight: float) -> None:
        before = self.weights.get(term, 0.0)
        # Said twice counts a little more than said once.
        self.weights[term] = max(before, weight) + 0.1 * min(before, weight)

    def postings(self) -> Iterator[dict[str, int | str]]:
        """The rows of ``search_posting``."""
        for term, weight in self.weights.items():
            place = max(0, _HEAVIEST - round(weight))
            yield {"kind": self.kind, "term": term, "place": place, "target_id": self.target_id}

    def correctable(self) -> set[str]:
        """The stems that a misspelled word may mean: those of titles and names."""
        return {stem for stem in self.shown if len(stem) >= 4 and not stem[0].isdigit()}


def spellings(text: str) -> list[str]:
    """*text*, and with е for ё where it has one: Russian prints it either way."""
    return [text, text.replace("ё", "е")] if "ё" in text else [text]


def bag(found: list[str], language: str) -> str:
    """The term of the folded words *found* as one phrase without order, endings and fillers."""
    telling = [word for word in found if not search_words.is_filler(word)] or found
    return phrase({stem_in(word, language) for word in telling})


def phrase(stems: Iterable[str]) -> str:
    """The term of a phrase with these *stems*, whatever their order."""
    joined = " ".join(sorted({same(stem) for stem in stems}))
    return "=" + hashlib.blake2s(joined.encode(), digest_size=8).hexdigest()


def near_keys(word: str) -> set[str]:
    """Keys of a stem: itself and with one letter left out; for a longer one the same of its
    consonants, so that a second slip in a vowel is forgiven."""
    keys = {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}
    if len(word) >= 6:
        bones = word[0] + "".join(c for c in word[1:] if c not in "aeio")
        keys |= {"~" + bones} | {"~" + bones[:i] + bones[i + 1 :] for i in range(len(bones))}
    return keys


def reindex() -> None:
    """Build the whole index anew, in one write transaction (joined when there is one)."""
    with transaction():
        db.session.flush()
        for table in (SearchPosting, SearchKey, SearchTerm):
            db.session.execute(delete(table))
        rows = [*_services(), *_agencies()]
        documents: Counter[str] = Counter()
        shown: dict[str, str] = {}
        correctable: set[str] = set()
        for row in rows:
            documents.update(row.weights.keys())
            correctable |= row.correctable()
            for stem, written in row.shown.items():
                if len(written) <= len(shown.get(stem, written)):
                    shown[stem] = written
        documents[TOTAL] = len(rows)
        _insert(
            SearchTerm,
            ({"term": t, "documents": n, "shown": shown.get(t, "")} for t, n in documents.items()),
        )
        _insert(SearchPosting, (posting for row in rows for posting in row.postings()))
        _insert(SearchKey, _keys(correctable))


def index_one(kind: str, target_id: int) -> None:
    """Bring the index up to date with one service or body that was added, changed or deleted. A
    body's name stands in the index of its services too. ``ValueError`` on an unknown *kind*."""
    code = KINDS.index(kind)
    with transaction():
        db.session.flush()
        here = (SearchPosting.kind == code) & (SearchPosting.target_id == target_id)
        before = set(db.session.scalars(select(SearchPosting.term).where(here)))
        db.session.execute(delete(SearchPosting).where(here))
        rows = list(_services(target_id) if kind == "service" else _agencies(target_id))
        after: set[str] = set(rows[0].weights) if rows else set()
        for row in rows:
            _insert(SearchPosting, row.postings())
        shown = rows[0].shown if rows else {}
        _count(before, after, shown, bool(rows) - bool(before))
        known = set(db.session.scalars(select(SearchKey.term).where(SearchKey.term.in_(shown))))
        _insert(SearchKey, _keys({s for row in rows for s in row.correctable()} - known))
        if kind == "agency":
            for service_id in db.session.scalars(
                select(Service.id).where(Service.agency_id == target_id)
            ).all():
                index_one("service", service_id)


def _count(before: set[str], after: set[str], shown: dict[str, str], rows: int) -> None:
    changes = dict.fromkeys(after - before, 1) | dict.fromkeys(before - after, -1)
    if rows:
        changes[TOTAL] = rows
    for term, change in sorted(changes.items()):
        entry = db.session.get(SearchTerm, term)
        if entry is None:
            db.session.add(SearchTerm(term=term, documents=change, shown=shown.get(term, "")))
        elif entry.documents + change <= 0:
            db.session.delete(entry)
        else:
            entry.documents += change
    db.session.flush()


def _keys(terms: Iterable[str]) -> Iterator[dict[str, str]]:
    for term in sorted(terms):
        for key in sorted(near_keys(term)):
            yield {"key": key, "term": term}


def _insert(table: type[Base], rows: Iterable[Mapping[str, object]]) -> None:
    batch = list(rows)
    if not batch:
        return
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        # COPY takes a quarter of the time of INSERT.
        columns = list(batch[0])
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.__tablename__} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row([row[column] for column in columns])
        cursor.close()
        return
    connection.execute(insert(table), batch)


def _services(only: int | None = None) -> Iterator[_Row]:
    query = (
        select(
            Service.id, Service.title, Service.also, Service.description, Service.who,
            Service.result, Agency.name.label("agency"), Agency.short_name,
            LifeEvent.title.label("event"),
        )
        .join(Agency, Agency.id == Service.agency_id)
        .join(LifeEvent, LifeEvent.id == Service.life_event_id)
        .order_by(Service.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(Service.id == only)
    for found in db.session.execute(query):
        row = _Row(0, found.id)
        _add_all(row, found.title, TITLE, named=True)
        for name in found.also or []:
            row.add(name, NAME, named=True)
        for group in (found.agency, found.short_name, found.event):
            _add_all(row, group, GROUP)
        _add_all(row, found.description, BODY)
        for detail in (found.who, found.result):
            _add_all(row, detail, DETAIL)
        yield row


def _agencies(only: int | None = None) -> Iterator[_Row]:
    query = select(
        Agency.id, Agency.key, Agency.name, Agency.short_name, Agency.duties, Agency.abolished
    )  # fmt: skip
    names = search_words.agency_names()
    if only is not None:
        query = query.where(Agency.id == only)
    for found in db.session.execute(query.order_by(Agency.id)):
        row = _Row(1, found.id)
        # A body that is gone comes after those that exist.
        share = 0.5 if found.abolished else 1.0
        _add_all(row, found.name, TITLE * share, named=True)
        _add_all(row, found.short_name, NAME * share, named=True)
        for name in names.get(found.key, ()):
            row.add(name, NAME * share, named=True)
        _add_all(row, found.duties, BODY * share)
        yield row


def _add_all(row: _Row, text: Text, weight: float, *, named: bool = False) -> None:
    """Index the text of every language as it was written; the other Uzbek script folds alike."""
    for code, written in text.stored().items():
        row.add(written, weight, "ru" if code == "ru" else "uz", named=named)

"""The search's questions to its index, in plain SQL that both databases understand.

Written out because this is the hottest reading of all: through the statement builder a search
costs half as much again. Lists of parameters are filled up to a few lengths, so that each
statement stays prepared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from app.catalogue.search_index import weight_of
from app.database import db

Target = tuple[int, int]  # code of the kind, id
Weights = dict[str, dict[Target, int]]  # by term

_SIZES = (2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
_COMPLETIONS = 16
_NEAR = 400


def vocabulary(terms: Iterable[str], starts: Sequence[str]) -> Sequence[Any]:
    """Rows (term, documents, shown) of *terms*, and of some terms that begin with each of
    *starts*."""
    filled = _filled(sorted(terms), "")
    bounds = [bound for start in starts for bound in (start, start + "~")]
    return _run(_vocabulary(len(filled), len(starts)), (*filled, *bounds))


def near(keys: Iterable[str]) -> Sequence[Any]:
    """Rows (key, term, documents, shown) of the terms that have one of *keys*."""
    filled = _filled(sorted(keys), "")
    return _run(_near(len(filled)), tuple(filled))


def postings(terms: Sequence[str], codes: Sequence[int], most: int) -> Weights:
    """The *most* heaviest rows of each of *terms*, of the kinds with *codes*."""
    filled = _filled(terms, "")
    found: Weights = defaultdict(dict)
    for term, kind, target_id, place in _run(
        _postings(len(filled), tuple(codes), most), tuple(filled) * len(codes)
    ):
        found[term][kind, target_id] = weight_of(place)
    return found


def add_postings(weights: Weights, terms: Sequence[str], targets: Iterable[Target]) -> None:
    """Add to *weights* what *terms* weigh in *targets*."""
    by_kind: dict[int, list[int]] = defaultdict(list)
    for kind, target_id in targets:
        by_kind[kind].append(target_id)
    wanted = _filled(terms, "")
    for kind, ids in by_kind.items():
        listed = _filled(ids, -1)
        for term, target_id, place in _run(
            _probe(kind, len(wanted), len(listed)), (*listed, *wanted)
        ):
            weights[term][kind, target_id] = weight_of(place)


def _filled(values: Sequence[Any], filling: Any) -> list[Any]:
    size = next((size for size in _SIZES if size >= len(values)), _SIZES[-1])
    return [*values[:size], *[filling] * (size - len(values))]


def _run(sql: str, values: tuple[Any, ...]) -> Sequence[Any]:
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        sql = _for_psycopg(sql)
    return connection.exec_driver_sql(sql, values).all()


@lru_cache
def _for_psycopg(sql: str) -> str:
    return sql.replace("?", "%s")


# Only numbers and question marks are put into the statements below.
# ruff: noqa: S608


def _marks(count: int) -> str:
    return ", ".join("?" * count)


@lru_cache
def _vocabulary(terms: int, starts: int) -> str:
    parts = [f"SELECT term, documents, shown FROM search_term WHERE term IN ({_marks(terms)})"]
    parts += [
        "SELECT * FROM (SELECT term, documents, shown FROM search_term"
        f" WHERE term >= ? AND term < ? ORDER BY term LIMIT {_COMPLETIONS}) AS s{number}"
        for number in range(starts)
    ]
    return " UNION ALL ".join(parts)


@lru_cache
def _near(keys: int) -> str:
    return (
        "SELECT k.key, k.term, t.documents, t.shown FROM search_key AS k"
        " JOIN search_term AS t ON t.term = k.term"
        f" WHERE k.key IN ({_marks(keys)}) ORDER BY k.key, k.term LIMIT {_NEAR}"
    )


@lru_cache
def _postings(terms: int, codes: tuple[int, ...], most: int) -> str:
    return " UNION ALL ".join(
        "SELECT * FROM (SELECT term, kind, target_id, place FROM search_posting"
        f" WHERE kind = {code} AND term = ? ORDER BY place, target_id LIMIT {most})"
        f" AS p{code}_{number}"
        for code in codes
        for number in range(terms)
    )


@lru_cache
def _probe(kind: int, terms: int, targets: int) -> str:
    return (
        "SELECT term, target_id, place FROM search_posting"
        f" WHERE target_id IN ({_marks(targets)}) AND kind = {kind}"
        f" AND term IN ({_marks(terms)})"
    )

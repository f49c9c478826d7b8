"""What free times and a search cost as the tables grow.

``python -m bench.growth SIZE…``, run on a seeded database, fills it up to each size in turn and
prints, for each, milliseconds per call as JSON. The month that is read stays equally full: what
grows is the past, and the number of services in the search index.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.appointments import slots
from app.appointments.models import Appointment, Resource
from app.catalogue.models import Service
from app.catalogue.search import search
from app.catalogue.search_index import SearchPosting
from app.clock import now, today_in_tashkent
from app.database import db, transaction
from bench.facts import queries
from bench.report import Figure

BODY = 50  # officials of one body
_MONTH = timedelta(days=30)
_AHEAD = 20  # appointments of each of them in the month that is read

# Times are stored as text on SQLite.
_MOMENT = {
    "sqlite": "datetime({0} * 60, 'unixepoch') || '.000000'",
    "postgresql": "to_timestamp({0} * 60)",
}
# The first ones lie ahead and belong to the officials measured, all others in the past.
_NUMBERS = """
    WITH RECURSIVE n(i) AS (
        SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :last
    ),
    place(i, resource, cell) AS (
        SELECT i, 1 + i % :resources, :today - 2880 - i / :resources * 20 FROM n WHERE i >= :ahead
        UNION ALL SELECT i, 1 + i % :body, :today + (i / :body + 1) * 1440 FROM n WHERE i < :ahead
    )
"""
_CASES = """
    INSERT INTO case_file (id, kind, reference, secret_hash, agency_id, state, applicant_type,
        surname, given_name, patronymic, organisation, phone, email, locale, channel, created_at,
        closed_at, event_count, last_hash)
    {numbers}
    SELECT :base + i, 'appointment', CAST(10000000000 + i AS VARCHAR(11)),
        '{hash}', resource.agency_id, 'fulfilled', 'individual', 'Алимов', 'Анвар', '', '',
        CAST(998900000000 + i AS VARCHAR(15)), '', 'ru', 'web', {moment}, {moment}, 3, '{hash}'
    FROM place JOIN resource ON resource.id = place.resource
"""
_APPOINTMENTS = """
    INSERT INTO appointment (id, resource_id, starts_at, ends_at, seat, topic, text, live)
    {numbers} SELECT :base + i, resource, {moment}, {moment}, 0, '', '', false FROM place
"""
_CELLS = """
    INSERT INTO appointment_cell (resource_id, cell_start, seat, appointment_id)
    {numbers} SELECT resource, cell, 0, :base + i FROM place
"""
# Every service of the seed once more, by the words of its title and names, until there are enough;
# in the order of the table, and its index afterwards, because that is many times faster.
_POSTINGS = """
    INSERT INTO search_posting (kind, term, place, target_id)
    WITH RECURSIVE n(i) AS (
        SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :last
    )
    SELECT p.kind, p.term, p.place, p.target_id + n.i * 1000 AS target
    FROM search_posting AS p CROSS JOIN n
    WHERE p.kind = 0 AND p.target_id < 1000 AND p.place <= 915
        AND p.term NOT LIKE '%*' AND p.term NOT LIKE '=%'
    ORDER BY p.kind, p.term, p.place, target
"""
_FREQUENCIES = """
    UPDATE search_term SET documents = (
        SELECT COUNT(*) FROM search_posting AS p
        WHERE p.kind = 0 AND p.target_id < 1000 AND p.term = search_term.term) * {copies}
    WHERE term IN (SELECT term FROM search_posting WHERE kind = 0 AND target_id < 1000)
"""


def measure(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Fill and measure; one dict for each size."""
    words = random.Random(7).sample(queries(), 200)
    found = []
    for before, size in zip([0, *sizes], sizes, strict=False):
        appointments = _fill_appointments(before, size)
        services = _fill_index(before, size)
        _settle()
        officials = [partial(_month, [number], now()) for number in range(1, BODY + 1)]
        found.append(
            {
                "size": size,
                "appointments": appointments,
                "services": services,
                "official": _cost(officials * 4),
                "body": _cost([partial(_month, range(1, BODY + 1), now())] * 20),
                "search": _cost([partial(search, query) for query in words]),
            }
        )
    return found


def figures(name: str, found: list[dict[str, Any]]) -> list[Figure]:
    """The costs at each size, and how much they grew."""
    what = {
        "official": "a month of one official",
        "body": f"a month of a body with {BODY}",
        "search": "a search",
    }
    rows = []
    for key, label in what.items():
        costs = ", ".join(f"{part[key]:.2f} ms at {part['size']:,}" for part in found)
        grown = found[-1][key] / found[0][key]
        title = f"{name}: {label}, growth to {found[-1]['size']:,} rows"
        rows.append(Figure(title, grown, "x", most=1.25, note=costs))
    return rows


def _month(ids: Sequence[int], moment: datetime) -> int:
    today = today_in_tashkent(moment)
    plans = slots.load(ids, today, today + _MONTH, moment)
    return sum(1 for p in plans.values() for _ in slots.free(p, today, today + _MONTH, moment))


def _cost(calls: Sequence[Callable[[], object]]) -> float:
    """Median milliseconds of a call, each as in a request of its own."""
    clock = _clock()
    for call in calls[: len(calls) // 4]:
        call()
    times = []
    for call in calls:
        started = clock()
        call()
        db.session.rollback()
        times.append((clock() - started) * 1000)
    return median(times)


def _clock() -> Callable[[], float]:
    """CPU seconds of this thread and of the server's process that answers it; elapsed time when
    that process is not on this machine."""
    if db.engine.dialect.name == "sqlite":
        return time.thread_time
    process = Path("/proc", str(db.session.scalar(text("SELECT pg_backend_pid()"))))
    db.session.rollback()
    try:
        if not process.joinpath("comm").read_text().startswith("postgres"):
            return time.perf_counter
        ran = process / "schedstat"
        ran.read_text()
    except OSError:
        return time.perf_counter
    return lambda: time.thread_time() + int(ran.read_text().split()[0]) / 1e9


def _fill_appointments(before: int, size: int) -> int:
    numbers = db.session.scalars(select(Resource.id).order_by(Resource.id)).all()
    if list(numbers) != list(range(1, len(numbers) + 1)):
        raise RuntimeError("the seed's resources are not numbered from 1 on")
    midnight = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0)
    values = {
        "first": before,
        "last": size - 1,
        "resources": len(numbers),
        "today": int(midnight.timestamp()) // 60,
        "ahead": BODY * _AHEAD,
        "body": BODY,
        "base": 1_000_000,
    }
    moment = _MOMENT[db.engine.dialect.name].format("cell")
    with transaction():
        _trust_the_rows()
        for statement in (_CASES, _APPOINTMENTS, _CELLS):
            query = statement.format(numbers=_NUMBERS, moment=moment, hash="0" * 64)
            db.session.execute(text(query), values)
    return db.session.scalar(select(func.count(Appointment.id))) or 0


def _trust_the_rows() -> None:
    """Let PostgreSQL, where we may, take the rows of this transaction without looking up what they
    refer to: half the time."""
    if db.engine.dialect.name == "postgresql":
        with suppress(DBAPIError), db.session.begin_nested():
            db.session.execute(text("SET LOCAL session_replication_role = replica"))


def _fill_index(before: int, size: int) -> int:
    seeded = db.session.scalar(select(func.count(Service.id))) or 1
    first, last = before // seeded, size // seeded
    if last > first:
        secondary = SearchPosting.__table__.indexes  # type: ignore[attr-defined]
        with transaction():
            for index in secondary:
                index.drop(db.session.connection())
            db.session.execute(text(_POSTINGS), {"first": first + 1, "last": last})
            for index in secondary:
                index.create(db.session.connection())
            db.session.execute(text(_FREQUENCIES.format(copies=last + 1)))
            db.session.execute(
                text("UPDATE search_term SET documents = :n WHERE term = '#'"),
                {"n": seeded * (last + 1)},
            )
    return seeded * (last + 1)


def _settle() -> None:
    """What the databases do by themselves some time after so many rows."""
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    """Print the costs at the sizes given."""
    with create_app().app_context():
        print(json.dumps(measure([int(size) for size in sys.argv[1:]])))


if __name__ == "__main__":
    main()

"""Booking from many processes at once, on both databases: no double booking, no lost booking, no
unexpected error.

SQLite alone would hide what PostgreSQL shows: there, many transactions really write at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import database as database_module
from app.appointments import operations as booking
from app.appointments import reading
from app.appointments.models import Appointment, AppointmentCell
from app.cases import operations as kernel
from app.cases.models import Case
from app.database import db
from app.notifications.models import Notice
from tests.conftest import make_app, on_both
from tests.factories import NOW, at, details, later, make_agency, make_resource, token

PROCESSES = 8
ROUNDS = 4
CLOCKS = [f"{hour:02}:{minute:02}" for hour in (9, 10, 11) for minute in (0, 20, 40)]

pytestmark = on_both

_barrier = None
_apps = {}


def _prepare(barrier):
    global _barrier  # noqa: PLW0603 - how a pool hands things to its processes
    _barrier = barrier
    # These processes never rest, unlike people: on a busy machine SQLite may let one of them wait
    # long for its turn. That a waiting request gets its 503 in time is tested elsewhere.
    database_module.BUSY_TIMEOUT_MS = 30_000


def _run(task):
    """In a process of the pool: wait for all the others, then do the job; says how it ended."""
    url, job, arguments = task
    if url not in _apps:
        _apps.clear()
        _apps[url] = make_app(url)
    with _apps[url].app_context():
        db.session.execute(select(1))
        db.session.rollback()
        _barrier.wait(60)
        try:
            return job(*arguments)
        except Exception as error:  # noqa: BLE001 - every unexpected one must reach the test
            return f"{type(error).__name__}: {error}"
        finally:
            db.session.remove()


@pytest.fixture(scope="module")
def pool():
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES, _prepare, (context.Barrier(PROCESSES),)) as processes:
        yield processes


@pytest.fixture
def together(pool, database, app):
    """Run a job in all processes at the same moment, once for each tuple of arguments."""

    def run(job, arguments):
        assert len(arguments) == PROCESSES
        db.session.rollback()
        return pool.map(_run, [(database, job, given) for given in arguments], chunksize=1)

    return run


@pytest.fixture
def resource(app):
    return make_resource(make_agency())


def book_one(resource, clock, number):
    """Book as citizen *number*; the receipt's reference, or the name of the domain error."""
    try:
        booking.hold(resource, at(clock), token(number), now=NOW, locale="ru")
        booking.fill(token(number), details(number), now=NOW, locale="ru")
        return booking.book(token(number), now=NOW).reference
    except booking.SlotTaken as taken:
        assert at(clock) not in taken.alternatives
        return "taken"


def book_many(resource, first, seed):
    """Try every time of the day in an order of one's own, until all are gone."""
    clocks = CLOCKS[:]
    random.Random(seed).shuffle(clocks)
    return [book_one(resource, clock, first + n) for n, clock in enumerate(clocks)]


def send_form(resource, number):
    try:
        booking.hold(resource, at("10:00"), token(number), now=NOW, locale="ru")
        booking.fill(token(number), details(number), now=NOW, locale="ru")
    except booking.HoldSpent:
        pass  # one of the others has booked with it already: here is its receipt
    receipt = booking.book(token(number), now=NOW)
    return receipt.reference, receipt.secret


def take_over(resource, number):
    now = later(minutes=16)
    try:
        if number == 1:  # the one whose hold ran out comes back
            return "kept", booking.fill(token(1), details(1), now=now, locale="ru").state
        return "took", booking.hold(
            resource, at("10:00"), token(number), now=now, locale="ru"
        ).state
    except booking.HoldExpired:
        return "lost", ""
    except booking.SlotTaken:
        return "taken", ""


def wander(resource, number):
    """Move one's hold about at random."""
    chosen = random.Random(number)
    moved = 0
    for _ in range(15):
        try:
            clock = chosen.choice(CLOCKS)
            booking.hold(resource, at(clock), token(number), now=NOW, locale="ru")
            moved += 1
        except booking.SlotTaken:
            pass
    return moved


def change(reference, number):
    """Reschedule at random, and cancel in the end every other one."""
    chosen = random.Random(number)
    for _ in range(10):
        with contextlib.suppress(booking.SlotTaken):
            booking.reschedule(reference, at(chosen.choice(CLOCKS)), now=NOW)
    if number % 2:
        booking.cancel(reference, now=NOW)
    return "done"


def book_elsewhere(resource, number):
    try:
        booking.hold(resource, at("10:00"), token(number), now=NOW, locale="ru")
        booking.fill(token(number), details(1), now=NOW, locale="ru")
        booking.book(token(number), now=NOW)
    except (booking.TooManyLive, booking.AlreadyBooked) as error:
        return type(error).__name__
    return "booked"


def cells_match_cases():
    """No cell without a live case and no live case without its cells; no two cases overlap."""
    db.session.rollback()
    rows = db.session.execute(
        select(AppointmentCell.cell_start, Appointment.starts_at, Appointment.state).join(
            Appointment, Appointment.id == AppointmentCell.appointment_id
        )
    ).all()
    assert all(state in {"held", "booked"} for _, _, state in rows)
    assert all(cell * 60 == starts.timestamp() for cell, starts, _ in rows)
    holding = select(func.count()).where(Appointment.state.in_(["held", "booked"]))
    assert db.session.scalar(holding) == len(rows)
    return len(rows)


def test_one_slot_is_booked_once(together, resource):
    for round_, clock in enumerate(CLOCKS[:ROUNDS]):
        first = 100 * (round_ + 1)
        results = together(book_one, [(resource, clock, first + n) for n in range(PROCESSES)])
        assert results.count("taken") == PROCESSES - 1, results
        winner = next(r for r in results if r != "taken")
        assert reading.appointment_of(winner).starts_at == at(clock)
    assert cells_match_cases() == ROUNDS
    assert kernel.verify_timeline()[1] is None


def test_a_whole_day_is_booked_without_overlap_or_loss(together, resource):
    results = together(book_many, [(resource, 100 * (n + 1), n) for n in range(PROCESSES)])
    assert all(isinstance(r, list) for r in results), results
    receipts = [r for result in results for r in result if r != "taken"]
    assert len(receipts) == len(set(receipts)) == len(CLOCKS) == cells_match_cases()
    stored = db.session.scalars(select(Case.reference).where(Case.state == "booked")).all()
    assert sorted(stored) == sorted(receipts)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == len(CLOCKS)


def test_the_same_form_sent_at_once_gives_one_receipt(together, resource):
    results = together(send_form, [(resource, 1)] * PROCESSES)
    assert len(set(results)) == 1 and len(results[0]) == 2, results
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1
    assert cells_match_cases() == 1


def test_a_hold_that_ran_out_goes_to_exactly_one(together, app, resource):
    for _ in range(ROUNDS):
        booking.hold(resource, at("10:00"), token(1), now=NOW, locale="ru")
        results = together(take_over, [(resource, n + 1) for n in range(PROCESSES)])
        count = Counter(what for what, _ in results)
        assert count["took"] + count["kept"] == 1, results
        assert count["kept"] + count["lost"] == 1, results
        assert cells_match_cases() == 1
        # Whoever has it loses it again before the next round.
        assert booking.expire(later(hours=1)) == 1


def test_moving_holds_about_ends_with_one_time_each(together, resource):
    results = together(wander, [(resource, n + 1) for n in range(PROCESSES)])
    assert all(isinstance(r, int) for r in results), results
    assert cells_match_cases() == sum(1 for moved in results if moved)
    assert kernel.verify_timeline()[1] is None


def test_rescheduling_and_cancelling_at_once(together, resource):
    references = [book_one(resource, CLOCKS[n], n + 1) for n in range(PROCESSES)]
    results = together(change, [(reference, n) for n, reference in enumerate(references)])
    assert results == ["done"] * PROCESSES
    assert cells_match_cases() == PROCESSES // 2


def test_limits_hold_when_everybody_comes_at_once(together, app):
    agency = make_agency()
    resources = [make_resource(agency) for _ in range(PROCESSES)]
    results = together(book_elsewhere, [(r, n + 1) for n, r in enumerate(resources)])
    limit = booking.LIVE_PER_PHONE
    assert Counter(results) == {"booked": limit, "TooManyLive": PROCESSES - limit}


def test_one_person_books_an_official_once(together, app, resource):
    # Each form has a time of its own, all come from the same person.
    wide = make_resource(make_agency("health"), public_seats=PROCESSES)
    results = together(book_elsewhere, [(wide, n + 1) for n in range(PROCESSES)])
    assert Counter(results) == {"booked": 1, "AlreadyBooked": PROCESSES - 1}


ONE_BOOKING = """
import sys
from tests.conftest import make_app
from tests.test_booking_race import book_one
with make_app(sys.argv[1]).app_context():
    print(book_one(int(sys.argv[2]), "10:00", 1), flush=True)
    input()
"""


def test_a_receipt_survives_the_death_of_its_process(database, app, resource):
    with subprocess.Popen(
        [sys.executable, "-c", ONE_BOOKING, database, str(resource)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        reference = process.stdout.readline().strip()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    found = reading.appointment_of(reference)
    assert found.state == "booked" and found.ends_at - found.starts_at == timedelta(minutes=20)
    assert cells_match_cases() == 1
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1

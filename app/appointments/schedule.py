"""Rules of receptions kept in memory, so that a page of free times asks only what is taken.

What is kept follows the content version, which every change of hours, officials or the calendar
must bump in its transaction. A page may thus be a second behind; booking itself reads the rules
from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.appointments import reading, slots
from app.appointments.models import Appointment, AppointmentCell
from app.clock import today_in_tashkent
from app.content import kept
from app.database import db
from app.language.formats import clock_time

MOST = 500  # schedules kept by a process, some 20 KB each

# Tashkent time of each minute of a UTC day, written out; the offset has not changed since 1992.
LABELS = tuple(
    clock_time(slots.moment(0) + timedelta(days=20_000, minutes=n)) for n in range(24 * 60)
)


@dataclass(slots=True)
class Schedule:
    """What the rules of one resource offer from ``today`` to its horizon, taken or not.

    ``days`` are the days with their starts (minutes since 1970 UTC), ``shown`` the row of
    ``reading.resource_shown``; ``simple`` says that each slot is one whole cell of one seat.
    """

    today: date
    plan: slots.Plan
    days: list[tuple[date, list[int]]]
    shown: Any
    simple: bool


@kept
def _store() -> dict[int, Schedule]:
    """Schedules by resource; a new store when the content changes."""
    return {}


def schedules(resource_ids: Sequence[int], now: datetime) -> dict[int, Schedule]:
    """Return the schedules of the active ones of *resource_ids*: no query for those that are
    kept, five for the others together."""
    store = _store()
    today = today_in_tashkent(now)
    known = ((id_, store.get(id_)) for id_ in resource_ids)
    found = {id_: s for id_, s in known if s is not None and s.today == today}
    missing = [id_ for id_ in resource_ids if id_ not in found]
    if missing:
        made = _make(missing, today)
        if len(store) + len(made) > MOST:
            store.clear()
        store.update(made)
        found.update(made)
    return found


def free_days(
    schedule: Schedule, taken: dict[int, int], now: datetime
) -> list[tuple[date, list[int]]]:
    """Return the days with free slots and their starts, in order; *taken* as ``slots.Plan`` has
    it."""
    plan = schedule.plan
    earliest = -(-int(now.timestamp()) // 60) + plan.lead_minutes
    allowed = (1 << plan.public_seats) - 1
    found = []
    for day, starts in schedule.days:
        if starts[-1] < earliest:
            continue
        if schedule.simple:
            free = [s for s in starts if not taken.get(s, 0) & 1 and s >= earliest]
        else:
            free = [s for s in starts if s >= earliest and allowed & ~_used(plan, taken, s)]
        if free:
            found.append((day, free))
    return found


def taken(wanted: Iterable[Schedule], now: datetime) -> dict[int, dict[int, int]]:
    """Return what is taken of each of the *wanted* schedules, by resource: one query."""
    last = {s.plan.resource_id: s.days[-1][1][-1] for s in wanted if s.days}
    found: dict[int, dict[int, int]] = {id_: {} for id_ in last}
    if last:
        since = slots.minute(now) - 60
        until = max(last.values()) + 1440
        values = {"ids": list(last), "since": since, "until": until, "now": now}
        for id_, cell, seat in db.session.execute(_TAKEN, values):
            found[id_][cell] = found[id_].get(cell, 0) | 1 << seat
    return found


def first_free(resource_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Return the start of the first free slot of each resource that has one."""
    wanted = schedules(resource_ids, now)
    used = taken(wanted.values(), now)
    found = {}
    for id_, schedule in wanted.items():
        days = free_days(schedule, used.get(id_, {}), now)
        if days:
            found[id_] = days[0][1][0]
    return found


def nearest(resource_id: int, wanted: datetime, now: datetime, number: int = 6) -> list[datetime]:
    """Return up to *number* free slots of a resource closest to *wanted*, in order of time."""
    found = schedules([resource_id], now).get(resource_id)
    if found is None:
        return []
    used = taken([found], now).get(resource_id, {})
    return closest(free_days(found, used, now), slots.minute(wanted), number)


def closest(days: list[tuple[date, list[int]]], at: int, number: int = 6) -> list[datetime]:
    """Return up to *number* of the starts in *days* closest to the minute *at*, in order."""
    free = [start for _, starts in days for start in starts]
    near = sorted(free, key=lambda start: abs(start - at))[:number]
    return [slots.moment(start) for start in sorted(near)]


def _used(plan: slots.Plan, taken_cells: dict[int, int], start: int) -> int:
    used = 0
    for cell in slots.cells(plan, start):
        used |= taken_cells.get(cell, 0)
    return used


def _make(ids: list[int], today: date) -> dict[int, Schedule]:
    plans = slots.load_rules(ids, today, today + 366 * slots.DAY)
    shown = {row.id: row for row in reading.resources_shown(list(plans))}
    made = {}
    for id_, plan in plans.items():
        days = slots.offered_days(plan, today, today + plan.horizon_days * slots.DAY)
        made[id_] = Schedule(today, plan, days, shown[id_], _is_simple(plan, days))
    return made


def _is_simple(plan: slots.Plan, days: list[tuple[date, list[int]]]) -> bool:
    if plan.public_seats != 1 or plan.slot_minutes != plan.cell_minutes:
        return False
    return not any(start % plan.cell_minutes for _, starts in days for start in starts)


_APPOINTMENT: Any = Appointment.__table__
_CELL: Any = AppointmentCell.__table__
_TAKEN = (
    select(_CELL.c.resource_id, _CELL.c.cell_start, _CELL.c.seat)
    .join(_APPOINTMENT, _APPOINTMENT.c.id == _CELL.c.appointment_id)
    .where(
        _CELL.c.resource_id.in_(bindparam("ids", expanding=True)),
        _CELL.c.cell_start >= bindparam("since"),
        _CELL.c.cell_start < bindparam("until"),
        or_(
            _APPOINTMENT.c.hold_expires_at.is_(None),
            _APPOINTMENT.c.hold_expires_at
            > bindparam("now", type_=_APPOINTMENT.c.hold_expires_at.type),
        ),
    )
)

"""Free times: what the rules offer less what is taken.

``load`` reads the rules of many resources and the cells taken in a range of days in a constant
number of queries; the rest computes on plain values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select

from app.agencies.models import Agency, Official
from app.appointments.models import (
    Appointment,
    AppointmentCell,
    DayChange,
    Resource,
    WeeklyHours,
)
from app.cases.workdays import special_days
from app.clock import TASHKENT, today_in_tashkent
from app.database import db

DAY = timedelta(days=1)


@dataclass(slots=True)
class Plan:
    """The rules of one resource and what is taken of it, for a range of days.

    ``taken`` maps a cell's start (minutes since 1970 UTC) to a bit mask of its seats in use.
    """

    resource_id: int
    agency_id: int
    slot_minutes: int
    cell_minutes: int
    public_seats: int
    desk_seats: int
    lead_minutes: int
    horizon_days: int
    hours: list[Any] = field(default_factory=list)
    changes: dict[date, list[Any]] = field(default_factory=dict)
    calendar: dict[date, Any] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)


def load(resource_ids: Sequence[int], first: date, last: date, now: datetime) -> dict[int, Plan]:
    """Return the plans of the active ones of *resource_ids* from *first* to *last*: five queries.

    A hold that ran out before *now* takes up nothing.
    """
    plans = load_rules(resource_ids, first, last)
    load_taken(plans, first, last, now)
    return plans


def load_rules(resource_ids: Sequence[int], first: date, last: date) -> dict[int, Plan]:
    """Return the plans as far as the rules go, nothing taken: four queries."""
    columns = (
        Resource.id,
        Resource.agency_id,
        Resource.slot_minutes,
        Resource.cell_minutes,
        Resource.public_seats,
        Resource.desk_seats,
        Resource.lead_minutes,
        Resource.horizon_days,
    )
    query = (
        select(*columns)
        .join(Agency, Agency.id == Resource.agency_id)
        .outerjoin(Official, Official.id == Resource.official_id)
        .where(
            Resource.id.in_(resource_ids),
            Resource.active,
            Agency.abolished.is_(False),
            or_(Official.id.is_(None), Official.active),
        )
    )
    plans = {row[0]: Plan(*row) for row in db.session.execute(query)}
    if not plans:
        return plans
    rules = select(
        WeeklyHours.resource_id,
        WeeklyHours.weekday,
        WeeklyHours.starts,
        WeeklyHours.ends,
        WeeklyHours.valid_from,
        WeeklyHours.valid_to,
        WeeklyHours.every_weeks,
    ).where(
        WeeklyHours.resource_id.in_(plans),
        WeeklyHours.valid_from <= last,
        or_(WeeklyHours.valid_to.is_(None), WeeklyHours.valid_to >= first),
    )
    for row in db.session.execute(rules):
        plans[row.resource_id].hours.append(row)
    changes = select(
        DayChange.resource_id, DayChange.day, DayChange.kind, DayChange.starts, DayChange.ends
    ).where(DayChange.resource_id.in_(plans), DayChange.day.between(first, last))
    for change in db.session.execute(changes):
        plans[change.resource_id].changes.setdefault(change.day, []).append(change)
    calendar = special_days(first, last)
    for plan in plans.values():
        plan.calendar = calendar
    return plans


def load_taken(plans: dict[int, Plan], first: date, last: date, now: datetime) -> None:
    """Fill in what is taken from *first* to *last*: one query."""
    if not plans:
        return
    appointment: Any = Appointment.__table__  # its own columns, no join to the case file
    query = (
        select(AppointmentCell.resource_id, AppointmentCell.cell_start, AppointmentCell.seat)
        .join(appointment, appointment.c.id == AppointmentCell.appointment_id)
        .where(
            AppointmentCell.resource_id.in_(plans),
            AppointmentCell.cell_start >= minute(_local(first, time.min)) - 60,
            AppointmentCell.cell_start < minute(_local(last + DAY, time.min)),
            or_(
                appointment.c.hold_expires_at.is_(None),
                appointment.c.hold_expires_at > now,
            ),
        )
    )
    for plan in plans.values():
        plan.taken = {}
    for resource_id, cell, seat in db.session.execute(query):
        taken = plans[resource_id].taken
        taken[cell] = taken.get(cell, 0) | 1 << seat


def minute(moment: datetime) -> int:
    """Return whole minutes since 1970 UTC."""
    return int(moment.timestamp()) // 60


def moment(minutes: int) -> datetime:
    """Return the moment in UTC, *minutes* since 1970."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def cells(plan: Plan, start: int) -> range:
    """Return the starts of the cells that a slot from the minute *start* touches, ascending."""
    first = start - start % plan.cell_minutes
    return range(first, start + plan.slot_minutes, plan.cell_minutes)


def seats(plan: Plan, *, desk: bool = False) -> range:
    """Return the seats that the web, or the *desk*, may give away. The desk's own come first."""
    every = plan.public_seats + plan.desk_seats
    return range(every - 1, -1, -1) if desk else range(plan.public_seats)


def offered(plan: Plan, first: date, last: date, now: datetime) -> Iterator[int]:
    """Yield the starts (minutes) of the slots that the rules offer, taken or not, in order."""
    last = min(last, today_in_tashkent(now) + plan.horizon_days * DAY)
    day = max(first, today_in_tashkent(now))
    earliest = -(-int(now.timestamp()) // 60) + plan.lead_minutes
    while day <= last:
        for start in _of_day(plan, day):
            if start >= earliest:
                yield start
        day += DAY


def offered_days(plan: Plan, first: date, last: date) -> list[tuple[date, list[int]]]:
    """Return the days from *first* to *last* on which the rules offer anything, with the starts,
    whatever the time is now."""
    every = (first + n * DAY for n in range((last - first).days + 1))
    return [(day, starts) for day in every if (starts := _of_day(plan, day))]


def free(
    plan: Plan, first: date, last: date, now: datetime, *, desk: bool = False
) -> Iterator[int]:
    """Yield the starts (minutes) of the free slots from *first* to *last*, in order.

    One and the same seat must be free in every cell of a slot.
    """
    allowed = sum(1 << seat for seat in seats(plan, desk=desk))
    taken = plan.taken
    for start in offered(plan, first, last, now):
        used = 0
        for cell in cells(plan, start):
            used |= taken.get(cell, 0)
        if allowed & ~used:
            yield start


def is_offered(plan: Plan, start: int, now: datetime, *, lead: bool = True) -> bool:
    """Return whether the rules offer a slot at the minute *start*.

    Without *lead*, for a time chosen before, it only has to lie ahead.
    """
    day = today_in_tashkent(moment(start))
    if lead:
        return start in offered(plan, day, day, now)
    return moment(start) > now and start in _of_day(plan, day)


def _of_day(plan: Plan, day: date) -> list[int]:
    """The starts that the rules give on *day*, whatever the time is now, ascending."""
    changes = plan.changes.get(day, ())
    closed_all_day = any(c.kind == "closed" and c.starts is None for c in changes)
    windows = [] if closed_all_day else list(_weekly(plan, day))
    windows += [(c.starts, c.ends) for c in changes if c.kind == "extra"]
    if not windows:
        return []
    midnight = minute(_local(day, time.min))
    length = plan.slot_minutes
    shut = [
        (midnight + _minutes(c.starts), midnight + _minutes(c.ends))
        for c in changes
        if c.kind == "closed" and c.starts is not None
    ]
    starts = set()
    for opens, closes in windows:
        end = midnight + _minutes(closes)
        for start in range(midnight + _minutes(opens), end - length + 1, length):
            if not any(start < until and start + length > since for since, until in shut):
                starts.add(start)
    return sorted(starts)


def _weekly(plan: Plan, day: date) -> Iterator[tuple[time, time]]:
    special = plan.calendar.get(day)
    if special is not None and not special.working:
        return
    weekday = day.weekday()
    if special is not None and special.as_weekday is not None:
        weekday = special.as_weekday
    monday = day - day.weekday() * DAY
    for rule in plan.hours:
        if rule.weekday != weekday or day < rule.valid_from:
            continue
        if rule.valid_to is not None and day > rule.valid_to:
            continue
        if rule.every_weeks > 1:
            since = rule.valid_from - rule.valid_from.weekday() * DAY
            if (monday - since).days // 7 % rule.every_weeks:
                continue
        yield rule.starts, rule.ends


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TASHKENT)

"""Taking time and giving it back: the only code that writes ``AppointmentCell``.

The primary key of a cell forbids a double booking on any database and however many processes
there are; nothing here relies on having looked before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import String, and_, bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.appointments import slots
from app.appointments.models import Appointment, AppointmentCell
from app.cases import operations as kernel
from app.cases.models import Case
from app.database import UtcDateTime, db
from app.errors import DomainError

# An appointment's own columns, without the join to the case file.
appointment_table: Any = Appointment.__table__
case_table: Any = Case.__table__


class SlotTaken(DomainError):
    """Somebody else has this time. ``alternatives`` are the nearest free ones, looked up when
    they are asked for."""

    def __init__(self, look_up: Callable[[], list[datetime]] = list) -> None:
        super().__init__()
        self._look_up = look_up

    @cached_property
    def alternatives(self) -> list[datetime]:
        """The nearest free times, in order."""
        return self._look_up()


_cell: Any = AppointmentCell.__table__
_SEATS_OF_OTHERS = (
    select(_cell.c.seat)
    .join(appointment_table, appointment_table.c.id == _cell.c.appointment_id)
    .join(case_table, case_table.c.id == appointment_table.c.id)
    .where(
        _cell.c.resource_id == bindparam("resource_id"),
        _cell.c.cell_start.in_(bindparam("cells", expanding=True)),
        or_(
            appointment_table.c.hold_expires_at.is_(None),
            appointment_table.c.hold_expires_at > bindparam("now", type_=UtcDateTime),
        ),
        case_table.c.idempotency_key.is_distinct_from(bindparam("token", type_=String)),
    )
)


def free_seats(plan: slots.Plan, start: int, now: datetime, case_id: int = 0) -> list[int]:
    """Return the seats that look free for the slot at *start*; what *case_id* has counts as free.

    Holds that ran out are released. Raises ``SlotTaken`` when there is no seat. Only a look:
    ``take`` decides.
    """
    query = (
        select(
            AppointmentCell.seat,
            AppointmentCell.appointment_id,
            appointment_table.c.hold_expires_at,
        )
        .join(appointment_table, appointment_table.c.id == AppointmentCell.appointment_id)
        .where(
            AppointmentCell.resource_id == plan.resource_id,
            AppointmentCell.cell_start.in_(list(slots.cells(plan, start))),
            AppointmentCell.appointment_id != case_id,
        )
        .order_by(AppointmentCell.appointment_id)
    )
    used: dict[int, set[int]] = {}
    ran_out = set()
    for seat, holder, expires in db.session.execute(query):
        used.setdefault(holder, set()).add(seat)
        if expires is not None and expires <= now:
            ran_out.add(holder)
    for holder in sorted(ran_out):
        if expire_one(holder, now):
            del used[holder]
    taken = set().union(*used.values())
    free = [seat for seat in slots.seats(plan) if seat not in taken]
    if not free:
        raise SlotTaken
    return free


def looks_taken(plan: slots.Plan, start: int, token: str, now: datetime) -> bool:
    """Return whether forms other than *token* have every seat of the slot at *start*: one query,
    so that most who come too late need not wait for their turn to write."""
    values = {
        "resource_id": plan.resource_id,
        "cells": list(slots.cells(plan, start)),
        "token": token,
        "now": now,
    }
    return set(slots.seats(plan)) <= set(db.session.scalars(_SEATS_OF_OTHERS, values))


def take(
    case_id: int,
    plan: slots.Plan,
    start: int,
    seats: Iterable[int],
    own: frozenset[tuple[int, int]] = frozenset(),
) -> int:
    """Take the cells of the slot at *start* for a case on the first of *seats* that can be had,
    and return it. ``SlotTaken`` when none can. *own* are the (cell, seat) that the case has."""
    for seat in seats:
        rows = [
            {
                "resource_id": plan.resource_id,
                "cell_start": cell,
                "seat": seat,
                "appointment_id": case_id,
            }
            for cell in slots.cells(plan, start)
            if (cell, seat) not in own
        ]
        if _insert(rows):
            return seat
    raise SlotTaken


def swap(case: Appointment, plan: slots.Plan, start: int, now: datetime) -> int:
    """Take the slot at *start* for the locked *case*, then give back what it had; return the seat.

    ``SlotTaken`` leaves it as it was.
    """
    had = db.session.execute(
        select(AppointmentCell.resource_id, AppointmentCell.cell_start, AppointmentCell.seat).where(
            AppointmentCell.appointment_id == case.id
        )
    ).all()
    own = frozenset((r.cell_start, r.seat) for r in had if r.resource_id == plan.resource_id)
    seat = take(case.id, plan, start, free_seats(plan, start, now, case.id), own)
    kept = {(plan.resource_id, cell, seat) for cell in slots.cells(plan, start)}
    for row in had:
        if tuple(row) not in kept:
            _delete(
                AppointmentCell.resource_id == row.resource_id,
                AppointmentCell.cell_start == row.cell_start,
                AppointmentCell.seat == row.seat,
            )
    return seat


def release(case: Appointment) -> None:
    """Give back all that *case* has."""
    _delete(AppointmentCell.appointment_id == case.id)


def expire_one(id_: int, now: datetime) -> bool:
    """Release one hold if it is still held, ran out, and nobody is busy with it (whoever has it
    locked either renews it, and then it is taken, or releases it too)."""
    lost = kernel.lock(
        Appointment, and_(Appointment.id == id_, Appointment.state == "held"), skip_locked=True
    )
    if lost is None or lost.hold_expires_at is None or lost.hold_expires_at > now:
        return False
    kernel.move(lost, "expired", "expired", actor=kernel.SYSTEM, now=now)
    lost.hold_expires_at = None
    release(lost)
    return True


def _insert(rows: list[dict[str, int]]) -> bool:
    """Insert cells in ascending order, all or none; False when somebody has one of them.

    ``ON CONFLICT DO NOTHING`` waits, as a plain insert does, for another transaction that is
    writing the same key, and then says how many rows it wrote.
    """
    if not rows:
        return True
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql_insert if postgresql else sqlite_insert
    savepoint = db.session.begin_nested() if len(rows) > 1 else None
    table: Any = AppointmentCell.__table__
    written = db.session.scalars(
        insert(table).values(rows).on_conflict_do_nothing().returning(table.c.cell_start)
    )
    if len(written.all()) == len(rows):
        if savepoint is not None:
            savepoint.commit()
        return True
    if savepoint is not None:
        savepoint.rollback()
    return False


def _delete(*conditions: Any) -> None:
    db.session.flush()
    db.session.execute(
        delete(AppointmentCell).where(*conditions).execution_options(synchronize_session=False)
    )

"""The verbs of booking: hold, fill, book, cancel, reschedule, expire.

Each is one transaction. Time is taken through ``cells`` only. A hold that ran out is released by
whoever wants its time; nothing waits for a timer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.appointments import cells, limits, schedule, slots
from app.appointments.cells import SlotTaken
from app.appointments.models import Appointment
from app.appointments.reading import (
    Details,
    Hold,
    HoldNotFound,
    Receipt,
    hold_of,
    receipt_of,
)
from app.cases import operations as kernel
from app.clock import today_in_tashkent
from app.database import db, transaction
from app.errors import DomainError
from app.notifications.operations import enqueue

HOLD_MINUTES = 15
# However often a form is sent or its time moved, it keeps times from others no longer than this.
HOLD_AT_MOST = timedelta(hours=2)
LIVE_PER_PHONE = 5
REASON_LENGTH = 500

P = ParamSpec("P")
R = TypeVar("R")


class SlotNotOffered(DomainError):
    """The rules do not offer this time, or no longer."""


class HoldExpired(SlotTaken):
    """The hold ran out and its time was given to somebody else; what was typed is kept."""


class HoldSpent(DomainError):
    """The form has already booked."""


class HoldChanged(DomainError):
    """What is held is not what the citizen checked: another tab changed it."""


class DetailsMissing(DomainError):
    """A hold cannot be booked before the citizen's details are known."""


class AlreadyBooked(DomainError):
    """The person already has a live appointment with this official."""


class TooManyLive(DomainError):
    """The phone already has as many live appointments as one may have."""


class TooLate(DomainError):
    """The appointment has begun; it can no longer be changed here."""


def _once_more(verb: Callable[P, R]) -> Callable[P, R]:
    """Run *verb* again once when PostgreSQL broke a deadlock at its cost. Nothing was stored."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in {"40001", "40P01"}:
                raise
        return verb(*args, **kwargs)

    return run


@_once_more
def hold(
    resource_id: int,
    starts_at: datetime,
    token: str,
    *,
    now: datetime,
    locale: str,
    minutes: int = HOLD_MINUTES,
    channel: str = "web",
    allow: Callable[[], None] = lambda: None,
) -> Hold:
    """Keep the time *starts_at* for the form *token* for some *minutes*.

    The same form and time is the same hold, with its time renewed. Another time moves the hold and
    keeps what was typed. Raises ``SlotNotOffered``, ``SlotTaken`` with the nearest alternatives
    (an earlier hold of this form stays), ``HoldSpent``. *allow* is called in the transaction when
    the time looks free; what it raises ends the attempt.
    """
    expires = now + timedelta(minutes=minutes)
    try:
        with transaction():
            start = slots.minute(starts_at)
            _leave_if_taken(resource_id, start, token, now)
            allow()
            held = _by_token(token)
            if held is not None and held.state not in {"held", "expired"}:
                raise HoldSpent
            if held is not None and held.created_at + HOLD_AT_MOST <= now:
                cells.expire_one(held.id, now)
            if held is not None and held.state == "held":
                if (held.resource_id, held.starts_at) != (resource_id, starts_at):
                    plan = _plan(resource_id, start, now)
                    _move_to(held, plan, start, now)
                    kernel.record(
                        held, "moved", actor=kernel.APPLICANT, now=now, starts_at=_iso(starts_at)
                    )
                held.hold_expires_at = _until(held, expires)
                return hold_of(held)
            plan = _plan(resource_id, start, now)
            try:
                seats = cells.free_seats(plan, start, now)
                held = _new_hold(
                    plan,
                    start,
                    seats[0],
                    token=token,
                    lost=held,
                    locale=locale,
                    channel=channel,
                    expires=expires,
                    now=now,
                )
            except (kernel.KeyUsed, SlotTaken):
                # The same form, sent at the same moment, may have come first.
                twin = _by_token(token)
                if twin is None or twin.state == "expired":
                    raise SlotTaken from None
                if twin.state != "held":
                    raise HoldSpent from None
                if (twin.resource_id, twin.starts_at) != (resource_id, starts_at):
                    raise SlotTaken from None
                return hold_of(twin)
            held.seat = cells.take(held.id, plan, start, seats)
            return hold_of(held)
    except SlotTaken:
        raise SlotTaken(partial(schedule.nearest, resource_id, starts_at, now)) from None


@_once_more
def fill(
    token: str, details: Details, *, now: datetime, locale: str, minutes: int = HOLD_MINUTES
) -> Hold:
    """Keep the *details* that were typed, and the time for some *minutes* more.

    Raises ``HoldNotFound``, ``HoldSpent``, and ``HoldExpired`` with the nearest alternatives when
    the time is lost; the details are kept even then.
    """
    with transaction():
        held = _existing(token)
        if held.state not in {"held", "expired"}:
            raise HoldSpent
        for name in (f.name for f in fields(Details)):
            setattr(held, name, getattr(details, name))
        held.locale = locale
        held.person_key = limits.person_key(details)
        if held.state == "held":
            held.hold_expires_at = _until(held, now + timedelta(minutes=minutes))
        answer = hold_of(held)
    if answer.state == "expired":
        look_up = partial(schedule.nearest, answer.resource_id, answer.starts_at, now)
        raise HoldExpired(look_up)
    return answer


@_once_more
def book(
    token: str, *, now: datetime, seen: str | None = None, live_per_phone: int = LIVE_PER_PHONE
) -> Receipt:
    """Turn the hold *token* into an appointment and put the notice into the outbox.

    *seen* is the ``Hold.digest`` that the citizen checked. Sent twice, the same receipt comes
    back. Raises ``HoldNotFound``, ``HoldExpired`` with the nearest alternatives,
    ``SlotNotOffered``, ``DetailsMissing``, ``HoldChanged``, ``AlreadyBooked``, ``TooManyLive``;
    the hold stays in the last five.
    """
    with transaction():
        held = _existing(token)
        lost = (held.resource_id, held.starts_at) if held.state == "expired" else None
        if lost is None and held.state != "held":
            return receipt_of(held)
        if lost is None:
            if seen is not None and seen != hold_of(held).digest:
                raise HoldChanged
            _book(held, live_per_phone, now)
            return receipt_of(held)
    raise HoldExpired(partial(schedule.nearest, *lost, now))


@_once_more
def cancel(
    reference: str, *, now: datetime, reason: str = "", actor: str = kernel.APPLICANT
) -> None:
    """Cancel a booked appointment: its time is free again at once.

    Raises ``CaseNotFound``, ``TooLate`` after it has begun (for the applicant), and
    ``MoveNotAllowed`` in any other state; cancelling twice is harmless.
    """
    with transaction():
        case = _by_reference(reference)
        if case.state == "cancelled":
            return
        if actor == kernel.APPLICANT and case.state == "booked" and case.starts_at <= now:
            raise TooLate
        kernel.move(
            case, "cancelled", "cancelled", actor=actor, now=now, reason=reason[:REASON_LENGTH]
        )
        case.live = False
        cells.release(case)
        _tell(case, "appointment-cancelled", now)


@_once_more
def reschedule(
    reference: str, starts_at: datetime, *, now: datetime, actor: str = kernel.APPLICANT
) -> None:
    """Move a booked appointment to another time of the same official; the old time is kept until
    the new one is had.

    Raises ``CaseNotFound``, ``TooLate``, ``MoveNotAllowed``, ``SlotNotOffered``, ``SlotTaken``.
    Moving to the time it already has is harmless.
    """
    resource_id = 0
    try:
        with transaction():
            case = _by_reference(reference)
            resource_id = case.resource_id
            if case.state != "booked":
                raise kernel.MoveNotAllowed(case.state, "booked")
            if case.starts_at == starts_at:
                return
            if actor == kernel.APPLICANT and case.starts_at <= now:
                raise TooLate
            before = case.starts_at
            start = slots.minute(starts_at)
            _move_to(case, _plan(case.resource_id, start, now), start, now)
            kernel.record(
                case,
                "rescheduled",
                actor=actor,
                now=now,
                starts_at=_iso(starts_at),
                before=_iso(before),
            )
            _tell(case, "appointment-moved", now)
    except SlotTaken:
        raise SlotTaken(partial(schedule.nearest, resource_id, starts_at, now)) from None


@_once_more
def expire(now: datetime, limit: int = 500) -> int:
    """Release holds that ran out; returns how many. Tidiness only: bookers do it as they go."""
    overdue = (
        select(Appointment.id)
        .where(Appointment.hold_expires_at <= now)
        .order_by(Appointment.id)
        .limit(limit)
    )
    with transaction():
        ids = list(db.session.scalars(overdue))
        return sum(cells.expire_one(id_, now) for id_ in ids)


def _leave_if_taken(resource_id: int, start: int, token: str, now: datetime) -> None:
    """Raise ``SlotTaken`` early and cheaply when many want the same time. They come one after
    another here, so that all but the first find it taken; what decides is the cells' key."""
    limits.one_at_a_time(f"slot {resource_id} {start}")
    known = schedule.schedules([resource_id], now).get(resource_id)
    if known is not None and cells.looks_taken(known.plan, start, token, now):
        raise SlotTaken


def _book(held: Appointment, live_per_phone: int, now: datetime) -> None:
    if not (held.surname and held.given_name and held.phone):
        raise DetailsMissing
    start = slots.minute(held.starts_at)
    if not slots.is_offered(_plan_of(held.resource_id, start), start, now, lead=False):
        raise SlotNotOffered
    held.person_key = held.person_key or ""
    limits.one_at_a_time(f"phone {held.phone}")
    limits.end_past(held, now)
    if limits.already_live(held):
        raise AlreadyBooked
    if limits.live_of_phone(held.phone, now) >= live_per_phone:
        raise TooManyLive
    kernel.move(
        held,
        "booked",
        "booked",
        actor=kernel.APPLICANT,
        now=now,
        starts_at=_iso(held.starts_at),
        resource=held.resource_id,
    )
    held.hold_expires_at = None
    held.live = True
    try:
        db.session.flush()
    except IntegrityError:
        raise AlreadyBooked from None
    _tell(held, "appointment-booked", now)


def _new_hold(
    plan: slots.Plan,
    start: int,
    seat: int,
    *,
    token: str,
    lost: Appointment | None,
    locale: str,
    channel: str,
    expires: datetime,
    now: datetime,
) -> Appointment:
    """A new hold, still without its cells. From *lost*, an expired one of the same form, it takes
    over the form's key and what was typed."""
    typed: dict[str, Any] = {}
    if lost is not None:
        for name in (f.name for f in fields(Details)):
            typed[name] = getattr(lost, name)
            setattr(lost, name, "individual" if name == "applicant_type" else "")
        typed["person_key"], lost.person_key = lost.person_key, None
        lost.idempotency_key = None
        db.session.flush()
    starts_at = slots.moment(start)
    held = Appointment(
        agency_id=plan.agency_id,
        resource_id=plan.resource_id,
        state="held",
        locale=locale,
        channel=channel,
        idempotency_key=token,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=plan.slot_minutes),
        due_on=today_in_tashkent(starts_at),
        seat=seat,
        hold_expires_at=expires,
        **typed,
    )
    kernel.open_case(
        held,
        "held",
        actor=kernel.APPLICANT,
        now=now,
        starts_at=_iso(starts_at),
        resource=plan.resource_id,
    )
    return held


def _move_to(case: Appointment, plan: slots.Plan, start: int, now: datetime) -> None:
    """Give *case* the slot at *start* and free what it had; ``SlotTaken`` leaves it as it was."""
    case.seat = cells.swap(case, plan, start, now)
    if case.resource_id != plan.resource_id:
        case.resource_id = plan.resource_id
        case.agency_id = plan.agency_id
    case.starts_at = slots.moment(start)
    case.ends_at = case.starts_at + timedelta(minutes=plan.slot_minutes)
    case.due_on = today_in_tashkent(case.starts_at)


def _until(held: Appointment, wanted: datetime) -> datetime:
    return min(wanted, held.created_at + HOLD_AT_MOST)


def _plan(resource_id: int, start: int, now: datetime) -> slots.Plan:
    """The rules of a resource for the day of *start*; ``SlotNotOffered`` when they do not offer
    it."""
    plan = _plan_of(resource_id, start)
    if not slots.is_offered(plan, start, now):
        raise SlotNotOffered
    return plan


def _plan_of(resource_id: int, start: int) -> slots.Plan:
    day = today_in_tashkent(slots.moment(start))
    plan = slots.load_rules([resource_id], day, day).get(resource_id)
    if plan is None:
        raise SlotNotOffered
    return plan


def _by_token(token: str) -> Appointment | None:
    return kernel.lock(Appointment, Appointment.idempotency_key == token)


def _existing(token: str) -> Appointment:
    found = _by_token(token)
    if found is None:
        raise HoldNotFound
    return found


def _by_reference(reference: str) -> Appointment:
    found = kernel.lock(Appointment, Appointment.reference == reference)
    if found is None:
        raise kernel.CaseNotFound
    return found


def _tell(case: Appointment, template: str, now: datetime) -> None:
    enqueue(
        f"case:{case.id}:{case.event_count}",
        template,
        {"case_id": case.id, "reference": case.reference, "starts_at": _iso(case.starts_at)},
        phone=case.phone,
        email=case.email,
        locale=case.locale,
        now=now,
    )


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()

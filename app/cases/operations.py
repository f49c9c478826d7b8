"""The verbs of the kernel that the doors are built on: open, lock, move, record, find.

A door calls them inside its own ``transaction()``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from app.cases.models import Case, CaseEvent
from app.cases.references import (
    hash_secret,
    keyed_hash,
    new_reference,
    only_digits,
    parse_reference,
    same_hash,
    secret_for,
)
from app.clock import today_in_tashkent
from app.database import Rows, db
from app.errors import DomainError

SYSTEM = "system"
APPLICANT = "applicant"

AnyCase = TypeVar("AnyCase", bound=Case)


class CaseNotFound(DomainError):
    """No case has this reference and this secret; which of the two is wrong is not told."""


class MoveNotAllowed(DomainError):
    """The case is in a state that does not allow this."""

    def __init__(self, state: str, to: str) -> None:
        super().__init__(f"{state} to {to}")
        self.state = state
        self.to = to


class KeyUsed(DomainError):
    """A form with this idempotency key has already opened a case."""


def open_case(case: AnyCase, event: str, *, actor: str, now: datetime, **data: Any) -> AnyCase:
    """Store the new *case* with a reference, the hash of its secret and its first event.

    ``idempotency_key`` must be set: the secret comes from it. Raises ``KeyUsed`` when another
    transaction stored a case with that key.
    """
    key = case.idempotency_key
    if not key:
        raise ValueError("a case is opened by a form with a key")
    case.created_at = now
    case.secret_hash = hash_secret(secret_for(key))
    for _ in range(20):
        case.reference = new_reference(today_in_tashkent(now).year)
        case.event_count, case.last_hash = 0, ""
        line = record(case, event, actor=actor, now=now, **data)
        try:
            with db.session.begin_nested():
                db.session.add(case)
        except IntegrityError:
            if _exists(Case.idempotency_key == key):
                raise KeyUsed from None
            if not _exists(Case.reference == case.reference):
                raise
            continue
        line.case_id = case.id
        db.session.add(line)
        return case
    raise RuntimeError("no unused reference found")


def lock(model: type[AnyCase], condition: Any, *, skip_locked: bool = False) -> AnyCase | None:
    """Return the case of *model* that meets *condition*, as it is now, and locked until the end of
    the transaction; None when there is none, or with *skip_locked* when another has it."""
    return db.session.scalar(
        select(model)
        .where(condition)
        .options(lazyload("*"))
        .with_for_update(skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )


def move(case: Case, to: str, event: str, *, actor: str, now: datetime, **data: Any) -> CaseEvent:
    """Bring the locked *case* to the state *to* and write *event* on its timeline.

    Raises ``MoveNotAllowed`` when the transition table of its kind has no such move.
    """
    if to not in case.TRANSITIONS.get(case.state, frozenset()):
        raise MoveNotAllowed(case.state, to)
    case.state = to
    case.closed_at = now if to in case.FINAL else None
    return record(case, event, actor=actor, now=now, **data)


def record(case: Case, event: str, *, actor: str, now: datetime, **data: Any) -> CaseEvent:
    """Write *event* with its *data* at the end of the locked *case*'s timeline."""
    number = case.event_count + 1
    line = CaseEvent(
        case_id=case.id,
        number=number,
        kind=event,
        actor=actor,
        at=now,
        data=data,
        previous_hash=case.last_hash,
        hash=_chained(case.last_hash, case.reference, number, event, actor, now, data),
    )
    if case.id is not None:  # the first line of a new case waits for its id
        db.session.add(line)
    case.event_count = number
    case.last_hash = line.hash
    return line


def find(reference: str, secret: str) -> str:
    """Return the eleven digits of the reference of the case that *reference* and *secret*, as
    typed, open. ``CaseNotFound`` otherwise, after the same work whatever is wrong."""
    digits = parse_reference(reference) or "0" * 11
    stored = db.session.scalar(select(Case.secret_hash).where(Case.reference == digits))
    given = hash_secret(only_digits(secret))
    if not same_hash(given, stored or "0" * 64):
        raise CaseNotFound
    return digits


def case_by_reference(reference: str) -> Case | None:
    """Return the case with the eleven digits *reference*, None when there is none."""
    return db.session.scalar(select(Case).where(Case.reference == reference))


@dataclass(frozen=True, slots=True)
class Break:
    """Where a timeline is broken: the case, the number of the event, what is wrong."""

    reference: str
    number: int
    reason: str


def verify_timeline() -> tuple[int, Break | None]:
    """Compute every chain anew. Returns how many events were right, and the first break or None.

    One query reads everything, so what is written meanwhile raises no false alarm.
    """
    columns = (
        Case.id.label("case_id"),
        Case.reference,
        Case.event_count,
        Case.last_hash,
        CaseEvent.number,
        CaseEvent.kind,
        CaseEvent.actor,
        CaseEvent.at,
        CaseEvent.data,
        CaseEvent.previous_hash,
        CaseEvent.hash,
    )
    rows = db.session.execute(
        select(*columns)
        .outerjoin(CaseEvent, CaseEvent.case_id == Case.id)
        .order_by(Case.id, CaseEvent.number)
        .execution_options(yield_per=1000)
    )
    right = 0
    for _, lines in groupby(rows, key=lambda row: row.case_id):
        found, broken = _verify(list(lines))
        right += found
        if broken is not None:
            return right, broken
    return right, None


def _verify(lines: Sequence[Any]) -> tuple[int, Break | None]:
    """Check the lines of one case, of which there is at least one, empty when it has no event."""
    case = lines[0]
    previous, right = "", 0
    for line in lines:
        if line.number != right + 1:
            return right, Break(case.reference, right + 1, "missing")
        computed = _chained(
            previous, case.reference, line.number, line.kind, line.actor, line.at, line.data
        )
        if line.previous_hash != previous or line.hash != computed:
            return right, Break(case.reference, line.number, "changed")
        previous, right = line.hash, right + 1
    if right != case.event_count or previous != case.last_hash:
        return right, Break(case.reference, min(right + 1, case.event_count + 1), "missing")
    return right, None


def timeline(case_id: int) -> Rows:
    """Return the events of a case as rows (kind, actor, at, data), oldest first."""
    query = select(CaseEvent.kind, CaseEvent.actor, CaseEvent.at, CaseEvent.data)
    query = query.where(CaseEvent.case_id == case_id).order_by(CaseEvent.number)
    return db.session.execute(query).all()


def _chained(previous: str, reference: str, *line: Any) -> str:
    """The hash of a line (number, event, actor, at, data) after the one with *previous*."""
    number, event, actor, at, data = line
    text = json.dumps(
        [previous, reference, number, event, actor, at.astimezone(UTC).isoformat(), data],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return keyed_hash("timeline", text)


def _exists(condition: Any) -> bool:
    return db.session.scalar(select(Case.id).where(condition).limit(1)) is not None

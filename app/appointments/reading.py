"""What is read of appointments: holds, receipts, who receives at a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.agencies.models import Agency, Official
from app.appointments.models import Appointment, Resource
from app.cases.references import keyed_hash, secret_for
from app.database import Rows, db
from app.errors import DomainError


class HoldNotFound(DomainError):
    """No hold has this token."""


@dataclass(frozen=True, slots=True)
class Details:
    """Who comes and about what. ``phone`` is E.164 digits; ``text`` at most 1000 characters."""

    surname: str
    given_name: str
    phone: str
    topic: str
    text: str
    patronymic: str = ""
    applicant_type: str = "individual"
    organisation: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A time kept for one who is still typing. ``expires_at`` is None once it is not held."""

    token: str
    resource_id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    expires_at: datetime | None
    details: Details

    @property
    def digest(self) -> str:
        """A mark of what is held and typed, to see whether it is still what was checked."""
        shown = repr((self.resource_id, self.starts_at, self.details))
        return keyed_hash("checked", shown)[:16]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen takes away. ``secret`` is the same however often the form is sent."""

    reference: str
    secret: str
    resource_id: int
    starts_at: datetime
    ends_at: datetime
    state: str


def find_hold(token: str) -> Hold:
    """Return the hold of the form *token*, in whatever state. Raises ``HoldNotFound``."""
    found = db.session.scalar(select(Appointment).where(Appointment.idempotency_key == token))
    if found is None:
        raise HoldNotFound
    return hold_of(found)


def find_receipt(token: str) -> Receipt | None:
    """Return the receipt of the form *token*, None when it has not booked."""
    found = db.session.scalar(select(Appointment).where(Appointment.idempotency_key == token))
    if found is None or found.state in {"held", "expired"}:
        return None
    return receipt_of(found)


def appointment_of(reference: str) -> Appointment | None:
    """Return the appointment with the eleven digits *reference*, None when there is none."""
    return db.session.scalar(
        select(Appointment).where(
            Appointment.reference == reference, Appointment.state.not_in(["held", "expired"])
        )
    )


def resources_of(agency_id: int) -> Rows:
    """Return who receives at a body as rows (id, name, official, post, place, sample), by rank."""
    query = _shown().where(
        Resource.agency_id == agency_id,
        Resource.active,
        or_(Official.id.is_(None), Official.active),
    )
    return db.session.execute(query.order_by(Official.position, Resource.id)).all()


def resource_shown(resource_id: int) -> Any:
    """Return one of those rows with the body's (agency_key, agency_name, agency_address), active
    or not; None when there is none."""
    return next(iter(resources_shown([resource_id])), None)


def resources_shown(ids: Sequence[int]) -> Rows:
    """Return such rows of many resources, in no order."""
    query = (
        _shown()
        .add_columns(
            Resource.active,
            Agency.key.label("agency_key"),
            Agency.name.label("agency_name"),
            Agency.address.label("agency_address"),
        )
        .join(Agency, Agency.id == Resource.agency_id)
        .where(Resource.id.in_(ids))
    )
    return db.session.execute(query).all()


def _shown() -> Any:
    return select(
        Resource.id,
        Resource.name,
        Official.name.label("official"),
        Official.post,
        Official.place,
        Official.sample,
    ).outerjoin(Official, Official.id == Resource.official_id)


def hold_of(case: Appointment) -> Hold:
    """Return what is known of the hold *case*."""
    return Hold(
        token=case.idempotency_key or "",
        resource_id=case.resource_id,
        starts_at=case.starts_at,
        ends_at=case.ends_at,
        state=case.state,
        expires_at=case.hold_expires_at,
        details=Details(**{f.name: getattr(case, f.name) for f in fields(Details)}),
    )


def receipt_of(case: Appointment) -> Receipt:
    """Return the receipt of the booked *case*."""
    return Receipt(
        reference=case.reference,
        secret=secret_for(case.idempotency_key or ""),
        resource_id=case.resource_id,
        starts_at=case.starts_at,
        ends_at=case.ends_at,
        state=case.state,
    )

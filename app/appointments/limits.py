"""How much one person may book."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text, update

from app.appointments.cells import appointment_table
from app.appointments.models import Appointment
from app.appointments.reading import Details
from app.cases.models import Case
from app.cases.references import keyed_hash
from app.database import db
from app.language.folding import fold


def person_key(details: Details) -> str:
    """Return a keyed hash of who comes: surname and given name in either script, and the phone."""
    return keyed_hash(
        "person", f"{fold(details.surname)}|{fold(details.given_name)}|{details.phone}"
    )


def one_at_a_time(what: str) -> None:
    """On PostgreSQL, let nobody else count the same thing until this transaction ends. SQLite has
    one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        number = int(keyed_hash("lock", what)[:15], 16)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def end_past(held: Appointment, now: datetime) -> None:
    """Let go of this person's appointment with this official when it is over: nobody may have
    said yet how it went, but it keeps no one from booking again."""
    db.session.execute(
        update(appointment_table)
        .where(
            appointment_table.c.resource_id == held.resource_id,
            appointment_table.c.person_key == held.person_key,
            appointment_table.c.live,
            appointment_table.c.ends_at <= now,
        )
        .values(live=False)
    )


def already_live(held: Appointment) -> bool:
    """Return whether this person has a live appointment with this official."""
    query = select(appointment_table.c.id).where(
        appointment_table.c.resource_id == held.resource_id,
        appointment_table.c.person_key == held.person_key,
        appointment_table.c.live,
    )
    return db.session.scalar(query) is not None


def live_of_phone(phone: str, now: datetime) -> int:
    """Return how many live appointments that are not over this phone has."""
    query = (
        select(func.count())
        .select_from(Case.__table__.join(appointment_table))
        .where(
            Case.__table__.c.phone == phone,
            appointment_table.c.live,
            appointment_table.c.ends_at > now,
        )
    )
    return db.session.scalar(query) or 0

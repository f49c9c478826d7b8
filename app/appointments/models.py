"""Who receives and when, appointments, and the cells of time that they take up."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    event,
    inspect,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.cases.models import Case
from app.database import Base, UtcDateTime
from app.language.translated import Text, Translated


class Resource(Base):
    """What is booked: an official's reception, or a room or window under its own ``name``.

    A slot lasts ``slot_minutes`` and takes up cells of ``cell_minutes``. ``public_seats`` can be
    taken on the web, ``desk_seats`` more by the desk. A time is offered from ``lead_minutes``
    from now to ``horizon_days`` ahead. ``cell_minutes`` never changes: cells of two sizes would
    not collide.
    """

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("cell_minutes > 0 AND 60 % cell_minutes = 0", name="cell_divides_hour"),
        CheckConstraint("slot_minutes > 0 AND slot_minutes <= 1440", name="slot_length"),
        CheckConstraint("public_seats >= 0 AND desk_seats >= 0", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"), unique=True)
    name: Mapped[Text] = mapped_column(Translated, default=Text)
    slot_minutes: Mapped[int] = mapped_column(default=20)
    cell_minutes: Mapped[int] = mapped_column(default=20)
    public_seats: Mapped[int] = mapped_column(default=1)
    desk_seats: Mapped[int] = mapped_column(default=0)
    lead_minutes: Mapped[int] = mapped_column(default=120)
    horizon_days: Mapped[int] = mapped_column(default=30)
    active: Mapped[bool] = mapped_column(default=True)


class WeeklyHours(Base):
    """Hours that come back on a weekday (0 is Monday), in Tashkent time.

    ``every_weeks`` is counted from the week of ``valid_from``: 2 is every other week.
    """

    __tablename__ = "weekly_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        CheckConstraint("every_weeks > 0", name="every_weeks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    every_weeks: Mapped[int] = mapped_column(default=1)


class DayChange(Base):
    """One day that differs from the weekly hours: ``closed``, wholly or from ``starts`` to
    ``ends``, or ``extra`` hours, which hold on a holiday too."""

    __tablename__ = "day_change"
    __table_args__ = (
        Index("ix_day_change_resource_day", "resource_id", "day"),
        CheckConstraint(
            "(starts IS NULL AND ends IS NULL AND kind = 'closed') OR starts < ends", name="hours"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(6))
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    reason: Mapped[Text] = mapped_column(Translated, default=Text)


class Appointment(Case):
    """A reception of one citizen at one time; while ``held``, the citizen is still typing.

    ``hold_expires_at`` is set only while held. ``person_key`` is a keyed hash of name and phone;
    ``live`` marks what is booked and not over, one for each person and resource.
    The form's key (``idempotency_key``) names the hold in the addresses of the booking pages.
    """

    __tablename__ = "appointment"
    __table_args__: Any = (
        Index("ix_appointment_resource_starts", "resource_id", "starts_at"),
        Index(
            "uq_appointment_live_person",
            "resource_id",
            "person_key",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )
    __mapper_args__ = {"polymorphic_identity": "appointment"}  # noqa: RUF012

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        "held": frozenset({"booked", "expired"}),
        "booked": frozenset({"arrived", "cancelled", "no_show"}),
        "arrived": frozenset({"fulfilled"}),
    }
    FINAL = frozenset({"expired", "cancelled", "no_show", "fulfilled"})

    id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seat: Mapped[int]
    hold_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    topic: Mapped[str] = mapped_column(String(32), default="")
    text: Mapped[str] = mapped_column(String(1000), default="")
    person_key: Mapped[str | None] = mapped_column(String(64))
    live: Mapped[bool] = mapped_column(default=False)


class AppointmentCell(Base):
    """One cell of one seat, taken. The primary key is what forbids a double booking: time cannot
    be taken up in any other way.

    ``cell_start`` is a whole multiple of the resource's cell length, in minutes since 1970 UTC.
    """

    __tablename__ = "appointment_cell"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    cell_start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)


@event.listens_for(Resource, "before_update")
def _keep_cells(mapper: Mapper[Any], connection: Any, target: Resource) -> None:
    if inspect(target).attrs.cell_minutes.history.has_changes():
        raise TypeError("the cell length of a resource never changes")

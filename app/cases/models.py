"""The case file behind every door, its timeline, and the calendar of days off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Connection, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.database import Base, UtcDateTime
from app.language.translated import Text, Translated


class Case(Base):
    """What a citizen brought to a state body, through whichever door.

    A door is a subclass with its own table, its ``TRANSITIONS`` (state: states it may move to)
    and its ``FINAL`` states. There is no version counter: every move locks the row first.
    ``idempotency_key`` is the key of the form that made the case; ``event_count`` and
    ``last_hash`` repeat the end of the timeline, so that a cut-off tail shows.
    """

    __tablename__ = "case_file"
    __table_args__: Any = (
        Index(
            "ix_case_file_open",
            "agency_id",
            "due_on",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {}
    FINAL: ClassVar[frozenset[str]] = frozenset()

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(11), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[str] = mapped_column(String(24))
    due_on: Mapped[date | None]
    applicant_type: Mapped[str] = mapped_column(String(10), default="individual")  # or legal
    surname: Mapped[str] = mapped_column(String(100), default="")
    given_name: Mapped[str] = mapped_column(String(100), default="")
    patronymic: Mapped[str] = mapped_column(String(100), default="")
    organisation: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(15), default="", index=True)  # E.164 digits
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(5))  # web, desk, phone
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_count: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="")


class CaseEvent(Base):
    """One line of a case's timeline, chained to the one before by its hash. Never changed.

    ``actor`` is ``applicant``, ``system`` or ``user:12``; ``data`` holds only what JSON gives
    back unchanged: texts, whole numbers, true, false, null, lists and dicts.
    """

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class CalendarDay(Base):
    """A day that differs from its weekday: a public holiday, or a working day moved to a weekend.

    On a moved working day the hours of the weekday ``as_weekday`` hold (0 is Monday); without it
    those of its own.
    """

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    as_weekday: Mapped[int | None]
    name: Mapped[Text] = mapped_column(Translated)


@event.listens_for(CaseEvent, "before_update")
@event.listens_for(CaseEvent, "before_delete")
def _refuse(mapper: Mapper[Any], connection: Connection, target: CaseEvent) -> None:
    raise TypeError("the timeline only grows")

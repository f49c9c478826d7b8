"""Life events and the services of the catalogue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.models import Agency
from app.database import Base
from app.language.translated import Text, Translated


class LifeEvent(Base):
    """A situation in life under which services are grouped."""

    __tablename__ = "life_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(16))  # individual, legal, both
    title: Mapped[Text] = mapped_column(Translated)
    hint: Mapped[Text] = mapped_column(Translated)
    position: Mapped[int]


class Service(Base):
    """The passport of a service. Empty means not known, and is not shown as a fact.

    ``documents``, ``steps`` and ``legal`` are lists of stored ``Text`` values; ``also`` lists the
    names that people use for the service, for the search only. ``fee_units`` is a multiple of the
    base calculation amount (БҲМ), 0 for free, None when unknown.
    """

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    life_event_id: Mapped[int] = mapped_column(ForeignKey("life_event.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    audience: Mapped[str] = mapped_column(String(16), index=True)  # individual, legal, both
    way: Mapped[str] = mapped_column(String(16), index=True)  # form, information, external
    title: Mapped[Text] = mapped_column(Translated)
    description: Mapped[Text] = mapped_column(Translated)
    who: Mapped[Text] = mapped_column(Translated)
    documents: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    steps: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    legal: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    fee_units: Mapped[Decimal | None] = mapped_column(Numeric(8, 3))
    payment: Mapped[Text] = mapped_column(Translated)
    term: Mapped[int | None]
    term_unit: Mapped[str] = mapped_column(String(16), default="")
    result: Mapped[Text] = mapped_column(Translated)
    contest: Mapped[Text] = mapped_column(Translated)
    other_ways: Mapped[Text] = mapped_column(Translated)
    note: Mapped[Text] = mapped_column(Translated)
    also: Mapped[list[str]] = mapped_column(JSON, default=list)
    full: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]

    life_event: Mapped[LifeEvent] = relationship()
    agency: Mapped[Agency] = relationship()

    def texts(self, column: str) -> list[Text]:
        """The list column *column* as ``Text`` values, for the page."""
        rows: Any = getattr(self, column)
        return [Text(row) for row in rows or []]

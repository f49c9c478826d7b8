"""Regions, state bodies and their officials."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.language.translated import Text, Translated


class Region(Base):
    """A region, or a district or city in one. ``code`` is the state's own (МҲОБТ)."""

    __tablename__ = "region"

    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent_code: Mapped[int | None] = mapped_column(ForeignKey("region.code"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # republic, region, city, district
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Text] = mapped_column(Translated)
    position: Mapped[int]

    parent: Mapped[Region | None] = relationship(remote_side=[code])


class Agency(Base):
    """A state body. ``key`` is its permanent name in URLs and data files.

    ``abolished`` marks a body that no longer exists and is kept for those who look for it;
    nothing can be booked with it.
    """

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    region_code: Mapped[int | None] = mapped_column(ForeignKey("region.code"), index=True)
    name: Mapped[Text] = mapped_column(Translated)
    short_name: Mapped[Text] = mapped_column(Translated)
    duties: Mapped[Text] = mapped_column(Translated)  # what it does; empty when not known
    address: Mapped[Text] = mapped_column(Translated)
    phones: Mapped[str] = mapped_column(String(200), default="")  # E.164, space between
    site: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[Text] = mapped_column(Translated)  # working hours in words
    also: Mapped[list[str]] = mapped_column(JSON, default=list)  # what people call it; for search
    abolished: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]  # order in lists: as in the seed data, ministries first

    parent: Mapped[Agency | None] = relationship(remote_side=[id])
    region: Mapped[Region | None] = relationship()
    officials: Mapped[list[Official]] = relationship(
        back_populates="agency", order_by="Official.position"
    )


class Official(Base):
    """Someone of a body who receives citizens. ``sample`` marks a made-up name."""

    __tablename__ = "official"
    __table_args__ = (Index("ix_official_agency_position", "agency_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[Text] = mapped_column(Translated)
    post: Mapped[Text] = mapped_column(Translated)
    place: Mapped[Text] = mapped_column(Translated)  # where visitors are received
    sample: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]

    agency: Mapped[Agency] = relationship(back_populates="officials")

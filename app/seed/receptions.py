"""Seeding sample reception hours: when each sample official receives citizens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy import select

from app.agencies.models import Official
from app.appointments.models import Resource, WeeklyHours
from app.database import db

_MORNING = (time(10), time(13))
_AFTERNOON = (time(14), time(17))
_WORKDAYS = range(5)


def seed_receptions(today: date) -> None:
    """The head and the deputies receive once a week for three hours, the office that works with
    citizens on every working day.
    """
    monday = today - timedelta(days=today.weekday())
    query = select(Official.id, Official.agency_id, Official.position)
    officials = db.session.execute(query.order_by(Official.id)).all()
    last = {row.agency_id: row.position for row in officials}
    resources = []
    for row in officials:
        resource = Resource(agency_id=row.agency_id, official_id=row.id)
        if row.position == 0:
            resource.slot_minutes = resource.cell_minutes = 15
        resources.append(resource)
    db.session.add_all(resources)
    db.session.flush()
    for row, resource in zip(officials, resources, strict=True):
        office = row.position == last[row.agency_id]
        for weekday, (starts, ends) in _hours(row.agency_id, row.position, office):
            db.session.add(
                WeeklyHours(
                    resource_id=resource.id,
                    weekday=weekday,
                    starts=starts,
                    ends=ends,
                    valid_from=monday,
                )
            )
    db.session.flush()


def _hours(agency: int, rank: int, office: bool) -> Iterator[tuple[int, tuple[time, time]]]:
    if office:
        for weekday in _WORKDAYS:
            yield weekday, (time(9), time(13))
            yield weekday, _AFTERNOON
    else:
        yield (agency + rank * 2) % len(_WORKDAYS), _AFTERNOON if rank % 2 else _MORNING

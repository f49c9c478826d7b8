"""What tests start from: a body with an official who receives on weekdays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from app.agencies.models import Agency, Official, Region
from app.appointments.models import Resource, WeeklyHours
from app.appointments.operations import Details
from app.clock import TASHKENT
from app.database import db, transaction
from app.language.translated import Text

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # a Monday, 09:00 in Tashkent
TOMORROW = date(2026, 11, 24)


def at(clock: str, day: date = TOMORROW) -> datetime:
    """*clock* ("09:20") on *day* in Tashkent, as a moment in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), TASHKENT).astimezone(UTC)


def make_agency(key: str = "justice") -> int:
    """A body; returns its id."""
    with transaction():
        if db.session.get(Region, 1726) is None:
            db.session.add(
                Region(code=1726, kind="city", slug="tashkent", name=_text("Тошкент"), position=0)
            )
        agency = Agency(
            key=key,
            kind="ministry",
            name=_text("Адлия вазирлиги"),
            short_name=_text("Адлия"),
            duties=Text(),
            address=_text("Тошкент шаҳри"),
            hours=Text(),
            position=1,
        )
        db.session.add(agency)
        db.session.flush()
        return agency.id


def make_resource(agency_id: int, *, hours: str = "09:00-12:00", **columns: object) -> int:
    """An official of the body who receives on weekdays; returns the resource's id."""
    starts, _, ends = hours.partition("-")
    with transaction():
        official = Official(
            agency_id=agency_id,
            name=_text("Каримов Анвар"),
            post=_text("Вазир ўринбосари"),
            place=_text("1-қават, 5-хона"),
            sample=True,
            position=0,
        )
        db.session.add(official)
        db.session.flush()
        resource = Resource(agency_id=agency_id, official_id=official.id, **columns)
        db.session.add(resource)
        db.session.flush()
        for weekday in range(5):
            db.session.add(
                WeeklyHours(
                    resource_id=resource.id,
                    weekday=weekday,
                    starts=time.fromisoformat(starts),
                    ends=time.fromisoformat(ends),
                    valid_from=date(2026, 1, 1),
                )
            )
        return resource.id


def details(number: int = 1, **changed: str) -> Details:
    """The details of citizen *number*."""
    given = {
        "surname": "Алиев",
        "given_name": "Вали",
        "phone": f"99890{number:07}",
        "topic": "other",
        "text": "Уй-жой масаласи",
        **changed,
    }
    return Details(**given)


def token(number: int = 1) -> str:
    """The key of form *number*."""
    return f"form-{number:032}"


def later(**amount: float) -> datetime:
    """``NOW`` and some more."""
    return NOW + timedelta(**amount)


def _text(uzbek: str) -> Text:
    return Text({"uz_Cyrl": uzbek})

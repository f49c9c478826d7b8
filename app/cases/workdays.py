"""Which days are worked: Monday to Friday, but for what the calendar says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.cases.models import CalendarDay
from app.database import db


def special_days(first: date, last: date) -> dict[date, Any]:
    """Return the calendar's rows (day, working, as_weekday) from *first* to *last* by day."""
    query = select(CalendarDay.day, CalendarDay.working, CalendarDay.as_weekday).where(
        CalendarDay.day.between(first, last)
    )
    return {row.day: row for row in db.session.execute(query)}


def working_days(first: date, last: date) -> list[date]:
    """Return the working days from *first* to *last*, both included, in one query."""
    special = special_days(first, last)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [d for d in days if (special[d].working if d in special else d.weekday() < 5)]


def is_working_day(day: date) -> bool:
    """Return whether *day* is worked."""
    return bool(working_days(day, day))

"""Seeding the calendar of days off from ``holidays.json``: last year to the last year it knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.cases.models import CalendarDay
from app.database import db
from app.language.translated import Text
from app.seed import files

SATURDAY = 5


def seed_calendar(today: date) -> None:
    """Public holidays, each that falls on a weekend moved to the next working day (Labour Code).

    Days that a yearly decree moves are entered by an administrator.
    """
    data = files.holidays()
    years = range(today.year - 1, max(int(year) for year in data["movable_dates"]) + 1)
    days: dict[date, Text] = {}
    for year in years:
        for day, name in sorted(_of_year(data, year), key=lambda pair: pair[0]):
            days.setdefault(_moved(day, days), name)
    for day, name in days.items():
        db.session.add(CalendarDay(day=day, working=False, name=name))
    db.session.flush()


def _of_year(data: dict[str, Any], year: int) -> Iterator[tuple[date, Text]]:
    for row in data["fixed"]:
        month, day = map(int, row["date"].split("-"))
        yield date(year, month, day), files.text(row, "name")
    movable = {row["key"]: row for row in data["movable"]}
    for key, written in data["movable_dates"].get(str(year), {}).items():
        # "2027-03-09 (estimate)": what follows the date is for the reader of the file.
        yield date.fromisoformat(written[:10]), files.text(movable[key], "name")


def _moved(day: date, taken: dict[date, Text]) -> date:
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day

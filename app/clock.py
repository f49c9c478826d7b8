"""Time: one place that asks the machine. Operations take ``now`` as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TASHKENT = ZoneInfo("Asia/Tashkent")


def now() -> datetime:
    """The present moment, aware, in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def today_in_tashkent(moment: datetime) -> date:
    """The calendar day in Tashkent at *moment*; deadlines compare days, not seconds."""
    return moment.astimezone(TASHKENT).date()

"""Rate limits kept as counter rows in the database, so that every process sees the same count.

Only acts are limited, never reading: many people may share one address.
"""

from __future__ import annotations

import hashlib

from flask import current_app, request
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String
from werkzeug.exceptions import TooManyRequests

from app import clock
from app.database import Base, db, transaction

# act: (how many, in how many seconds). Generous enough for a family or an office behind one
# address; the setting RATE_LIMITS ("track=10/600,book=60/3600") overrides single ones.
LIMITS = {
    "hold": (120, 600),
    "fill": (120, 600),
    "book": (60, 3600),
    "change": (60, 3600),
    "track": (30, 600),  # tries at a reference and secret, per address
    "track-reference": (10, 600),  # and per reference, from wherever
}


class RateCount(Base):
    """How often an act was done in one window of time, by a hash of who did it."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    until: Mapped[int] = mapped_column(index=True)  # Unix seconds; older rows are swept


def limit(act: str, by: str | None = None) -> None:
    """Count one *act* of the caller's address, or of *by*; raise 429 when it is one too many.

    The count is kept by a hash: no address is stored.
    """
    allowed, seconds = _limits()[act]
    now = int(clock.now().timestamp())
    window = now // seconds
    who = by if by is not None else (request.remote_addr or "")
    key = hashlib.sha256(f"{current_app.secret_key!r}{act}{who}".encode()).hexdigest()
    if _count(key, window, (window + 1) * seconds, now) > allowed:
        error = TooManyRequests()
        error.retry_after = (window + 1) * seconds - now
        raise error


def _count(key: str, window: int, until: int, now: int) -> int:
    with transaction():
        number = _add_one(key, window)
        if number is None:
            db.session.execute(delete(RateCount).where(RateCount.until < now))
            try:
                with db.session.begin_nested():
                    db.session.add(RateCount(key=key, window=window, number=1, until=until))
                number = 1
            except IntegrityError:  # another process made the row in the meantime
                number = _add_one(key, window) or 1
    return number


def _add_one(key: str, window: int) -> int | None:
    return db.session.scalar(
        update(RateCount)
        .where(RateCount.key == key, RateCount.window == window)
        .values(number=RateCount.number + 1)
        .returning(RateCount.number)
    )


def _limits() -> dict[str, tuple[int, int]]:
    limits = dict(LIMITS)
    for rule in filter(None, current_app.config["RATE_LIMITS"].split(",")):
        act, _, amount = rule.strip().partition("=")
        number, _, seconds = amount.partition("/")
        limits[act] = (int(number), int(seconds))
    return limits

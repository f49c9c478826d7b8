"""``seed``: fill an empty database, in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.agencies.models import Region
from app.catalogue.search import reindex
from app.clock import today_in_tashkent
from app.content import bump_content_version
from app.database import db, transaction
from app.seed import calendar, directory, receptions


def seed(now: datetime) -> bool:
    """Fill the database and return True; return False, touching nothing, when it has data."""
    today = today_in_tashkent(now)
    with transaction():
        if db.session.scalar(select(Region.code).limit(1)) is not None:
            return False
        directory.seed_regions()
        directory.seed_agencies()
        directory.seed_catalogue()
        calendar.seed_calendar(today)
        receptions.seed_receptions(today)
        reindex()
        bump_content_version()
    return True

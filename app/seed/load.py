"""``seed``: fill an empty database, in one transaction."""

from __future__ import annotations

from sqlalchemy import select

from app.agencies.models import Region
from app.database import db, transaction
from app.page_cache import bump_content_version
from app.seed import directory


def seed() -> bool:
    """Fill the database and return True; return False, touching nothing, when it has data."""
    with transaction():
        if db.session.scalar(select(Region.code).limit(1)) is not None:
            return False
        directory.seed_regions()
        directory.seed_agencies()
        directory.seed_catalogue()
        bump_content_version()
    return True

"""Reading the directory of state bodies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.agencies.models import Agency, Official, Region
from app.content import kept, kept_rows
from app.database import Rows, db

# How the kinds of bodies are grouped for a reader who looks for one.
GROUPS: dict[str, tuple[str, ...]] = {
    "state": ("president", "parliament", "government", "court", "prosecutor"),
    "ministries": ("ministry",),
    "committees": ("committee", "agency", "inspectorate", "commission"),
    "services": ("service", "department", "fund", "bank", "company", "other"),
    "hokimiyats": ("hokimiyat_region", "hokimiyat_city", "hokimiyat_district"),
    "regional": ("regional_department",),
}


def agency_by_key(key: str) -> Agency | None:
    """The body *key* with its parent, region and officials, or None."""
    return db.session.scalar(
        select(Agency)
        .where(Agency.key == key)
        .options(
            joinedload(Agency.parent),
            joinedload(Agency.region),
            selectinload(Agency.officials.and_(Official.active)),
        )
    )


def list_agencies(
    *,
    group: str = "",
    region: int | None = None,
    only: Sequence[int] | None = None,
    after: int = -1,
    limit: int = 60,
) -> Rows:
    """Bodies as rows (id, key, name, abolished, position).

    *group* is a key of ``GROUPS``; *region* takes the bodies of the region and of its districts;
    *only* keeps these ids, in that order. Otherwise they come by position, the first *limit* past
    *after* (keyset paging).
    """
    query = select(Agency.id)
    if group in GROUPS:
        query = query.where(Agency.kind.in_(GROUPS[group]))
    if region is not None:
        inside = select(Region.code).where((Region.code == region) | (Region.parent_code == region))
        query = query.where(Agency.region_code.in_(inside))
    if only is None:
        query = query.where(Agency.position > after).order_by(Agency.position).limit(limit)
        return _agencies(db.session.scalars(query).all())
    if not (group or region):
        return _agencies(only)
    fitting = set(db.session.scalars(query.where(Agency.id.in_(only))))
    return _agencies([id_ for id_ in only if id_ in fitting])


@kept_rows
def _agencies(ids: Sequence[int]) -> Rows:
    query = select(Agency.id, Agency.key, Agency.name, Agency.abolished, Agency.position)
    return db.session.execute(query.where(Agency.id.in_(ids))).all()


@kept
def regions() -> Rows:
    """The regions (code, slug, name) in their order; no districts."""
    query = select(Region.code, Region.slug, Region.name).where(Region.parent_code.is_(None))
    return db.session.execute(query.order_by(Region.position)).all()

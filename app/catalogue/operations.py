"""Reading the catalogue of services."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.agencies.models import Agency
from app.catalogue.models import LifeEvent, Service
from app.content import kept, kept_rows
from app.database import Rows, db

AUDIENCES = ("individual", "legal")
WAYS = ("form", "information", "external")


@kept
def life_events() -> Rows:
    """Life events (id, key, title, hint, services: how many) in their order."""
    query = (
        select(
            LifeEvent.id,
            LifeEvent.key,
            LifeEvent.title,
            LifeEvent.hint,
            func.count(Service.id).label("services"),
        )
        .outerjoin(Service, Service.life_event_id == LifeEvent.id)
        .group_by(LifeEvent.id)
        .order_by(LifeEvent.position)
    )
    return db.session.execute(query).all()


def list_services(
    *,
    life_event: str = "",
    agency: str = "",
    audience: str = "",
    way: str = "",
    only: Sequence[int] | None = None,
    after: int = -1,
    limit: int = 60,
) -> Rows:
    """Services as rows (id, key, title, position, agency_name).

    *life_event* and *agency* are keys; a service for both audiences is found under either. *only*
    keeps these ids, in that order; otherwise the first *limit* past the position *after*.
    """
    query = select(Service.id)
    if life_event:
        query = query.join(LifeEvent).where(LifeEvent.key == life_event)
    if agency:
        query = query.join(Agency).where(Agency.key == agency)
    if audience in AUDIENCES:
        query = query.where(Service.audience.in_((audience, "both")))
    if way in WAYS:
        query = query.where(Service.way == way)
    if only is None:
        query = query.where(Service.position > after).order_by(Service.position).limit(limit)
        return _services(db.session.scalars(query).all())
    if not (life_event or agency or audience or way):
        return _services(only)
    fitting = set(db.session.scalars(query.where(Service.id.in_(only))))
    return _services([id_ for id_ in only if id_ in fitting])


@kept_rows
def _services(ids: Sequence[int]) -> Rows:
    query = (
        select(
            Service.id,
            Service.key,
            Service.title,
            Service.position,
            Agency.name.label("agency_name"),
        )
        .join(Agency, Agency.id == Service.agency_id)
        .where(Service.id.in_(ids))
    )
    return db.session.execute(query).all()


def service_by_key(key: str) -> Service | None:
    """The service *key* with its body and life event, or None."""
    return db.session.scalar(
        select(Service)
        .where(Service.key == key)
        .options(joinedload(Service.agency), joinedload(Service.life_event))
    )


@kept
def services_by_keys(keys: Sequence[str]) -> Rows:
    """Services (key, title) in the order of *keys*; unknown keys are left out."""
    rank = {key: place for place, key in enumerate(keys)}
    query = select(Service.key, Service.title).where(Service.key.in_(keys))
    return sorted(db.session.execute(query).all(), key=lambda row: rank[row.key])


@kept
def agencies_with_services() -> Rows:
    """Bodies (key, name) that are responsible for at least one service, by name's order."""
    query = select(Agency.key, Agency.name).where(
        Agency.id.in_(select(Service.agency_id).distinct())
    )
    return db.session.execute(query.order_by(Agency.position)).all()


@kept
def counts() -> dict[str, int]:
    """How many services there are, and how many bodies that exist today."""
    services = db.session.scalar(select(func.count(Service.id))) or 0
    bodies = select(func.count(Agency.id)).where(Agency.abolished.is_(False))
    return {"services": services, "agencies": db.session.scalar(bodies) or 0}

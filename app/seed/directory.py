"""Seeding regions, state bodies, officials with sample names, life events and services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.agencies.models import Agency, Official, Region
from app.catalogue.models import LifeEvent, Service
from app.database import db
from app.language.translated import Text
from app.seed import files, officials

_LISTS = ("documents", "steps", "legal")
_TEXTS = ("description", "who", "payment", "result", "contest", "other_ways", "note")
_ASSUMED = "assumed free"


def seed_regions() -> None:
    """14 regions with their districts and cities."""
    for position, row in enumerate(files.rows("regions.csv")):
        db.session.add(
            Region(
                code=int(row["code"]),
                parent_code=int(row["parent_code"]) if row["level"] == "district" else None,
                kind=row["kind"],
                slug=row["slug"],
                name=files.text(row, "name"),
                position=position,
            )
        )
    db.session.flush()


def seed_agencies() -> None:
    """State bodies, then their officials. Bodies of the ``2015`` era no longer exist."""
    written = files.bodies()
    by_key: dict[str, Agency] = {}
    rows = files.rows("agencies.csv")
    for position, row in enumerate(rows):
        about = _about(row, written)
        agency = Agency(
            key=row["key"],
            kind=row["kind"],
            region_code=int(row["region_code"]) if row["region_code"] else None,
            name=files.text(row, "name"),
            short_name=files.text(row, "short"),
            duties=files.written(about.get("duties")),
            address=files.written(about.get("address")),
            site=about.get("site", ""),
            hours=Text(),
            also=about.get("also", []),
            abolished=row["era"] == "2015",
            position=position,
        )
        by_key[row["key"]] = agency
        db.session.add(agency)
    db.session.flush()
    for row in rows:
        if row["parent_key"]:
            by_key[row["key"]].parent_id = by_key[row["parent_key"]].id
    _seed_officials(by_key)


def _about(row: dict[str, str], written: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is written about the body itself, or about the branches of its parent, or its kind."""
    names = [row["key"]]
    if row["kind"] == "regional_department":
        names.append(f"parent:{row['parent_key']}")
    names.append(f"kind:{row['kind']}")
    return next((written[name] for name in names if name in written), {})


def _seed_officials(by_key: dict[str, Agency]) -> None:
    for number, agency in enumerate(by_key.values()):
        if agency.abolished:
            continue
        for position, (post, name) in enumerate(officials.of(agency.key, agency.kind, number)):
            db.session.add(
                Official(
                    agency_id=agency.id,
                    name=name,
                    post=post,
                    place=Text(),
                    sample=True,
                    position=position,
                )
            )
    db.session.flush()


def seed_catalogue() -> None:
    """Life events and services with what is known of each; doubtful fees and terms stay out."""
    events: dict[str, LifeEvent] = {}
    for row in files.rows("life_events.csv"):
        events[row["key"]] = LifeEvent(
            key=row["key"],
            audience=row["audience"],
            title=files.text(row, "title"),
            hint=files.text(row, "hint"),
            position=int(row["order"]),
        )
        db.session.add(events[row["key"]])
    db.session.flush()
    agencies = {key: id_ for id_, key in db.session.query(Agency.id, Agency.key)}
    passports = files.passports()
    for position, row in enumerate(files.rows("services.csv")):
        passport = passports.get(row["key"], {})
        service = Service(
            key=row["key"],
            life_event_id=events[row["life_event"]].id,
            agency_id=agencies[row["agency_key"]],
            audience=row["audience"],
            way=row["online_kind"],
            title=files.text(row, "title"),
            position=position,
            **_certain(row, passport),
            **_passport(passport),
        )
        db.session.add(service)
    db.session.flush()


def _certain(row: dict[str, str], passport: dict[str, Any]) -> dict[str, Any]:
    """Fee and term, only where the data has no doubt: see ``SOURCES.md`` of the data."""
    sure = row["confidence"] == "ok" and passport.get("confidence", "ok") == "ok"
    fee_sure = sure and row["fee_known"] == "yes" and row["fee_source"] != _ASSUMED
    term_sure = sure and row["term"]
    return {
        "fee_units": Decimal(row["fee_bhm"]) if fee_sure else None,
        "term": int(row["term"]) if term_sure else None,
        "term_unit": row["term_unit"] if term_sure else "",
    }


def _passport(given: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: files.written(given.get(name)) for name in _TEXTS}
    for name in _LISTS:
        values[name] = [files.written(item).stored() for item in given.get(name, [])]
    values["also"] = given.get("also", [])
    values["full"] = given.get("level") == "full"
    return values

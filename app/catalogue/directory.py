"""Pages of the directory of state bodies.

They stand in this room, not in ``agencies``: a body's page shows its services, and the directory
is searched with the catalogue's search.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.agencies import operations as agency_operations
from app.catalogue import operations, search
from app.web import public, render, whole_number

directory = Blueprint("agencies", __name__, url_prefix="/<locale:locale>/agencies")

PER_PAGE = 60


@directory.get("")
@public
def index() -> Response:
    """State bodies by name, group and region."""
    query = request.args.get("q", "").strip()
    group = request.args.get("group", "")
    region = request.args.get("region", type=whole_number)
    after = request.args.get("after", -1, type=whole_number)
    only = None
    if query:
        hits = search.search(query, limit=200, kinds=("agency",)).hits
        only = [hit.target_id for hit in hits]
    rows = agency_operations.list_agencies(
        group=group, region=region, only=only, after=after, limit=PER_PAGE + 1
    )
    more = rows[PER_PAGE - 1].position if only is None and len(rows) > PER_PAGE else None
    return render(
        "catalogue/agencies.html",
        fragment="catalogue/_agencies.html",
        rows=rows[:PER_PAGE] if only is None else rows,
        more=more,
        after=after,
        chosen={"q": query, "group": group, "region": region},
        regions=agency_operations.regions(),
    )


@directory.get("/<key>")
@public
def agency(key: str) -> Response:
    """One body: what it does, its services, its officials and the booking door."""
    found = agency_operations.agency_by_key(key)
    if found is None:
        abort(404)
    services = operations.list_services(agency=key, limit=200)
    return render("catalogue/agency.html", agency=found, services=services)

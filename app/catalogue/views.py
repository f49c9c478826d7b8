"""Pages of the catalogue: services, the passport of a service, the search."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.agencies import operations as agency_operations
from app.catalogue import operations, search
from app.database import Rows
from app.web import public, render, wants_fragment, whole_number

catalogue = Blueprint("catalogue", __name__, url_prefix="/<locale:locale>")

PER_PAGE = 60
FILTERS = ("life_event", "agency", "audience", "way")


@catalogue.get("/services")
@public
def services() -> Response:
    """Services by life event, body, audience and way; without a filter, the life events."""
    chosen = {name: request.args.get(name, "") for name in FILTERS}
    query = request.args.get("q", "").strip()
    after = request.args.get("after", -1, type=whole_number)
    only = None
    if query:
        hits = search.search(query, limit=100, kinds=("service",)).hits
        only = [hit.target_id for hit in hits]
    filtered = bool(query) or any(chosen.values()) or after >= 0 or "all" in request.args
    rows: Rows = ()
    if filtered:
        rows = operations.list_services(**chosen, only=only, after=after, limit=PER_PAGE + 1)
    more = rows[PER_PAGE - 1].position if only is None and len(rows) > PER_PAGE else None
    return render(
        "catalogue/services.html",
        fragment="catalogue/_services.html",
        filtered=filtered,
        rows=rows[:PER_PAGE] if only is None else rows,
        more=more,
        after=after,
        query=query,
        chosen=chosen,
        chosen_args={name: value for name, value in chosen.items() if value},
        life_events=operations.life_events(),
        agencies=operations.agencies_with_services(),
    )


@catalogue.get("/services/<key>")
@public
def service(key: str) -> Response:
    """The passport of a service."""
    found = operations.service_by_key(key)
    if found is None:
        abort(404)
    near = operations.list_services(life_event=found.life_event.key, limit=30)
    related = [row for row in near if row.key != key][:6]
    return render("catalogue/service.html", service=found, related=related)


@catalogue.get("/search")
@public
def find() -> Response:
    """Services and bodies for the words typed; live results for htmx."""
    query = request.args.get("q", "").strip()[:200]
    live = wants_fragment()
    services: Rows = ()
    bodies: Rows = ()
    suggestion, bodies_first = "", False
    if query:
        results = search.search(query, limit=20)
        ids = {
            kind: [hit.target_id for hit in results.hits if hit.kind == kind]
            for kind in ("service", "agency")
        }
        services = operations.list_services(only=ids["service"])
        bodies = agency_operations.list_agencies(only=ids["agency"])
        suggestion = results.suggestion
        bodies_first = bool(results.hits) and results.hits[0].kind == "agency"
    return render(
        "catalogue/search.html",
        fragment="catalogue/_search.html",
        query=query,
        services=services,
        bodies=bodies,
        bodies_first=bodies_first,
        suggestion=suggestion,
        life_events=() if services or bodies or (live and not query) else operations.life_events(),
        live=live,
    )

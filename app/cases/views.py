"""The tracker: open a case by its number and secret, see how it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from app.cases import access, operations, references
from app.cases.forms import TrackForm
from app.cases.models import Case
from app.rate_limit import limit
from app.web import render, see_other

cases = Blueprint("cases", __name__, url_prefix="/<locale:locale>")

cases.add_app_template_filter(references.format_reference, "reference")
cases.add_app_template_filter(references.format_secret, "secret")

# What each door adds to the page of its cases: kind -> (template part, its context).
DOORS: dict[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {}


@cases.route("/track", methods=["GET", "POST"])
def track() -> Response:
    """Ask for number and secret; both right, the case is open in this browser."""
    form = TrackForm(data={"reference": request.args.get("reference", "")[:20]})
    if form.accepted():
        limit("track")
        limit("track-reference", by=references.parse_reference(form.reference.data or ""))
        try:
            reference = operations.find(form.reference.data or "", form.secret.data or "")
        except operations.CaseNotFound:
            form.form_errors.append(
                gettext("No application has this number and this secret code. Check both.")
            )
        else:
            access.remember(reference)
            return see_other("cases.case", reference=reference)
    return render("cases/track.html", status=form.status, form=form)


@cases.get("/cases/<reference>")
def case(reference: str) -> Response:
    """How a case stands, what happened, what can be done."""
    found = case_to_see(reference)
    if found is None:
        return to_tracker(reference)
    part, context_of = DOORS[found.kind]
    return render("cases/case.html", case=found, part=part, **context_of(found))


@cases.post("/cases/<reference>/close")
def close(reference: str) -> Response:
    """Close the case in this browser, for one that others use too."""
    access.forget(reference)
    return see_other("cases.track")


def case_to_see(reference: str) -> Case | None:
    """The case, if it was opened in this browser."""
    return operations.case_by_reference(reference) if access.may_see(reference) else None


def to_tracker(reference: str) -> Response:
    """Ask for number and secret first; the same whether there is such a case or not."""
    known = references.parse_reference(reference)
    return see_other("cases.track", reference=references.in_address(known) if known else None)

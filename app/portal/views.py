"""The home page, the choice of language, health."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for
from sqlalchemy import text

from app.catalogue import operations as catalogue
from app.database import db
from app.language.locales import negotiate
from app.web import public, render

portal = Blueprint("portal", __name__)

# The services that people ask for most, shown on the home page.
POPULAR = (
    "biometric-passport",
    "id-card-replace",
    "birth-registration",
    "kindergarten-queue",
    "permanent-registration",
    "criminal-record",
    "sole-trader-registration",
    "driver-licence-replace",
    "pension-age",
)


@portal.get("/")
def choose_language() -> Response:
    """Send the reader to the home page in their language."""
    accept = [tag for tag, _ in request.accept_languages]
    locale = negotiate(request.cookies.get("language"), accept)
    response = make_response(redirect(url_for("portal.home", locale=locale.slug), 302))
    response.vary.update(["Cookie", "Accept-Language"])
    response.headers["Cache-Control"] = "no-store"
    return response


@portal.get("/<locale:locale>/")
@public
def home() -> Response:
    """Search, life events, the doors, tracking, 1060."""
    return render(
        "portal/home.html",
        life_events=catalogue.life_events(),
        popular=catalogue.services_by_keys(POPULAR),
        counts=catalogue.counts(),
    )


@portal.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return make_response("ok\n", 200, {"Content-Type": "text/plain"})


@portal.get("/readyz")
def readyz() -> Response:
    """The database answers too; 503 otherwise."""
    db.session.execute(text("SELECT 1"))
    return make_response("ok\n", 200, {"Content-Type": "text/plain"})

"""Errors that an operation raises on purpose, and the pages a reader sees when something fails."""

from __future__ import annotations

import traceback

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    ServiceUnavailable,
)

from app.database import db

PAGES = {400, 404, 405, 413, 429, 500, 503}


class DomainError(Exception):
    """A move that the rules do not allow. Each subclass is one named reason; views turn it into a
    sentence in the reader's language."""


def init_app(app: Flask) -> None:
    """Register the pages for HTTP errors and for whatever nobody expected."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(CSRFError, _page)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _page(error: HTTPException) -> Response:
    """The page for *error* with its own status; for a redirect, the redirect itself."""
    code = error.code or 500
    if code < 400:
        return make_response(error.get_response())
    known = code if code in PAGES else (400 if code < 500 else 500)
    response = make_response(render_template(f"errors/{known}.html", error=error), code)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if code in (429, 503):
        response.headers["Retry-After"] = str(getattr(error, "retry_after", None) or 30)
    return response


def _database_away(error: OperationalError | PoolTimeout) -> Response:
    """A locked, full or restarting database: nothing was stored, and the reader is told so."""
    db.session.rollback()
    current_app.logger.error(
        "database not available: %s", type(getattr(error, "orig", error)).__name__
    )
    return _page(ServiceUnavailable())


def _unexpected(error: Exception) -> Response:
    """A fault of ours. The log gets the place, never the values."""
    if current_app.testing or current_app.debug:
        raise error
    db.session.rollback()
    places = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error(
        "fault in %s: %s\n%s", request.endpoint, type(error).__name__, places.rstrip()
    )
    return _page(InternalServerError())

"""Rendering the main pages once, so that the first readers do not wait for templates."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.language.locales import LOCALES

PAGES = ("", "services", "agencies", "search?q=passport", "track", "no-such-page")


def warm_up(app: Flask) -> None:
    """Ask for the main pages in each language, then close every database connection: the processes
    forked from this one open their own.
    """
    client = app.test_client()
    for locale in LOCALES:
        for page in PAGES:
            client.get(f"/{locale.slug}/{page}", headers={"Accept-Encoding": "br, gzip"})
    _close(app)


def _close(app: Flask) -> None:
    with app.app_context():
        try:
            db.session.remove()
            db.engine.dispose()
        except SQLAlchemyError:
            app.logger.warning("database not reachable while warming up")

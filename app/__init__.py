"""The portal. ``create_app`` is its table of contents: read it from top to bottom."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from app import cli, config, content, errors, page_cache, web
from app.database import db
from app.extensions import babel, csrf
from app.language import interface, locales


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the application. *settings* are put over those from the environment."""
    app = Flask(
        __name__,
        static_folder=None,
        template_folder=str(config.ROOT / "templates"),
        instance_path=str(config.ROOT / "instance"),
    )
    app.config.from_mapping(config.load(os.environ))
    app.config.from_mapping(settings or {})
    app.config.setdefault(
        "SQLALCHEMY_ENGINE_OPTIONS", config.engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    )

    app.logger.setLevel(app.config["LOG_LEVEL"])

    db.init_app(app)
    babel.init_app(app, locale_selector=locales.current_code)
    interface.init_app(app)  # strings of templates, found faster
    csrf.init_app(app)

    content.init_app(app)  # what a process keeps until the content changes
    web.init_app(app)  # locale in the URL, helpers for templates, security headers
    errors.init_app(app)  # error pages in the reader's language
    _register_rooms(app)
    cli.init_app(app)
    page_cache.init_app(app)  # public pages kept rendered, in front of everything above
    web.serve_static(app)  # hashed and immutable, in front of the page cache
    return app


def _register_rooms(app: Flask) -> None:
    from app.appointments import manage as _  # noqa: F401 - its routes are in the same blueprint
    from app.appointments.views import appointments
    from app.cases.views import cases
    from app.catalogue.directory import directory
    from app.catalogue.views import catalogue
    from app.portal.views import portal

    for room in (portal, directory, catalogue, cases, appointments):
        app.register_blueprint(room)
    if app.config["DEVELOPMENT"]:
        from app.portal.styleguide import styleguide

        app.register_blueprint(styleguide)

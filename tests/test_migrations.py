"""Migrations: they lead to the models, and up, down and up again on full data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from app.cli import add_migrations
from app.config import ROOT
from app.database import Base, db
from app.seed.load import seed
from tests.conftest import TODAY, _database, _on_server, make_app

on_both = pytest.mark.parametrize("bare_app", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def bare_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without any table."""
    drop = None
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"portal_bare_{tmp_path.name[-8:]}_{id(tmp_path) % 10**6}".lower()
        _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE template0')
        url, drop = _database(server, name), f'DROP DATABASE "{name}" WITH (FORCE)'
    app = make_app(url)
    add_migrations(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if drop:
        _on_server(server, drop)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    found = {
        name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
        for name in Base.metadata.tables
    }
    db.session.rollback()
    return found


def difference() -> list[object]:
    """What differs between the database and the models."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


@on_both
def test_migrations_lead_to_the_models(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    assert difference() == []


@on_both
def test_up_down_up_on_full_data(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    seed(TODAY)
    before = rows()
    assert before["service"] == 328
    db.session.remove()
    flask_migrate.upgrade()
    assert rows() == before
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    flask_migrate.upgrade()
    assert difference() == []
    assert seed(TODAY) is True
    assert rows() == before


@on_both
def test_each_revision_goes_back_one_step_with_data(bare_app: Flask) -> None:
    """From the newest revision back by one and up again, data of the other tables stays."""
    flask_migrate.upgrade()
    seed(TODAY)
    db.session.remove()
    revisions = list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())
    for _ in revisions[:-1]:
        before = inspect(db.engine).get_table_names()
        flask_migrate.downgrade(revision="-1")
        flask_migrate.upgrade(revision="+1")
        assert sorted(inspect(db.engine).get_table_names()) == sorted(before)
        flask_migrate.downgrade(revision="-1")
    flask_migrate.upgrade()
    assert difference() == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


@pytest.mark.parametrize("bare_app", ["sqlite"], indirect=True)
def test_foreign_keys_hold_after_migration(bare_app: Flask) -> None:
    """Batch mode switches them off while it rebuilds tables; afterwards nothing may dangle."""
    flask_migrate.upgrade()
    seed(TODAY)
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize("bare_app", ["sqlite"], indirect=True)
def test_a_missing_migration_is_noticed(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE service ADD COLUMN forgotten TEXT")
    assert difference() != []

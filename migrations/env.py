"""Alembic's way into the application: one connection, batch mode for SQLite."""

from __future__ import annotations

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the database of the current application to the wanted revision."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables; rows of other tables must stay meanwhile.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadatas[None],
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="app.",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()

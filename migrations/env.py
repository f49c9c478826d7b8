"""Alembic's way into the application: one connection, batch mode for SQLite."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import TypeDecorator

db = current_app.extensions["migrate"].db


def plain_types(kind: str, item: object, autogen_context: object) -> object:
    """Write our column types as the plain ones they are stored as; a migration outlives code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


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
            render_item=plain_types,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()

"""The measure of a booking: one insert under a UNIQUE key, stored as durably as the portal does."""

import os
import sqlite3

from flask import Flask, Response, request
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError

app = Flask(__name__, static_folder=None)
engine = create_engine(os.environ["DATABASE_URL"])


@event.listens_for(engine, "connect")
def _as_the_portal(connection: object, record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout = 1800")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")


@event.listens_for(engine, "begin")
def _begin(connection: object) -> None:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]


with engine.begin() as first:
    first.execute(text("CREATE TABLE bare_insert (place VARCHAR(64) NOT NULL UNIQUE)"))
engine.dispose()


@app.get("/")
def ready() -> str:
    """The server answers."""
    return "ok"


@app.post("/")
def insert() -> Response:
    """Store the place that the form names: 201, or 409 when it is taken."""
    try:
        with engine.begin() as connection:
            statement = text("INSERT INTO bare_insert (place) VALUES (:place)")
            connection.execute(statement, {"place": request.form["place"]})
    except IntegrityError:
        return Response("taken", 409)
    return Response("stored", 201)

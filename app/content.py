"""The version of public content, and what a process keeps in memory until it changes.

Whoever changes something that public pages show bumps the version in the same transaction. Each
process asks the database for it at most once per ``PAGE_CACHE_CHECK_SECONDS``.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Rows, db

P = ParamSpec("P")
R = TypeVar("R")

_ROWS = 2000  # single rows that a process keeps of each kind


class ContentVersion(Base):
    """One row: how often public content has changed."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


def bump_content_version() -> None:
    """Say, inside the transaction of the change, that what is kept is out of date."""
    changed = db.session.execute(
        update(ContentVersion)
        .where(ContentVersion.id == 1)
        .values(number=ContentVersion.number + 1)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        db.session.add(ContentVersion(id=1, number=1))


class Content:
    """What one application knows of the version, and what it keeps. Thread-safe."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._every: float = app.config["PAGE_CACHE_CHECK_SECONDS"]
        self._version = -1
        self._checked = float("-inf")
        self.lock = threading.Lock()
        self.kept: dict[Any, tuple[int, Any]] = {}

    def version(self) -> int:
        """The content version, at most ``PAGE_CACHE_CHECK_SECONDS`` old; the last one known while
        the database does not answer."""
        now = time.monotonic()
        if now - self._checked >= self._every:
            self._checked = now
            try:
                with self._app.app_context():
                    self._version = db.session.scalar(select(ContentVersion.number)) or 0
            except SQLAlchemyError:
                self._app.logger.warning("content version not readable; kept content is served on")
        return self._version

    def forget(self) -> None:
        """Drop everything kept and ask for the version anew."""
        with self.lock:
            self.kept.clear()
            self._checked = float("-inf")


def init_app(app: Flask) -> None:
    """Give the application its content."""
    app.extensions["content"] = Content(app)


def kept(load: Callable[P, R]) -> Callable[P, R]:
    """Remember what *load* returns for its arguments until the content changes.

    For small results with few different arguments, which nobody changes in place.
    """

    @wraps(load)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        content: Content = current_app.extensions["content"]
        version = content.version()
        key = (load, args, tuple(sorted(kwargs.items())))
        found = content.kept.get(key)
        if found is None or found[0] != version:
            found = content.kept[key] = (version, load(*args, **kwargs))
        result: R = found[1]
        return result

    return answer


def kept_rows(load: Callable[[Sequence[int]], Rows]) -> Callable[[Sequence[int]], list[Any]]:
    """Remember single rows, by their ``id``, until the content changes.

    The function made returns the rows of the ids it is given, in their order, and asks *load*
    only for those it does not know; ids without a row are left out.
    """

    @wraps(load)
    def answer(ids: Sequence[int]) -> list[Any]:
        content: Content = current_app.extensions["content"]
        version = content.version()
        known_at, rows = content.kept.get(load, (None, None))
        if rows is None or known_at != version:
            rows = OrderedDict()
            content.kept[load] = (version, rows)
        missing = [id_ for id_ in ids if id_ not in rows]
        loaded = {row.id: row for row in load(missing)} if missing else {}
        found = [row for id_ in ids if (row := rows.get(id_) or loaded.get(id_)) is not None]
        if loaded:
            with content.lock:
                rows.update(loaded)
                while len(rows) > _ROWS:
                    rows.popitem(last=False)
        return found

    return answer

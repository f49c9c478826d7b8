"""What a process keeps until the content changes."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

from flask import Flask

from app import content
from app.content import bump_content_version, kept, kept_rows
from app.database import transaction


def change() -> None:
    with transaction():
        bump_content_version()


def test_a_result_is_kept_until_the_content_changes(app: Flask) -> None:
    asked = []

    @kept
    def load(name: str) -> str:
        asked.append(name)
        return name.upper()

    change()
    assert [load("a"), load("a"), load("b")] == ["A", "A", "B"]
    assert asked == ["a", "b"]
    change()
    assert load("a") == "A"
    assert asked == ["a", "b", "a"]


def test_rows_are_asked_for_once_and_come_in_the_wanted_order(app: Flask) -> None:
    asked: list[list[int]] = []

    @kept_rows
    def load(ids: Sequence[int]) -> list[SimpleNamespace]:
        asked.append(list(ids))
        return [SimpleNamespace(id=id_) for id_ in sorted(ids) if id_ < 90]

    change()
    assert [row.id for row in load([3, 1])] == [3, 1]
    assert [row.id for row in load([1, 99, 2, 3])] == [1, 2, 3]
    assert asked == [[3, 1], [99, 2]]
    change()
    load([1])
    assert asked[-1] == [1]


def test_no_more_rows_are_kept_than_allowed(app: Flask, monkeypatch) -> None:
    monkeypatch.setattr(content, "_ROWS", 2)
    asked: list[list[int]] = []

    @kept_rows
    def load(ids: Sequence[int]) -> list[SimpleNamespace]:
        asked.append(list(ids))
        return [SimpleNamespace(id=id_) for id_ in ids]

    change()
    load([1, 2, 3])
    load([1])
    assert asked == [[1, 2, 3], [1]]


def test_the_version_is_asked_for_no_more_often_than_set(app: Flask) -> None:
    app.config["PAGE_CACHE_CHECK_SECONDS"] = 3600
    watch = content.Content(app)
    before = watch.version()
    change()
    assert watch.version() == before
    watch.forget()
    assert watch.version() == before + 1

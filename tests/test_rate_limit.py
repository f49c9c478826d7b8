"""Rate limits: counted in the database, by an address nobody can forge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.exceptions import TooManyRequests

from app import clock, rate_limit
from app.database import db
from tests.conftest import make_app, on_both

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of time begin at round moments; the tests stay inside one."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


def acts(app: Flask, number: int, act: str = "track", by: str | None = None) -> int:
    """How many of *number* acts in a row are let through."""
    passed = 0
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        for _ in range(number):
            try:
                rate_limit.limit(act, by)
            except TooManyRequests:
                continue
            passed += 1
    return passed


@on_both
def test_no_more_than_allowed(app: Flask) -> None:
    allowed, _ = rate_limit.LIMITS["track"]
    assert acts(app, allowed + 5) == allowed


@on_both
def test_next_window_begins_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed, seconds = rate_limit.LIMITS["track"]
    acts(app, allowed)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(seconds=seconds))
    assert acts(app, allowed + 1) == allowed


@on_both
def test_old_rows_are_swept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    acts(app, 1)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=1))
    acts(app, 1)
    assert db.session.scalar(select(func.count()).select_from(rate_limit.RateCount)) == 1


def test_acts_are_counted_apart(app: Flask) -> None:
    acts(app, 1000, "track")
    assert acts(app, 1, "book") == 1
    assert acts(app, 1, "track", by="26-4830 1975-2") == 1


def test_answer_says_when_to_come_back(app: Flask) -> None:
    acts(app, 1000)
    here = app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    with here, pytest.raises(TooManyRequests) as refused:
        rate_limit.limit("track")
    assert refused.value.retry_after == rate_limit.LIMITS["track"][1]


def test_no_address_is_stored(app: Flask) -> None:
    acts(app, 1)
    (key,) = db.session.scalars(select(rate_limit.RateCount.key))
    assert "192.0.2.1" not in key


def test_setting_overrides_a_limit(database: str) -> None:
    app = make_app(database, RATE_LIMITS="track=2/60, book=7/60")
    with app.app_context():
        assert acts(app, 5) == 2
        assert acts(app, 9, "book") == 7


@pytest.fixture
def counted(request: pytest.FixtureRequest, database: str) -> Iterator[Any]:
    """A client of a portal with one limited act, behind as many proxies as the parameter says."""
    app = make_app(database, RATE_LIMITS="track=2/600", TRUSTED_PROXIES=request.param)

    @app.get("/act")
    def act() -> str:
        rate_limit.limit("track")
        return "done"

    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def tries(client: Any, forwarded: list[str]) -> list[int]:
    """The statuses of acts from one address that claim to come from others."""
    return [
        client.get("/act", headers={"X-Forwarded-For": value}).status_code for value in forwarded
    ]


@pytest.mark.parametrize("counted", [0], indirect=True)
def test_forged_address_does_not_help(counted: Any) -> None:
    assert tries(counted, ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]) == [
        200,
        200,
        429,
        429,
    ]


@pytest.mark.parametrize("counted", [1], indirect=True)
def test_behind_a_proxy_its_word_counts(counted: Any) -> None:
    assert tries(counted, ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"]) == [
        200,
        200,
        429,
        200,
    ]


@pytest.mark.parametrize("counted", [1], indirect=True)
def test_forged_address_does_not_help_behind_a_proxy(counted: Any) -> None:
    """The proxy appends the real address; what the caller wrote before it is not believed."""
    forged = [f"203.0.113.{number}, 192.0.2.1" for number in range(4)]
    assert tries(counted, forged) == [200, 200, 429, 429]


@pytest.mark.parametrize("counted", [0], indirect=True)
def test_page_is_clear_and_says_when(counted: Any) -> None:
    tries(counted, ["192.0.2.1"] * 2)
    response = counted.get("/act")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    assert "1060" in response.text

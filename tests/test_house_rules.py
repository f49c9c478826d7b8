"""Rules that hold for every route, swept over the URL map: a new route must be declared here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event
from werkzeug.exceptions import TooManyRequests
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import database
from app.database import db
from app.language.locales import LOCALES
from tests.conftest import make_app
from tests.pages import SLUGS, faults, parse

PUBLIC = "the same page for everybody; kept, no cookie"
FORM = "anyone; holds a form, so it has a cookie and is not stored"
HOLDER = "only who holds the unguessable token in the address"
OPENED = "only a browser that opened the case with its number and secret"
PLAIN = "a line for machines, or a redirect"

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True)
class Access:
    """Who may see a route, and arguments under which it works for a stranger."""

    rule: str
    arguments: dict[str, Any] = field(default_factory=dict)


ROUTES = {
    "portal.choose_language": Access(PLAIN),
    "portal.healthz": Access(PLAIN),
    "portal.readyz": Access(PLAIN),
    "portal.home": Access(PUBLIC),
    "catalogue.services": Access(PUBLIC),
    "catalogue.service": Access(PUBLIC, {"key": "pension-age"}),
    "catalogue.find": Access(PUBLIC),
    "agencies.index": Access(PUBLIC),
    "agencies.agency": Access(PUBLIC, {"key": "min-justice"}),
}


def routes(*rules: str, method: str = "GET") -> list[Any]:
    """The declared routes of *rules* that take *method*, as test parameters."""
    taking = {rule.endpoint for rule in _map() if method in (rule.methods or ())}
    return [
        pytest.param(endpoint, id=endpoint)
        for endpoint, access in ROUTES.items()
        if endpoint in taking and (access.rule in rules or not rules)
    ]


@cache
def _map() -> list[Rule]:
    return list(make_app("sqlite://").url_map.iter_rules())


def address(app: Flask, endpoint: str, slug: str = "ru", **arguments: Any) -> str:
    """The address of *endpoint* in a language, with the arguments under which it works."""
    given = {**ROUTES[endpoint].arguments, **arguments}
    with app.test_request_context():
        if app.url_map.is_endpoint_expecting(endpoint, "locale"):
            given["locale"] = slug
        return str(app.url_for(endpoint, **given))


def test_every_route_has_a_declared_rule() -> None:
    assert {rule.endpoint for rule in _map()} == set(ROUTES)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("endpoint", routes())
def test_every_get_answers(reader: FlaskClient, endpoint: str, slug: str) -> None:
    response = reader.get(address(reader.application, endpoint, slug))
    wanted = {PUBLIC: (200,), FORM: (200,), PLAIN: (200, 302), HOLDER: (404,), OPENED: (404, 303)}
    assert response.status_code in wanted[ROUTES[endpoint].rule]
    assert_safe(response)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("endpoint", routes(PUBLIC))
def test_public_pages_are_for_everybody(reader: FlaskClient, endpoint: str, slug: str) -> None:
    path = address(reader.application, endpoint, slug)
    for _ in range(2):
        response = reader.get(path)
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "csrf_token" not in response.text
        assert "Cookie" not in response.headers["Vary"]
    etag = response.headers["ETag"]
    assert reader.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert reader.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert_safe(reader.get(path, headers=HTMX))


@pytest.mark.parametrize("endpoint", routes(FORM, HOLDER, OPENED))
def test_personal_pages_are_not_stored(reader: FlaskClient, endpoint: str) -> None:
    response = reader.get(address(reader.application, endpoint))
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("endpoint", routes(method="POST"))
@pytest.mark.parametrize("slug", SLUGS)
def test_post_without_a_token_is_refused(reader: FlaskClient, endpoint: str, slug: str) -> None:
    response = reader.post(address(reader.application, endpoint, slug), data={"a": "b"})
    assert response.status_code == 400
    assert (
        parse(response.text).lang == dict(zip(SLUGS, (x.tag for x in LOCALES), strict=True))[slug]
    )
    assert_safe(response)


@pytest.mark.parametrize("endpoint", routes(method="POST"))
def test_large_body_is_refused(portal: Flask, endpoint: str) -> None:
    client = portal.test_client()
    response = client.post(address(portal, endpoint), data={"text": "я" * 300_000})
    assert response.status_code == 413
    assert "1060" in response.text
    assert_safe(response)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("endpoint", routes())
def test_wrong_method_is_refused(reader: FlaskClient, endpoint: str, method: str) -> None:
    path = address(reader.application, endpoint)
    adapter = reader.application.url_map.bind("localhost")
    allowed = set(adapter.allowed_methods(path))
    if method in allowed:
        return
    response = reader.open(path, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed
    assert_safe(response)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    "endpoint", [endpoint for endpoint, access in ROUTES.items() if access.arguments]
)
def test_unknown_key_is_a_404(reader: FlaskClient, endpoint: str, slug: str) -> None:
    for value in ("999999999", "99999999999999999999", "a" * 5000, "%27", "..", "\u202e"):
        unknown = dict.fromkeys(ROUTES[endpoint].arguments, value)
        try:
            path = address(reader.application, endpoint, slug, **unknown)
        except ValueError:  # the route takes numbers only
            path = address(reader.application, endpoint, slug).rpartition("/")[0] + f"/{value}"
        response = reader.get(path)
        assert response.status_code in (303, 308, 404, 405), value
        assert_safe(response)


def test_no_route_redirects_elsewhere(reader: FlaskClient) -> None:
    for path in (
        "//evil.example/",
        "/ru//evil.example",
        "/\\evil.example",
        "/ru/..//evil.example",
        "/ru?next=//evil.example",
        "/?next=https://evil.example",
    ):
        location = reader.get(path, base_url="http://localhost").headers.get("Location", "/")
        assert location.startswith(("/ru", "/uz-", "http://localhost/")) or location == "/"
        assert not location.startswith("//")


# --- answers of every kind ------------------------------------------------------------------


@pytest.fixture(scope="module")
def answers(seeded_template: Path) -> Iterator[FlaskClient]:
    """A client of a portal in production mode with a route for each kind of failure."""
    app = make_app(f"sqlite:///{seeded_template}", TESTING=False, PROPAGATE_EXCEPTIONS=False)

    @app.get("/<locale:locale>/failing/<int:code>")
    def failing(code: int) -> str:
        if code == 429:
            error = TooManyRequests()
            error.retry_after = 60
            raise error
        if code == 500:
            raise ValueError(request.headers.get("X-Who"))
        abort(code)

    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("code", [400, 403, 404, 405, 410, 413, 415, 422, 429, 500, 502, 503])
def test_every_error_has_its_page(answers: FlaskClient, code: int, slug: str) -> None:
    response = answers.get(f"/{slug}/failing/{code}")
    assert response.status_code == code
    assert "1060" in response.text
    assert "tel:1060" in parse(response.text).links
    assert faults(response.text) == []
    assert response.headers["Cache-Control"] == "no-store"
    assert_safe(response)
    fragment = answers.get(f"/{slug}/failing/{code}", headers=HTMX)
    assert fragment.status_code == code
    assert "<html" not in fragment.text
    assert_safe(fragment)


@pytest.mark.parametrize("code", [429, 503])
def test_answer_says_when_to_come_back(answers: FlaskClient, code: int) -> None:
    assert int(answers.get(f"/ru/failing/{code}").headers["Retry-After"]) > 0


def test_error_pages_need_no_database(answers: FlaskClient) -> None:
    """Not one statement is sent while an error page is drawn."""
    statements: list[str] = []
    with answers.application.app_context():
        engine = db.engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    for code in (400, 404, 405, 413, 429, 500, 503):
        assert answers.get(f"/ru/failing/{code}").status_code == code
    assert statements == []
    answers.get("/ru/services")
    assert statements


def test_fault_shows_no_details(answers: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = answers.get("/ru/failing/500", headers={"X-Who": "Karimova 998901234567"})
    formatter = logging.Formatter()
    log = "\n".join(formatter.format(record) for record in caplog.records)
    assert "failing" in log
    assert "ValueError" in log
    for text in (response.text, log):
        assert "Karimova" not in text
        assert "998901234567" not in text
    assert "ValueError" not in response.text
    assert "Traceback" not in response.text


# --- a database that does not answer --------------------------------------------------------


@pytest.fixture
def locked(seeded_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A client of a portal whose database another program is writing to, for long."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    app = make_app(seeded_database, TESTING=False)
    client = app.test_client()
    engine = create_engine(seeded_database)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield client
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("endpoint", routes(PUBLIC, FORM, PLAIN))
def test_reading_goes_on_while_the_database_is_locked(locked: FlaskClient, endpoint: str) -> None:
    assert locked.get(address(locked.application, endpoint)).status_code in (200, 302)


def test_database_away_is_a_503(tmp_path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'nowhere' / 'portal.db'}", TESTING=False)
    response = app.test_client().get("/ru/services")
    assert response.status_code == 503
    assert "1060" in response.text
    assert_safe(response)


# --- headers --------------------------------------------------------------------------------


def assert_safe(response: TestResponse) -> None:
    """Every answer, errors and fragments included, carries the security headers."""
    headers = response.headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "script-src" in policy and "style-src" in policy
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "*" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "Strict-Transport-Security" not in headers
    for name in ("Set-Cookie",):
        for cookie in headers.getlist(name):
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_behind_https_cookies_and_transport_are_strict(seeded_database: str) -> None:
    app = make_app(seeded_database, HTTPS=True, SESSION_COOKIE_SECURE=True)
    for path in ("/ru/", "/ru/nothing", "/healthz"):
        response = app.test_client().get(path, base_url="https://localhost")
        assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


def test_own_copy_of_htmx_needs_no_other_site(seeded_database: str) -> None:
    app = make_app(seeded_database, HTMX_URL="/static/htmx.js", HTMX_INTEGRITY="")
    response = app.test_client().get("/ru/")
    assert "cdn" not in response.headers["Content-Security-Policy"]
    assert "integrity" not in response.text


def test_static_files_are_immutable_and_safe(reader: FlaskClient) -> None:
    page = parse(reader.get("/ru/").text)
    for link in page.all("link"):
        if not link["href"].startswith("/static/"):
            continue
        response = reader.get(link["href"])
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert reader.get("/static/000000000000/css/site.css").status_code == 404
    assert reader.get("/static/../wsgi.py").status_code == 404

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

from app import clock, database
from app.cases.references import parse_reference
from app.database import db
from app.language.locales import LOCALES
from tests.conftest import TODAY, make_app
from tests.pages import SLUGS, faults, parse

PUBLIC = "the same page for everybody; kept, no cookie"
FRESH = "anyone; true only at this moment or with a form in it, so never stored"
HOLDER = "only who holds the unguessable token in the address"
OPENED = "only a browser that opened the case with its number and secret"
PLAIN = "a line for machines, or a redirect"

TOKEN = "A" * 32  # well formed, of nobody
REFERENCE = next(f"2648301975{d}" for d in "0123456789" if parse_reference(f"2648301975{d}"))

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
    "appointments.officials": Access(FRESH, {"key": "min-justice"}),
    "appointments.times": Access(FRESH, {"resource_id": 1}),
    "appointments.hold": Access(FRESH, {"resource_id": 1}),
    "appointments.details": Access(HOLDER, {"token": TOKEN}),
    "appointments.check": Access(HOLDER, {"token": TOKEN}),
    "appointments.receipt": Access(OPENED, {"token": TOKEN}),
    "cases.track": Access(FRESH),
    "cases.case": Access(OPENED, {"reference": REFERENCE}),
    "cases.close": Access(OPENED, {"reference": REFERENCE}),
    "appointments.cancel": Access(OPENED, {"reference": REFERENCE}),
    "appointments.reschedule": Access(OPENED, {"reference": REFERENCE}),
    "appointments.calendar": Access(OPENED, {"reference": REFERENCE}),
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
    wanted = {PUBLIC: (200,), FRESH: (200,), PLAIN: (200, 302), HOLDER: (404,), OPENED: (404, 303)}
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


@pytest.mark.parametrize("endpoint", routes(FRESH, HOLDER, OPENED))
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


@pytest.mark.parametrize("endpoint", routes(OPENED))
def test_a_case_is_seen_only_where_it_was_opened(reader: FlaskClient, endpoint: str) -> None:
    """The same answer whether there is such a case or not: the way to the tracker."""
    response = reader.get(address(reader.application, endpoint))
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/ru/track")


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
        if "content_version" not in statement and statement != "BEGIN":  # fails harmlessly
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


@pytest.mark.parametrize("endpoint", routes(PUBLIC, FRESH, PLAIN))
def test_reading_goes_on_while_the_database_is_locked(locked: FlaskClient, endpoint: str) -> None:
    assert locked.get(address(locked.application, endpoint)).status_code in (200, 302)


@pytest.mark.parametrize("slug", SLUGS)
def test_writing_is_refused_clearly_while_the_database_is_locked(
    locked: FlaskClient, slug: str
) -> None:
    token = parse(locked.get(f"/{slug}/track").text).csrf_token
    response = locked.post(f"/{slug}/track", data={**TRACK, "csrf_token": token})
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "1060" in response.text
    assert faults(response.text) == []
    assert_safe(response)


def test_database_away_is_a_503(tmp_path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'nowhere' / 'portal.db'}", TESTING=False)
    response = app.test_client().get("/ru/services")
    assert response.status_code == 503
    assert "1060" in response.text
    assert_safe(response)


# --- forms ----------------------------------------------------------------------------------

TRACK = {"reference": REFERENCE, "secret": "1234 5678 9012"}


@pytest.fixture
def visitor(seeded_database: str, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A citizen's browser on a portal of this test, which may be written to."""
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    return make_app(seeded_database, RATE_LIMITS="track=3/600").test_client()


def send(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Fill the form at *path* and send it, as a person would."""
    page = parse(client.get(path).text)
    return client.post(path, data={"csrf_token": page.csrf_token, **typed})


@pytest.mark.parametrize("slug", SLUGS)
def test_form_with_errors_comes_back_as_it_was(visitor: FlaskClient, slug: str) -> None:
    response = send(visitor, f"/{slug}/track", reference="26-48 <b>", secret="12")
    page = parse(response.text)
    assert response.status_code == 422
    assert faults(response.text) == []
    assert_safe(response)
    typed = {tag["name"]: tag.get("value") for tag in page.all("input") if tag.get("id")}
    assert typed["reference"] == "26-48 <b>"
    assert typed["secret"] == "12"
    ids = {tag.get("id") for _, tag in page.tags}
    assert {"error-reference", "error-secret"} <= ids
    summary = [link for link in page.links if link in ("#reference", "#secret")]
    assert summary == ["#reference", "#secret"]
    wrong = [tag for tag in page.all("input") if tag.get("aria-invalid") == "true"]
    assert [tag["aria-describedby"].split()[-1] for tag in wrong] == [
        "error-reference",
        "error-secret",
    ]
    plain = parse(visitor.get(f"/{slug}/track").text).title
    assert page.title.endswith(plain)
    assert len(page.title) > len(plain)


@pytest.mark.parametrize("slug", SLUGS)
def test_switch_of_language_keeps_what_was_typed(visitor: FlaskClient, slug: str) -> None:
    page = parse(visitor.get("/ru/track").text)
    response = visitor.post(
        f"/{slug}/track",
        data={"csrf_token": page.csrf_token, "_switch": slug, "reference": "26-48", "secret": "1"},
    )
    assert response.status_code == 200
    shown = parse(response.text)
    assert shown.lang.lower() == slug
    typed = {tag["name"]: tag.get("value") for tag in shown.all("input") if tag.get("id")}
    assert (typed["reference"], typed["secret"]) == ("26-48", "1")
    assert "aria-invalid" not in response.text


def test_wrong_number_and_wrong_secret_look_the_same(visitor: FlaskClient) -> None:
    answers = [
        send(visitor, "/ru/track", reference=number, secret="1234 5678 9012")
        for number in (REFERENCE, "26-0000 0000-" + _check_digit("2600000000"))
    ]
    pages = [parse(answer.text) for answer in answers]
    assert {answer.status_code for answer in answers} == {422}
    assert pages[0].title == pages[1].title
    texts = [
        [text for text, _ in page.texts if not any(c.isdigit() for c in text)] for page in pages
    ]
    assert texts[0] == texts[1]


def test_forged_address_does_not_help_past_the_limit(visitor: FlaskClient) -> None:
    statuses = []
    for number in range(5):
        token = parse(visitor.get("/ru/track").text).csrf_token
        statuses.append(
            visitor.post(
                "/ru/track",
                data={**TRACK, "csrf_token": token},
                headers={"X-Forwarded-For": f"203.0.113.{number}"},
            ).status_code
        )
    assert statuses == [422, 422, 422, 429, 429]


def test_numbers_too_large_are_as_good_as_unknown(visitor: FlaskClient) -> None:
    page = parse(visitor.get("/ru/reception/1").text)
    form = {tag["name"]: tag.get("value", "") for tag in page.all("input") if "name" in tag}
    form.pop("q", None)
    for number in ("999999999", "99999999999999999999"):
        response = visitor.post(f"/ru/reception/{number}", data={**form, "at": "29000000"})
        assert response.status_code in (404, 405, 409)
    for at in ("", "x", "-1", "999999999", "99999999999999999999", "0"):
        response = visitor.post("/ru/reception/1", data={**form, "at": at})
        assert response.status_code == 409, at
    for start in ("x", "0001-01-01", "9999-12-31", "2026-13-45", "\u0662"):
        assert visitor.get("/ru/reception/1", query_string={"from": start}).status_code == 200


def _check_digit(digits: str) -> str:
    return next(d for d in "0123456789" if parse_reference(digits + d))


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

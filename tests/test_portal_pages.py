"""The home page, the choice of language, health."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.database import db
from tests.conftest import make_app
from tests.pages import SLUGS, parse


@pytest.mark.parametrize(
    ("accept", "slug"),
    [
        ("", "uz-cyrl"),
        ("en-US,en;q=0.9", "uz-cyrl"),
        ("uz-UZ,uz;q=0.9,ru;q=0.8,en;q=0.7", "uz-latn"),
        ("uz-Cyrl-UZ,ru;q=0.8", "uz-cyrl"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en,ru;q=0.5,uz;q=0.9", "uz-latn"),
    ],
)
def test_start_follows_the_browsers_languages(reader: FlaskClient, accept: str, slug: str) -> None:
    response = reader.get("/", headers={"Accept-Language": accept})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/{slug}/"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("slug", SLUGS)
def test_start_remembers_the_choice(reader: FlaskClient, slug: str) -> None:
    reader.set_cookie("language", slug)
    response = reader.get("/", headers={"Accept-Language": "ru"})
    assert response.headers["Location"] == f"/{slug}/"


@pytest.mark.parametrize("cookie", ["xx", "//evil.example", ""])
def test_start_passes_over_a_strange_cookie(reader: FlaskClient, cookie: str) -> None:
    reader.set_cookie("language", cookie)
    assert reader.get("/", headers={"Accept-Language": "ru"}).headers["Location"] == "/ru/"


@pytest.mark.parametrize("slug", SLUGS)
def test_home_shows_the_doors(reader: FlaskClient, slug: str) -> None:
    page = parse(reader.get(f"/{slug}/").text)
    for path in ("services", "agencies", "track"):
        assert f"/{slug}/{path}" in page.links
    assert "tel:1060" in page.links
    assert any(field.get("type") == "search" for field in page.all("input"))
    assert len([link for link in page.links if "life_event=" in link]) == 32


def test_healthz_needs_no_database(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.session, "execute", _fail)
    assert reader.get("/healthz").data == b"ok\n"


def test_readyz_asks_the_database(reader: FlaskClient) -> None:
    assert reader.get("/readyz").data == b"ok\n"


def test_readyz_fails_without_a_database(tmp_path) -> None:
    client = make_app(f"sqlite:///{tmp_path / 'no-such-folder' / 'portal.db'}").test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_styleguide_is_not_there_in_production(reader: FlaskClient) -> None:
    assert reader.get("/ru/styleguide").status_code == 404


def _fail(*arguments: object) -> None:
    raise OperationalError("", None, Exception("away"))

"""Public pages kept rendered: served without Flask until the content changes."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app import content
from app.catalogue.models import Service
from app.database import db, transaction
from tests.conftest import make_app

ADDRESS = "/ru/services/pension-age"


@pytest.fixture
def portal(seeded_database: str) -> Flask:
    """A portal of this test, for its content is changed."""
    return make_app(seeded_database)


@pytest.fixture
def rendered(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that Flask itself had to answer."""
    seen: list[str] = []

    @portal.before_request
    def note() -> None:
        from flask import request

        seen.append(request.full_path.rstrip("?"))

    return seen


def retitle(app: Flask, title: str, *, bump: bool = True) -> None:
    """Change a service as an editor would."""
    with app.app_context(), transaction():
        db.session.execute(
            update(Service).where(Service.key == "pension-age").values(title={"ru": title})
        )
        if bump:
            content.bump_content_version()


def test_second_reader_gets_the_kept_page(reader: FlaskClient, rendered: list[str]) -> None:
    first, second = reader.get(ADDRESS), reader.get(ADDRESS)
    assert first.data == second.data
    assert rendered == [ADDRESS]
    assert {**first.headers, "Date": ""} == {**second.headers, "Date": ""}


def test_changed_content_is_shown_at_once(portal: Flask, reader: FlaskClient) -> None:
    old = reader.get(ADDRESS)
    retitle(portal, "Новое название")
    new = reader.get(ADDRESS, headers={"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200
    assert "Новое название" in new.text
    assert new.headers["ETag"] != old.headers["ETag"]


def test_change_is_part_of_the_transaction(portal: Flask) -> None:
    with portal.app_context():
        before = db.session.scalar(select(content.ContentVersion.number))
        with pytest.raises(RuntimeError), transaction():
            content.bump_content_version()
            raise RuntimeError
        assert db.session.scalar(select(content.ContentVersion.number)) == before


def test_another_process_sees_the_change(portal: Flask, seeded_database: str) -> None:
    other = make_app(seeded_database).test_client()
    assert "Новое" not in other.get(ADDRESS).text
    retitle(portal, "Новое название")
    assert "Новое" in other.get(ADDRESS).text


def test_version_is_asked_for_at_most_so_often(seeded_database: str) -> None:
    app = make_app(seeded_database, PAGE_CACHE_CHECK_SECONDS=3600)
    client = app.test_client()
    old = client.get(ADDRESS).data
    retitle(app, "Новое название")
    assert client.get(ADDRESS).data == old
    app.extensions["page_cache"].clear()
    assert "Новое" in client.get(ADDRESS).text


@pytest.mark.parametrize("kept", [False, True])
def test_unchanged_page_is_a_304(reader: FlaskClient, kept: bool) -> None:
    etag = reader.get(ADDRESS).headers["ETag"]
    if not kept:
        reader.application.extensions["page_cache"].clear()
    response = reader.get(ADDRESS, headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response.data == b""
    assert response.headers["ETag"] == etag
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("", None, bytes),
        ("gzip;q=0, br;q=0", None, bytes),
        ("gzip, br;q=0", "gzip", gzip.decompress),
    ],
)
def test_page_is_compressed_as_the_reader_takes_it(
    reader: FlaskClient, kept: bool, accepted: str, encoding: str | None, unpack: Any
) -> None:
    plain = reader.get(ADDRESS).data
    if not kept:
        reader.application.extensions["page_cache"].clear()
    response = reader.get(ADDRESS, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == encoding
    assert unpack(response.data) == plain
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(response.data)


@pytest.mark.parametrize("kept", [False, True])
def test_head_has_the_headers_and_no_body(reader: FlaskClient, kept: bool) -> None:
    wanted = reader.get(ADDRESS)
    if not kept:
        reader.application.extensions["page_cache"].clear()
    response = reader.head(ADDRESS)
    assert response.status_code == 200
    assert response.data == b""
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert response.headers[name] == wanted.headers[name]


def test_fragment_and_page_are_kept_apart(reader: FlaskClient) -> None:
    page = reader.get("/ru/agencies")
    fragment = reader.get("/ru/agencies", headers={"HX-Request-Type": "partial"})
    assert len(fragment.data) < len(page.data)
    assert reader.get("/ru/agencies").data == page.data
    assert page.headers["ETag"] != fragment.headers["ETag"]


def test_addresses_are_kept_apart(reader: FlaskClient) -> None:
    pages = [
        reader.get(address).data
        for address in (
            "/ru/agencies",
            "/uz-latn/agencies",
            "/ru/agencies?group=ministries",
            "/ru/services",
        )
    ]
    assert len(set(pages)) == 4


def test_hosts_are_kept_apart(reader: FlaskClient) -> None:
    """The page holds absolute addresses of its own host: another host must not get them."""
    reader.get(ADDRESS, headers={"Host": "evil.example"})
    assert "evil.example" not in reader.get(ADDRESS).text


def test_errors_are_not_kept(reader: FlaskClient, rendered: list[str]) -> None:
    for _ in range(2):
        response = reader.get("/ru/services/nothing")
        assert response.status_code == 404
        assert "no-store" in response.headers["Cache-Control"]
    assert len(rendered) == 2


def test_no_more_pages_than_allowed(seeded_database: str) -> None:
    app = make_app(seeded_database, PAGE_CACHE_PAGES=3)
    client = app.test_client()
    for number in range(10):
        for _ in range(2):
            client.get(f"/ru/search?q={number}")
    assert len(app.extensions["page_cache"]._pages) == 3


def test_query_is_kept_when_it_comes_again(reader: FlaskClient, rendered: list[str]) -> None:
    for number in range(10):
        reader.get(f"/ru/search?q={number}")
    kept = reader.application.extensions["page_cache"]._pages
    assert not kept
    again = [reader.get("/ru/search?q=7").data for _ in range(3)]
    assert len(kept) == 1
    assert len(rendered) == 11
    assert len(set(again)) == 1


def test_kept_pages_outlive_the_database(
    reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader.get(ADDRESS).data

    def away(*arguments: object) -> None:
        raise OperationalError("", None, Exception("away"))

    monkeypatch.setattr(db.session, "scalar", away)
    assert reader.get(ADDRESS).data == page


def test_other_methods_pass_the_layer(reader: FlaskClient) -> None:
    reader.get(ADDRESS)
    assert reader.post(ADDRESS).status_code == 405


def test_personal_pages_vary_in_length(reader: FlaskClient) -> None:
    """A page of one reader has a random length when compressed, against BREACH."""
    sizes = {
        len(reader.get("/ru/nothing", headers={"Accept-Encoding": "gzip"}).data) for _ in range(40)
    }
    assert len(sizes) > 5
    packed = reader.get("/ru/nothing", headers={"Accept-Encoding": "gzip"}).data
    assert gzip.decompress(packed) == reader.get("/ru/nothing").data

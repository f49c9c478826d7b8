"""Lists, filters, paging, passports of services, pages of bodies, search."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.catalogue.models import Service
from app.database import db, transaction
from app.language.formats import number
from app.language.locales import RU
from app.seed.files import FOLDER
from tests.conftest import make_app, on_both
from tests.pages import SLUGS, parse

FREE = {"uz-cyrl": "Бепул", "uz-latn": "Bepul", "ru": "Бесплатно"}


def services_in(html: str, slug: str = "ru") -> list[str]:
    """Keys of the services linked on a page."""
    prefix = f"/{slug}/services/"
    return [link.removeprefix(prefix) for link in parse(html).links if link.startswith(prefix)]


def bodies_in(html: str, slug: str = "ru") -> list[str]:
    """Keys of the bodies linked on a page."""
    prefix = f"/{slug}/agencies/"
    return [link.removeprefix(prefix) for link in parse(html).links if link.startswith(prefix)]


def seed_rows(name: str) -> list[dict[str, str]]:
    """The rows of a seed file."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_services_begin_with_the_life_events(reader: FlaskClient) -> None:
    html = reader.get("/ru/services").text
    for row in seed_rows("life_events.csv"):
        assert f"/ru/services?life_event={row['key']}" in parse(html).links
        assert row["title_ru"] in html


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("life_event=death", lambda row: row["life_event"] == "death"),
        ("agency=zags", lambda row: row["agency_key"] == "zags"),
        (
            "audience=legal&life_event=taxes",
            lambda row: row["life_event"] == "taxes" and row["audience"] in ("legal", "both"),
        ),
        ("way=external", lambda row: row["online_kind"] == "external"),
    ],
)
def test_filters_keep_what_fits(reader: FlaskClient, query: str, fits) -> None:
    wanted = [row["key"] for row in seed_rows("services.csv") if fits(row)]
    assert 0 < len(wanted) <= 60
    assert services_in(reader.get(f"/ru/services?{query}").text) == wanted


@pytest.mark.parametrize(
    "query",
    [
        "life_event=nothing",
        "agency=nothing",
        "audience=nobody",
        "way=by-horse",
        "after=-5",
        "after=x",
        "after=99999999999999999999",
        "all=1&after=99999",
        "q=%F0%9F%98%80",
        "q=" + "a" * 5000,
        "q='%22%25_",
        "life_event=%27%3B--",
    ],
)
@pytest.mark.parametrize("path", ["services", "agencies", "search"])
def test_strange_arguments_are_harmless(reader: FlaskClient, path: str, query: str) -> None:
    assert reader.get(f"/ru/{path}?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["region=x", "region=0", "region=99999999999999999999", "group=nothing"]
)
def test_strange_regions_and_groups_are_harmless(reader: FlaskClient, query: str) -> None:
    assert reader.get(f"/ru/agencies?{query}").status_code == 200


@pytest.mark.parametrize(
    ("path", "found"), [("services?all=1", services_in), ("agencies", bodies_in)]
)
def test_pages_of_a_list_hold_everything_once(reader: FlaskClient, path: str, found) -> None:
    keys, address = [], f"/ru/{path}"
    while address:
        html = reader.get(address).text
        keys += found(html)
        address = next(
            (link["href"] for link in parse(html).all("a") if link.get("rel") == "next"), ""
        )
    name = "services.csv" if "services" in path else "agencies.csv"
    assert sorted(keys) == sorted(row["key"] for row in seed_rows(name))
    assert len(set(keys)) == len(keys)


def test_bodies_of_a_region(reader: FlaskClient) -> None:
    keys = bodies_in(reader.get("/ru/agencies?region=1703&group=hokimiyats").text)
    wanted = [
        row["key"]
        for row in seed_rows("agencies.csv")
        if row["kind"].startswith("hokimiyat") and row["region_code"].startswith("1703")
    ]
    assert sorted(keys) == sorted(wanted)
    assert len(wanted) > 10


@pytest.mark.parametrize("slug", SLUGS)
def test_passport_shows_the_seeds_words(reader: FlaskClient, slug: str) -> None:
    row = next(row for row in seed_rows("services.csv") if row["key"] == "biometric-passport")
    html = reader.get(f"/{slug}/services/biometric-passport").text
    column = {"uz-cyrl": "title_uz_cyrl", "uz-latn": "title_uz_latn", "ru": "title_ru"}[slug]
    assert row[column] in html
    assert f"/{slug}/agencies/{row['agency_key']}" in html


def test_unknown_fee_is_not_shown(reader: FlaskClient) -> None:
    """A fee "assumed free" or of a doubtful row is no fact: neither cost nor "free" is shown."""
    doubtful = [
        row["key"]
        for row in seed_rows("services.csv")
        if row["fee_known"] != "yes"
        or row["fee_source"] == "assumed free"
        or row["confidence"] != "ok"
    ]
    assert len(doubtful) > 200
    cost = _cost_label(reader)
    for key in doubtful:
        page = reader.get(f"/ru/services/{key}").text
        assert f"<dt>{cost}</dt>" not in page, key


def test_known_fee_is_shown(portal: Flask, reader: FlaskClient) -> None:
    with portal.app_context():
        known = db.session.execute(
            select(Service.key, Service.fee_units).where(Service.fee_units > 0)
        ).all()
    assert known
    for key, units in known:
        html = reader.get(f"/ru/services/{key}").text
        assert number(float(units), RU) in html, key


@pytest.mark.parametrize(
    "path",
    [
        "services/nothing",
        "agencies/nothing",
        "services/",
        "nothing",
        "agencies/min-justice/nothing",
        "services/%00",
    ],
)
@pytest.mark.parametrize("slug", SLUGS)
def test_unknown_address_is_a_404_in_the_readers_language(
    reader: FlaskClient, slug: str, path: str
) -> None:
    response = reader.get(f"/{slug}/{path}")
    assert response.status_code == 404
    assert f'lang="{dict(zip(SLUGS, ("uz-Cyrl", "uz-Latn", "ru"), strict=True))[slug]}"' in (
        response.text
    )
    assert "1060" in response.text


def test_body_shows_services_officials_and_parent(reader: FlaskClient) -> None:
    html = reader.get("/ru/agencies/zags").text
    wanted = [row["key"] for row in seed_rows("services.csv") if row["agency_key"] == "zags"]
    assert services_in(html) == wanted
    assert "Начальник отдела по работе с обращениями" in html
    row = next(row for row in seed_rows("agencies.csv") if row["key"] == "zags")
    assert (row["parent_key"] in bodies_in(html)) == bool(row["parent_key"])


def test_abolished_body_has_no_reception(reader: FlaskClient) -> None:
    html = reader.get("/ru/agencies/min-finance-2015").text
    assert "reception" not in html
    assert 'id="reception"' in reader.get("/ru/agencies/min-justice").text


@pytest.mark.parametrize(
    ("query", "key"), [("загранпаспорт", "foreign-passport"), ("пенсия", "pension-age")]
)
def test_search_finds_services(reader: FlaskClient, query: str, key: str) -> None:
    assert key in services_in(reader.get("/ru/search", query_string={"q": query}).text)[:5]


def test_search_finds_bodies(reader: FlaskClient) -> None:
    html = reader.get("/ru/search", query_string={"q": "министерство юстиции"}).text
    assert bodies_in(html)[0] == "min-justice"


@pytest.mark.parametrize("slug", SLUGS)
def test_search_without_results_offers_help(reader: FlaskClient, slug: str) -> None:
    html = reader.get(f"/{slug}/search?q=grumblefrotz").text
    assert "grumblefrotz" in html
    assert "1060" in html
    assert f"/{slug}/services?life_event=birth-child" in html


@pytest.mark.parametrize("path", ["search", "services", "agencies"])
def test_words_typed_are_shown_as_text(reader: FlaskClient, path: str) -> None:
    words = "<script>alert(1)</script>\"'>"
    html = reader.get(f"/ru/{path}", query_string={"q": words}).text
    assert "<script>alert" not in html
    fields = [tag for tag in parse(html).all("input") if tag.get("name") == "q"]
    assert words in [tag.get("value") for tag in fields]


def test_markup_in_a_title_is_harmless(seeded_database: str) -> None:
    app = make_app(seeded_database)
    bad = '<img src=x onerror=alert(1)>"'
    with app.app_context(), transaction():
        db.session.execute(
            update(Service)
            .where(Service.key == "pension-age")
            .values(title={"ru": bad}, description={"ru": bad}, fee_units=Decimal(1))
        )
    client = app.test_client()
    for address in (
        "/ru/services/pension-age",
        "/ru/services?life_event=pension",
        "/uz-latn/services/pension-age",
    ):
        assert "<img src=x" not in client.get(address).text


def _cost_label(reader: FlaskClient) -> str:
    """The word for "Cost" as Russian pages write it."""
    from flask_babel import gettext

    with reader.application.test_request_context("/ru/"):
        reader.application.preprocess_request()
        return gettext("Cost")


@on_both
@pytest.mark.parametrize(
    "path", ["/ru/services?life_event=%00", "/ru/services/%00", "/ru/agencies/%00"]
)
def test_an_address_with_a_nul_is_no_address(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404

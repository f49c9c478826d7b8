"""The seed: everything once, nothing twice, no doubtful figure as a fact."""

from __future__ import annotations

import csv

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.agencies.models import Agency, Official, Region
from app.catalogue.models import LifeEvent, Service
from app.database import Base, db
from app.language.locales import LOCALES, RU, UZ_LATN
from app.seed.files import FOLDER
from app.seed.load import seed
from tests.conftest import TODAY, make_app, on_both


@pytest.fixture(autouse=True)
def in_portal(request: pytest.FixtureRequest) -> None:
    """The seeded portal's context for the tests that only look."""
    if "app" not in request.fixturenames:
        context = request.getfixturevalue("portal").app_context()
        context.push()
        request.addfinalizer(context.pop)


def count(model: type) -> int:
    """How many rows *model* has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_everything_is_there() -> None:
    assert count(Service) == 328
    assert count(Agency) == 495
    assert count(Region) == 223
    assert count(LifeEvent) == 32


def test_every_existing_body_has_officials_marked_as_samples() -> None:
    with_officials = set(db.session.scalars(select(Official.agency_id)))
    existing = set(db.session.scalars(select(Agency.id).where(Agency.abolished.is_(False))))
    assert with_officials == existing
    assert db.session.scalars(select(Official.sample).distinct()).all() == [True]


def test_every_text_is_there_in_every_language() -> None:
    columns = (
        Service.title,
        Service.description,
        Agency.name,
        Region.name,
        LifeEvent.title,
        Official.name,
        Official.post,
    )
    for column in columns:
        for value in db.session.scalars(select(column)):
            for locale in LOCALES:
                words, actual = value.in_locale(locale)
                assert words, (column, value)
                assert actual is locale, (column, value)


def test_latin_texts_have_the_right_apostrophes() -> None:
    for column in (Service.title, Agency.name, Region.name, Official.name):
        for value in db.session.scalars(select(column)):
            words, _ = value.in_locale(UZ_LATN)
            assert not set(words) & set("'`‘’"), words


def test_sixty_services_have_a_full_passport() -> None:
    assert db.session.scalar(select(func.count(Service.id)).where(Service.full)) >= 60
    for service in db.session.scalars(select(Service).where(Service.full)):
        assert service.who and service.documents and service.result, service.key


def test_doubtful_fees_and_terms_are_not_taken() -> None:
    with (FOLDER / "services.csv").open(encoding="utf-8") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    for service in db.session.scalars(select(Service)):
        row = rows[service.key]
        if row["fee_known"] != "yes" or row["fee_source"] == "assumed free":
            assert service.fee_units is None, service.key
        if row["confidence"] != "ok":
            assert (service.fee_units, service.term) == (None, None), service.key
    assert any(row["confidence"] == "check" for row in rows.values())


def test_no_service_belongs_to_an_abolished_body_alone() -> None:
    """A page of a service names whom to ask, so that body must exist."""
    orphans = db.session.scalars(
        select(Service.key).join(Agency, Agency.id == Service.agency_id).where(Agency.abolished)
    ).all()
    assert orphans == []


def test_russian_titles_are_russian() -> None:
    for value in db.session.scalars(select(Service.title)):
        assert not set(value.in_locale(RU)[0]) & set("ўқғҳЎҚҒҲ"), value


def rows_of_all_tables() -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
        for name in Base.metadata.tables
    }


@on_both
def test_second_seed_touches_nothing(app: Flask) -> None:
    assert seed(TODAY) is True
    before = rows_of_all_tables()
    agency = db.session.scalars(select(Agency)).first()
    agency.site = "changed.example"
    db.session.commit()
    assert seed(TODAY) is False
    assert rows_of_all_tables() == before
    assert db.session.get(Agency, agency.id).site == "changed.example"


def test_broken_seed_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> None:
        raise RuntimeError

    monkeypatch.setattr("app.seed.directory.seed_catalogue", stop)
    with pytest.raises(RuntimeError):
        seed(TODAY)
    assert count(Region) == 0
    monkeypatch.undo()
    assert seed(TODAY) is True


def test_both_databases_get_the_same(portal: Flask, request: pytest.FixtureRequest) -> None:
    pytest.importorskip("psycopg")
    here = rows_of_all_tables()
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("postgresql_template")
    from tests.conftest import _database, _on_server

    name = f"{template}_seed"
    _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        app = make_app(_database(server, name))
        with app.app_context():
            seed(TODAY)
            there = rows_of_all_tables()
            db.session.remove()
            db.engine.dispose()
    finally:
        _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')
    assert there == here

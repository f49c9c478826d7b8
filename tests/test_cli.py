"""Commands."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalogue.models import Service
from app.database import db
from app.language import catalogs
from tests.conftest import make_app, on_both


@on_both
def test_seed_fills_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "filled" in runner.invoke(args=["seed"]).output
    assert db.session.scalar(select(func.count(Service.id))) == 328
    db.session.rollback()
    again = runner.invoke(args=["seed"])
    assert again.exit_code == 0
    assert "left as it is" in again.output


def test_seed_without_a_schema_fails(tmp_path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'empty.db'}")
    assert app.test_cli_runner().invoke(args=["seed"]).exit_code != 0


@pytest.mark.parametrize(
    ("code", "typed", "wanted"),
    [
        (
            "uz_Latn",
            "Ўзбекистон Республикаси\n\nтуғилганлик",
            "Oʻzbekiston Respublikasi\n\ntugʻilganlik",
        ),
        (
            "uz_Cyrl",
            "Oʻzbekiston Respublikasi\ntugʻilganlik\n",
            "Ўзбекистон Республикаси\nтуғилганлик",
        ),
        ("uz_Latn", "", ""),
    ],
)
def test_transliterate_writes_each_line(app: Flask, code: str, typed: str, wanted: str) -> None:
    result = app.test_cli_runner().invoke(args=["transliterate", "--to", code], input=typed)
    assert result.exit_code == 0
    assert result.output == (wanted + "\n" if wanted else "")


def test_transliterate_knows_two_scripts(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["transliterate", "--to", "ru"], input="а")
    assert result.exit_code == 2


@pytest.mark.parametrize("problems", [[], ["ru: not translated: 'Home'"]])
def test_translations_check_fails_on_problems(
    app: Flask, monkeypatch: pytest.MonkeyPatch, problems: list[str]
) -> None:
    monkeypatch.setattr(catalogs, "problems", lambda: problems)
    result = app.test_cli_runner().invoke(args=["translations", "check"])
    assert result.exit_code == len(problems)
    assert all(problem in result.output for problem in problems)


@pytest.mark.parametrize("code", ["uz_Cyrl", "uz_Latn", "ru"])
def test_search_prints_keys(portal: Flask, code: str) -> None:
    with portal.app_context():
        line = portal.test_cli_runner().invoke(
            args=["search", "--locale", code, "загран", "паспорт"]
        )
    assert line.exit_code == 0
    keys = line.output.split()
    assert "foreign-passport" in keys[:5]
    assert line.output.count("\n") == 1


def test_search_reads_a_query_a_line(portal: Flask) -> None:
    typed = "пенсия\n\ngrumblefrotz\nпенсия\n"
    with portal.app_context():
        result = portal.test_cli_runner().invoke(args=["search", "--locale", "ru"], input=typed)
    lines = result.output.split("\n")
    assert len(lines) == 5
    assert lines[0] == lines[3]
    assert "pension-age" in lines[0].split()
    assert lines[1] == lines[2] == lines[4] == ""


def test_version_of_every_command_is_described(app: Flask) -> None:
    for name in ("seed", "search", "transliterate", "translations"):
        result = app.test_cli_runner().invoke(args=[name, "--help"])
        assert result.exit_code == 0
        assert len(result.output.splitlines()) > 3

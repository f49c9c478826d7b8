"""Settings: from the environment, with working defaults."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from app import config, database


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u@h:5/d?sslmode=require", "postgresql+psycopg://u@h:5/d?sslmode=require"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////srv/portal.db", "sqlite:////srv/portal.db"),
    ],
)
def test_database_url_is_understood(given: str, wanted: str, tmp_path: Path) -> None:
    assert config.database_url(given, tmp_path) == wanted


def test_default_database_is_a_file(tmp_path: Path) -> None:
    settings = config.load({"INSTANCE_DIR": str(tmp_path)})
    assert settings["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'portal.db'}"


def test_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = config.load({"INSTANCE_DIR": str(tmp_path)})["SECRET_KEY"]
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert config.load({"INSTANCE_DIR": str(tmp_path)})["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    other = config.load({"INSTANCE_DIR": str(tmp_path / "other")})["SECRET_KEY"]
    assert other != first


def test_given_secret_writes_no_file(tmp_path: Path) -> None:
    assert config.load({"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "s"})["SECRET_KEY"] == "s"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("1", True), ("Yes", True), (" on ", True), ("0", False), ("", False), ("no", False)],
)
def test_flags(typed: str, wanted: bool, tmp_path: Path) -> None:
    given = {"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "s", "HTTPS": typed}
    settings = config.load(given)
    assert settings["HTTPS"] is wanted
    assert settings["SESSION_COOKIE_SECURE"] is wanted


def test_empty_variables_are_as_good_as_none(tmp_path: Path) -> None:
    given = {"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "s", "PUBLIC_URL": "", "DATABASE_URL": ""}
    assert config.load(given)["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")


def test_public_url_has_no_slash_at_its_end(tmp_path: Path) -> None:
    given = {"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "s", "PUBLIC_URL": "https://my.gov.uz/"}
    assert config.load(given)["PUBLIC_URL"] == "https://my.gov.uz"


def test_production_is_safe_by_default(tmp_path: Path) -> None:
    settings = config.load({"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "s"})
    assert settings["DEVELOPMENT"] is False
    assert settings["TRUSTED_PROXIES"] == 0
    assert settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert settings["HTMX_INTEGRITY"].startswith("sha384-")


def test_forms_live_long_enough(tmp_path: Path) -> None:
    settings = config.load({"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "s"})
    assert settings["PERMANENT_SESSION_LIFETIME"] >= 20 * 3600
    assert settings["WTF_CSRF_TIME_LIMIT"] is None


def test_locked_database_is_answered_in_time() -> None:
    assert 0 < database.BUSY_TIMEOUT_MS < 2000

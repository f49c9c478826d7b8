"""The components, the style sheet and the error pages, seen through the style guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import ROOT
from app.database import db
from app.portal.styleguide import ERRORS
from tests.conftest import make_app
from tests.pages import SLUGS, faults, parse

CSS = (ROOT / "static" / "css" / "site.css").read_text()


@pytest.fixture(scope="module")
def guide_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal in development, its database out of reach: no component may need it."""
    away = tmp_path_factory.mktemp("guide") / "no-such-folder" / "portal.db"
    app = make_app(f"sqlite:///{away}", DEVELOPMENT=True)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def guide(guide_app: Flask) -> FlaskClient:
    """A browser on the portal in development."""
    return guide_app.test_client()


def send(guide: FlaskClient, slug: str, **answers: str):  # type: ignore[no-untyped-def]
    """The style guide's form, sent as a browser does."""
    address = f"/{slug}/styleguide"
    token = parse(guide.get(address).text).csrf_token
    return guide.post(address, data={"csrf_token": token, **answers})


def test_guide_chooses_a_language(guide: FlaskClient) -> None:
    assert guide.get("/styleguide").headers["Location"] == "/uz-cyrl/styleguide"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_component_is_sound_html(guide: FlaskClient, slug: str) -> None:
    response = guide.get(f"/{slug}/styleguide")
    assert response.status_code == 200
    assert faults(response.text) == []


def test_every_component_is_shown(guide: FlaskClient) -> None:
    template = (ROOT / "templates" / "portal" / "styleguide.html").read_text()
    base = (ROOT / "templates" / "base.html").read_text()
    for name in ("forms", "ui"):
        macros = (ROOT / "templates" / "macros" / f"{name}.html").read_text()
        for macro in re.findall(r"{% macro ([a-z]\w*)\(", macros):
            assert re.search(rf"\b{macro}\(", template + base) or macro == "ornament", macro


@pytest.mark.parametrize("slug", SLUGS)
def test_form_comes_back_with_its_errors(guide: FlaskClient, slug: str) -> None:
    response = send(guide, slug, phone="12", text="Матн", topic="term")
    page = parse(response.text)
    assert response.status_code == 422
    assert faults(response.text) == []
    summary = response.text.index('role="alert"')
    assert summary < response.text.index("<h1")
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    targets = re.findall(r'<li><a href="#([\w-]+)"', response.text[summary:])
    assert targets[:3] == ["name", "phone", "who-0"]
    assert set(targets[:3]) <= ids
    fields = {field["id"]: field for field in page.all("input") if "id" in field}
    assert fields["phone"]["value"] == "12"
    assert fields["phone"]["aria-invalid"] == "true"
    assert fields["phone"]["aria-describedby"] == "hint-phone error-phone"
    assert "aria-invalid" not in fields["email"]
    assert page.title.split()[0].endswith(":")


def test_no_field_is_required_by_the_browser(guide: FlaskClient) -> None:
    page = parse(guide.get("/ru/styleguide").text)
    for tag in ("input", "select", "textarea"):
        assert page.all(tag)
        assert not [field for field in page.all(tag) if "required" in field]
    assert "novalidate" in next(form for form in page.all("form") if form.get("id") == "main-form")


def test_every_field_has_a_label(guide: FlaskClient) -> None:
    page = parse(guide.get("/ru/styleguide").text)
    named = {label["for"] for label in page.all("label") if "for" in label}
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            if field.get("type") == "hidden" or field.get("name") == "website":
                continue
            assert field.get("id") in named or field.get("aria-label"), field


def test_switch_keeps_what_was_typed(guide: FlaskClient) -> None:
    page = parse(guide.get("/ru/styleguide").text)
    switches = [b for b in page.all("button") if b.get("name") == "_switch"]
    assert [button["value"] for button in switches] == ["uz-cyrl", "uz-latn"]
    assert all(button["form"] == "main-form" for button in switches)
    assert all("formnovalidate" in button for button in switches)
    response = guide.post(
        switches[0]["formaction"],
        data={"csrf_token": page.csrf_token, "_switch": "uz-cyrl", "name": "Ў", "phone": "12"},
    )
    assert response.status_code == 200
    shown = parse(response.text)
    assert shown.lang == "uz-Cyrl"
    values = {field.get("name"): field.get("value") for field in shown.all("input")}
    assert (values["name"], values["phone"]) == ("Ў", "12")
    assert 'role="alert"' not in response.text


def test_good_answers_are_accepted(guide: FlaskClient) -> None:
    response = send(guide, "ru", name="А", who="own", topic="fee")
    assert response.status_code == 200
    assert 'class="notice success"' in response.text


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("code", ERRORS)
def test_error_page_needs_no_database(guide: FlaskClient, code: int, slug: str) -> None:
    response = guide.get(f"/{slug}/styleguide/{code}")
    assert response.status_code == code
    assert faults(response.text) == []
    page = parse(response.text)
    assert "tel:1060" in page.links
    assert f"/{slug}/" in page.links
    assert {"name": "robots", "content": "noindex"} in page.all("meta")
    assert len(re.findall(r"<p>", response.text[response.text.index("<h1") :])) >= 3


def test_error_inside_a_page_is_only_words(guide: FlaskClient) -> None:
    response = guide.get("/ru/nothing-here", headers={"HX-Request-Type": "partial"})
    assert response.status_code == 404
    assert "<html" not in response.text
    assert "<h1" not in response.text
    assert 'role="alert"' in response.text


def test_style_sheet_is_small() -> None:
    assert len(brotli.compress(CSS.encode())) <= 5_000


def test_site_script_is_small() -> None:
    assert len(brotli.compress((ROOT / "static" / "js" / "site.js").read_bytes())) < 1_000


def test_style_sheet_asks_for_nothing_more() -> None:
    assert "@import" not in CSS
    assert "@font-face" not in CSS
    for address in re.findall(r"url\(([^)]*)\)", CSS):
        assert address.startswith('"data:image/svg+xml,')


def test_style_sheet_reads_without_new_features() -> None:
    assert "var(" not in CSS
    assert ":has(" not in CSS
    assert "display: grid" not in CSS
    assert CSS.count("{") == CSS.count("}")


@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("#14252c", "#ffffff", 7),  # body
        ("#005f78", "#ffffff", 7),  # links
        ("#46575e", "#ffffff", 7),  # hints
        ("#ffffff", "#005f78", 7),  # header
        ("#ffffff", "#0c5a31", 7),  # footer, buttons, receipts
        ("#9c0f24", "#ffffff", 7),  # errors
        ("#005f78", "#eef6f8", 4.5),  # links on a wash
        ("#56666d", "#ffffff", 4.5),  # placeholder
        ("#5b8a99", "#ffffff", 3),  # edge of a time
        ("#ffbf00", "#14252c", 3),  # focus
    ],
)
def test_colours_can_be_told_apart(ink: str, paper: str, least: float) -> None:
    for colour in (ink, paper):
        assert colour in CSS or colour == "#ffffff"
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_templates_carry_no_styles() -> None:
    for path in Path(ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert " style=" not in text, path
        assert "<style" not in text, path


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

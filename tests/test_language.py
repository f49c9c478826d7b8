"""Locales, translated columns, dates and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from markupsafe import Markup, escape

from app.language import formats
from app.language.locales import RU, UZ_CYRL, UZ_LATN, negotiate, of_path
from app.language.translated import Text


@pytest.mark.parametrize(
    ("cookie", "accept", "expected"),
    [
        (None, ["uz-UZ", "uz", "ru"], UZ_LATN),
        (None, ["uz-Cyrl-UZ"], UZ_CYRL),
        (None, ["ru-RU", "ru", "en"], RU),
        (None, ["en-US", "en"], UZ_CYRL),
        (None, ["en", "ru"], RU),
        (None, [], UZ_CYRL),
        ("ru", ["uz"], RU),
        ("xx", ["ru"], RU),
    ],
)
def test_the_front_door_chooses_a_language(cookie, accept, expected):
    assert negotiate(cookie, accept) is expected


def test_the_path_names_its_locale():
    assert of_path("/ru/services") is RU
    assert of_path("/uz-latn/") is UZ_LATN
    assert of_path("/healthz") is None


def test_latin_is_derived_and_an_override_wins():
    derived = Text({"uz_Cyrl": "Ўзбекистон"})
    assert derived.in_locale(UZ_LATN) == ("Oʻzbekiston", UZ_LATN)
    overridden = Text({"uz_Cyrl": "ФҲДЁ", "uz_Latn": "ZAGS"})
    assert overridden.in_locale(UZ_LATN) == ("ZAGS", UZ_LATN)


def test_cyrillic_is_derived_from_latin():
    assert Text({"uz_Latn": "Oʻzbekiston"}).in_locale(UZ_CYRL) == ("Ўзбекистон", UZ_CYRL)


def test_a_missing_russian_text_falls_back_marked(app: Flask):
    text = Text({"uz_Cyrl": "<Ҳоким>"})
    assert text.in_locale(RU) == ("<Ҳоким>", UZ_CYRL)
    with app.test_request_context("/ru/"):
        from flask import g

        g.locale = RU
        assert escape(text) == Markup('<span lang="uz-Cyrl">&lt;Ҳоким&gt;</span>')
        assert str(text) == "<Ҳоким>"


def test_an_unknown_locale_is_refused():
    with pytest.raises(ValueError, match="en"):
        Text({"en": "No"})


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (UZ_CYRL, "2026 йил 1 сентябрь, сешанба, 09:30"),
        (UZ_LATN, "2026-yil 1-sentabr, seshanba, 09:30"),
        (RU, "1 сентября 2026 г., вторник, 09:30"),
    ],
)
def test_a_moment_is_written_in_tashkent_time(locale, expected):
    moment = datetime(2026, 9, 1, 4, 30, tzinfo=UTC)
    assert formats.moment(moment, locale) == expected


def test_the_day_is_the_one_in_tashkent():
    late = datetime(2026, 8, 31, 20, 0, tzinfo=UTC)
    assert formats.day(late, RU) == "1 сентября 2026 г."
    assert formats.month(date(2026, 9, 1), UZ_LATN) == "2026-yil sentabr"


def test_numbers_and_phones():
    assert formats.number(440000, RU) == "440\xa0000"
    assert formats.phone("998901234567") == "+998 90 123-45-67"
    assert formats.phone("") == ""

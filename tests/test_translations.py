"""Catalogs of interface strings: complete, fresh, with their placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from app.language import catalogs
from app.language.locales import LOCALES

CODES = [locale.code for locale in LOCALES]


def test_catalogs_are_complete_and_fresh() -> None:
    assert catalogs.problems() == []


@pytest.mark.parametrize("code", CODES)
def test_translations_have_their_own_letters(code: str) -> None:
    """No Latin o' with a wrong apostrophe, no Uzbek letter in Russian, no Cyrillic in Latin."""
    forbidden = {
        "uz_Cyrl": set("ʻʼщы"),
        "uz_Latn": set("'`‘’абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ"),
        "ru": set("ўқғҳʻʼ"),
    }[code]
    found = []
    for message in catalogs._messages(catalogs._read(code)):
        for words in _strings(message):
            plain = catalogs._PLACEHOLDER.sub("", words).lower()
            if set(plain) & forbidden:
                found.append(words)
    assert found == []


@pytest.mark.parametrize("code", CODES)
def test_translations_end_as_their_source_does(code: str) -> None:
    """A sentence stays a sentence, a label a label."""
    found = []
    for message in catalogs._messages(catalogs._read(code)):
        source = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        for words in _strings(message):
            if (source[-1] in ".?:…") != (words[-1:] in tuple(".?:…!")):
                found.append((source, words))
    assert found == []


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_left_in_english(code: str) -> None:
    same = [
        message.id
        for message in catalogs._messages(catalogs._read(code))
        if message.id in _strings(message)
        and any(c.isalpha() for c in str(message.id))
        and message.id not in ("Telegram", "QR")
    ]
    assert same == []


def test_running_portal_has_the_catalogs(portal) -> None:
    """What the pages show comes from compiled catalogs that are as new as the written ones."""
    for code in CODES:
        written = catalogs._path(code)
        assert written.with_suffix(".mo").exists(), f"{code}: run flask translations compile"


@pytest.mark.parametrize(
    ("source", "translation", "problem"),
    [
        ("Call %(phone)s.", "Позвоните.", "placeholders"),
        ("Call %(phone)s.", "Позвоните: %(телефон)s.", "placeholders"),
        ("Call us.", "", "not translated"),
        ("<b>Call</b>", "<i>Звоните</i>", "placeholders"),
        ("Call %(phone)s.", "Звоните: %(phone)s.", ""),
    ],
)
def test_faults_are_noticed(source: str, translation: str, problem: str) -> None:
    found = catalogs._problems_of(Message(source, translation))
    assert (problem in found[0]) if problem else not found


def test_missing_and_stale_strings_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def extracted() -> Catalog:
        catalog = Catalog()
        catalog.add("New")
        catalog.add("Kept")
        return catalog

    monkeypatch.setattr(catalogs, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogs, "OVERRIDES", tmp_path / "overrides.po")
    monkeypatch.setattr(catalogs, "extract", extracted)
    old = Catalog(locale="ru")
    old.add("Kept", "Осталось")
    old.add("Old", "Старое")
    for code in CODES:
        catalogs._write(code, old)
    found = "\n".join(catalogs.problems())
    assert "ru: not in the catalog: 'New'" in found
    assert "ru: no longer used: 'Old'" in found
    assert "Kept" not in found.replace("not what the converter makes: 'Kept'", "")


def _strings(message: Message) -> tuple[str, ...]:
    given = message.string
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)

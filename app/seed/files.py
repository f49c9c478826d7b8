"""Reading the seed files: rows as dicts, texts as ``Text``."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

from app.language.script import to_latin
from app.language.translated import Text

FOLDER = Path(__file__).resolve().parent


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``name`` (a CSV file with a header)."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(row: dict[str, str], column: str) -> Text:
    """The columns ``column_uz_cyrl``, ``_uz_latn``, ``_ru`` of *row* as one ``Text``.

    The Latin text is kept only where it differs from what the converter makes of the Cyrillic.
    """
    cyrillic = row.get(f"{column}_uz_cyrl", "")
    latin = row.get(f"{column}_uz_latn", "")
    if latin == to_latin(cyrillic):
        latin = ""
    return Text({"uz_Cyrl": cyrillic, "uz_Latn": latin, "ru": row.get(f"{column}_ru", "")})


def passports() -> dict[str, dict[str, Any]]:
    """The written passports of services by service key."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((FOLDER / "passports").glob("*.toml")):
        found.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def bodies() -> dict[str, dict[str, Any]]:
    """What is written about state bodies (duties, site) by agency key, and by kind under
    ``kind:…``."""
    path = FOLDER / "bodies.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def holidays() -> dict[str, Any]:
    """Public holidays and observances as in ``holidays.json``."""
    data: dict[str, Any] = json.loads((FOLDER / "holidays.json").read_text(encoding="utf-8"))
    return data


def written(value: dict[str, str] | None) -> Text:
    """A ``{uz, ru}`` pair of a TOML file as ``Text``; empty for None."""
    given = value or {}
    return Text({"uz_Cyrl": given.get("uz", ""), "ru": given.get("ru", "")})

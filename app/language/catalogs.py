"""The catalogs of interface strings: extract, update, regenerate the Latin one, check, compile.

The Uzbek Cyrillic and the Russian catalog are written by hand. The Uzbek Latin one is made from
the Cyrillic by the script converter; ``translations/uz_Latn_overrides.po`` wins where the
converter would be wrong.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.config import ROOT
from app.language.locales import LOCALES, UZ_LATN
from app.language.script import to_latin

FOLDER = ROOT / "translations"
OVERRIDES = FOLDER / "uz_Latn_overrides.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|<[^>]+>")


def extract() -> Catalog:
    """All strings of the code and the templates, without translations."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for folder in ("app", "templates"):
        mapping = [(_inside(folder, pattern), method) for pattern, method in methods]
        choices = {_inside(folder, pattern): value for pattern, value in options.items()}
        rows = extract_from_dir(
            ROOT / folder, mapping, choices, keywords=KEYWORDS, comment_tags=("i18n:",)
        )
        for name, _line, message, comments, context in sorted(
            rows, key=lambda row: (row[0], row[1])
        ):
            found.add(
                message,
                locations=[(f"{folder}/{name}", 0)],
                auto_comments=comments,
                context=context,
            )
    return found


def update() -> None:
    """Bring every catalog up to date with the code; new strings are left empty by hand-written
    ones, and the Latin one is made anew."""
    template = extract()
    for locale in LOCALES:
        if locale is not UZ_LATN:
            _write(locale.code, _merged(locale.code, template))
    _write(UZ_LATN.code, latin(template))


def latin(template: Catalog) -> Catalog:
    """The Latin catalog that belongs to the Cyrillic one on disk."""
    cyrillic, overrides = _read("uz_Cyrl"), _read_file(OVERRIDES, UZ_LATN.code)
    made = Catalog(locale=UZ_LATN.code, charset="utf-8")
    for message in _messages(template):
        own = overrides.get(message.id, message.context)
        source = cyrillic.get(message.id, message.context)
        text = own.string if own and own.string else _converted(source)
        made.add(message.id, text, locations=message.locations, context=message.context)
    return made


def problems() -> list[str]:
    """What is missing, stale or broken in the catalogs; empty when all is well."""
    template = extract()
    found = []
    for locale in LOCALES:
        catalog = _read(locale.code)
        wanted = {(message.id, message.context) for message in _messages(template)}
        there = {(message.id, message.context) for message in _messages(catalog)}
        found += [f"{locale.code}: not in the catalog: {key[0]!r}" for key in wanted - there]
        found += [f"{locale.code}: no longer used: {key[0]!r}" for key in there - wanted]
        for message in _messages(catalog):
            found += [f"{locale.code}: {problem}" for problem in _problems_of(message)]
    made = {(message.id, message.context): message.string for message in _messages(latin(template))}
    for message in _messages(_read(UZ_LATN.code)):
        if made.get((message.id, message.context), message.string) != message.string:
            found.append(f"uz_Latn: not what the converter makes: {message.id!r}")
    return found


def compile_all() -> None:
    """Write the binary catalogs that the running portal reads."""
    for locale in LOCALES:
        with _path(locale.code).with_suffix(".mo").open("wb") as file:
            write_mo(file, _read(locale.code))


def _problems_of(message: Message) -> list[str]:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    if not all(texts):
        return [f"not translated: {ids[0]!r}"]
    if message.fuzzy:
        return [f"to be looked at (fuzzy): {ids[0]!r}"]
    wanted = set(_PLACEHOLDER.findall(ids[-1]))
    return [
        f"placeholders differ: {ids[0]!r}"
        for text in texts
        if set(_PLACEHOLDER.findall(text or "")) != wanted
    ]


def _converted(message: Message | None) -> str | tuple[str, ...]:
    if message is None or not message.string:
        return ""
    if isinstance(message.string, (tuple, list)):
        return tuple(to_latin(text) for text in message.string)
    return to_latin(message.string)


def _merged(code: str, template: Catalog) -> Catalog:
    old = _read(code)
    merged = Catalog(locale=code, charset="utf-8")
    for message in _messages(template):
        known = old.get(message.id, message.context)
        merged.add(
            message.id,
            known.string if known else "",
            locations=message.locations,
            context=message.context,
        )
    return merged


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _path(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / "messages.po"


def _read(code: str) -> Catalog:
    return _read_file(_path(code), code)


def _read_file(path: Path, code: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=code, charset="utf-8")
    return read_po(io.BytesIO(path.read_bytes()), locale=code)


def _write(code: str, catalog: Catalog) -> None:
    path = _path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = "# Strings of the interface; kept by ``flask translations update``."
    catalog.fuzzy = False
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=False, sort_output=True, width=100, no_location=True)
    # The header's dates would make every run a change; the rest is placeholders.
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version'
        r"|Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n",
        "",
        buffer.getvalue().decode(),
        flags=re.M,
    )
    path.write_text(text, encoding="utf-8")


def _inside(folder: str, pattern: str) -> str:
    return pattern.removeprefix(f"{folder}/")

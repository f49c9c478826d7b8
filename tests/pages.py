"""Pages of the seeded portal and what every page of it must keep, for HTTP and browser tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import html5lib

from app.language.locales import LOCALES, Locale

SLUGS = tuple(locale.slug for locale in LOCALES)

# Pages that anybody may open, by what follows the locale: one of each kind, with and without
# results, full and empty lists, and the longest texts of the seed.
PUBLIC = (
    "",
    "services",
    "services?all=1",
    "services?life_event=birth-child",
    "services?audience=legal&way=external",
    "services?q=grumblefrotz",
    "services/biometric-passport",
    "services/birth-registration",
    "services/business-registration",
    "agencies",
    "agencies?group=ministries",
    "agencies?region=1726",
    "agencies?q=grumblefrotz",
    "agencies/min-justice",
    "agencies/min-finance-2015",
    "agencies/andijan-hokimiyat",
    "search",
    "search?q=%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82",
    "search?q=grumblefrotz",
    "track",
    "agencies/min-justice/reception",
    "reception/1",
)

# Voids have no end tag; SVG's are closed by themselves and are no matter of nesting here.
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
_SAID_ALOUD = ("alt", "aria-label", "placeholder", "title", "content")


@dataclass
class Page:
    """What a test asks about a page: parsed once, by the rules of its text."""

    html: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)  # (text, lang in force)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each *tag*."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def title(self) -> str:
        """The words of ``title``."""
        found = re.search(r"<title>(.*?)</title>", self.html, re.S)
        return found[1].strip() if found else ""

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.all("html")[0].get("lang", "")

    @property
    def links(self) -> list[str]:
        """Addresses of links, in their order."""
        return [link["href"] for link in self.all("a") if "href" in link]

    @property
    def alternates(self) -> dict[str, str]:
        """Addresses of the page in other languages, by ``hreflang``."""
        return {
            link["hreflang"]: link["href"]
            for link in self.all("link")
            if link.get("rel") == "alternate"
        }

    @property
    def csrf_token(self) -> str:
        """The token of the first form with one."""
        return next(tag["value"] for tag in self.all("input") if tag.get("name") == "csrf_token")


def parse(html: str) -> Page:
    """*html* as a ``Page``."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.page


def faults(html: str) -> list[str]:
    """What is wrong with the HTML of a whole page; empty when all is well."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    found = [f"{code} at {place} {details}" for place, code, details in parser.errors]
    page = parse(html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    found += [f"id twice: {name}" for name in set(ids) if ids.count(name) > 1]
    for name, attributes in page.tags:
        found += [f"{name} has {key}" for key in attributes if key == "style" or key[:2] == "on"]
        for key in ("for", "aria-describedby", "aria-labelledby", "form"):
            found += [
                f"{name}: {key} names no element: {id_}"
                for id_ in attributes.get(key, "").split()
                if id_ not in ids
            ]
        if name == "style" or (name == "script" and "src" not in attributes):
            found.append(f"inline {name}")
    if len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} h1")
    return found


def addresses(paths: Iterable[str] = PUBLIC) -> list[str]:
    """*paths* in each language."""
    return [f"/{slug}/{path}" for slug in SLUGS for path in paths]


@cache
def locale_of(path: str) -> Locale:
    """The locale of an address."""
    return next(locale for locale in LOCALES if path.startswith(f"/{locale.slug}/"))


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(html)
        self._langs: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.page.tags.append((tag, attributes))
        outer = self._langs[-1][1] if self._langs else ""
        lang = attributes.get("lang", outer)
        if tag not in _VOID:
            self._langs.append((tag, lang))
        for name in _SAID_ALOUD:
            if attributes.get(name):
                self.page.texts.append((attributes[name], lang))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._langs:
            if self._langs.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and self._langs and self._langs[-1][0] not in ("script", "style"):
            self.page.texts.append((" ".join(data.split()), self._langs[-1][1]))

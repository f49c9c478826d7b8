"""What every page keeps: sound HTML, its language, few bytes, links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urljoin, urlsplit

import brotli
import pytest
from babel.messages.catalog import Message
from flask import Flask
from flask.testing import FlaskClient

from app.language import catalogs
from app.language.locales import LOCALES, UZ_LATN
from app.web import STATIC
from tests.pages import PUBLIC, SLUGS, Page, addresses, faults, locale_of, parse

FIRST_VIEW = 14_400  # bytes on the wire; one more round trip past it
TYPICAL = 9_000
FRAGMENT = 4_000
HEADERS = 700  # an allowance for the headers of one response, in bytes
COMPRESSED = {"Accept-Encoding": "br, gzip"}

every_page = pytest.mark.parametrize("address", [*addresses(), *addresses(["no-such-page"])])
every_path = pytest.mark.parametrize("path", PUBLIC)


@every_page
def test_html_is_sound(reader: FlaskClient, address: str) -> None:
    assert faults(reader.get(address).text) == []


@every_page
def test_page_says_its_language(reader: FlaskClient, address: str) -> None:
    response = reader.get(address)
    page = parse(response.text)
    assert page.lang == locale_of(address).tag == response.headers["Content-Language"]


@pytest.mark.parametrize("address", addresses())
def test_page_names_itself_in_the_other_languages(reader: FlaskClient, address: str) -> None:
    rest = unquote(address.split("/", 2)[2])
    alternates = parse(reader.get(address).text).alternates
    assert {tag: unquote(href) for tag, href in alternates.items()} == {
        **{locale.tag: f"http://localhost/{locale.slug}/{rest}" for locale in LOCALES},
        "x-default": f"http://localhost/{LOCALES[0].slug}/{rest}",
    }


@every_page
def test_page_has_a_title_of_its_own(reader: FlaskClient, address: str) -> None:
    page = parse(reader.get(address).text)
    home = parse(reader.get("/" + address.split("/")[1] + "/").text)
    assert page.title
    assert page.title != home.title or (address.count("/") == 2 and address.endswith("/"))


@every_path
def test_first_view_fits_one_round_trip(reader: FlaskClient, path: str) -> None:
    for slug in SLUGS:
        assert first_view(reader, f"/{slug}/{path}") <= FIRST_VIEW


def test_typical_first_view_is_small(reader: FlaskClient) -> None:
    sizes = sorted(first_view(reader, address) for address in addresses())
    assert sizes[len(sizes) // 2] <= TYPICAL


@pytest.mark.parametrize("path", [path for path in PUBLIC if path.startswith("search")])
def test_fragment_is_small(reader: FlaskClient, path: str) -> None:
    for slug in SLUGS:
        response = reader.get(f"/{slug}/{path}", headers={**COMPRESSED, **PARTIAL})
        assert len(response.data) <= FRAGMENT


PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    "path", ["services?all=1", "agencies", "search?q=%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82"]
)
def test_fragment_is_the_same_part_of_the_page(reader: FlaskClient, path: str) -> None:
    fragment = reader.get(f"/ru/{path}", headers=PARTIAL)
    page = reader.get(f"/ru/{path}")
    swapped = fragment.text[fragment.text.index("<div id=") :].strip()  # what is beside it: status
    assert swapped in page.text
    assert "<html" not in fragment.text
    assert "HX-Request-Type" in fragment.headers["Vary"]
    assert "HX-Request-Type" in page.headers["Vary"]


def test_restored_history_gets_the_whole_page(reader: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "full"}
    assert (
        "<html"
        in reader.get(
            "/ru/search?q=%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82", headers=headers
        ).text
    )


def test_every_link_leads_somewhere(reader: FlaskClient) -> None:
    seen = crawl(reader, ["/uz-cyrl/"], "/uz-cyrl/")
    services = [path for path in seen if re.fullmatch(r"/uz-cyrl/services/[a-z0-9-]+", path)]
    bodies = [path for path in seen if re.fullmatch(r"/uz-cyrl/agencies/[a-z0-9-]+", path)]
    assert len(services) == 328
    assert len(bodies) == 495


@pytest.mark.parametrize("slug", SLUGS[1:])
def test_links_of_other_languages_lead_somewhere(reader: FlaskClient, slug: str) -> None:
    assert len(crawl(reader, [f"/{slug}/{path}" for path in PUBLIC], f"/{slug}/", most=80)) == 80


def test_language_switch_leads_to_the_same_page(reader: FlaskClient) -> None:
    for address in addresses():
        for other in parse(reader.get(address).text).all("a"):
            if "data-lang" in other:
                assert reader.get(other["href"]).status_code == 200


@pytest.mark.parametrize("slug", SLUGS)
def test_no_english_is_left(reader: FlaskClient, slug: str) -> None:
    locale = locale_of(f"/{slug}/")
    translated = {
        message.id: message.string for message in catalogs._messages(catalogs._read(locale.code))
    }
    english = [
        _pattern(message)
        for message in catalogs._messages(catalogs.extract())
        if translated.get(message.id) != message.id
    ]
    left = set()
    for path in (*PUBLIC, "no-such-page"):
        for text, _ in parse(reader.get(f"/{slug}/{path}").text).texts:
            if any(pattern.fullmatch(text) for pattern in english):
                left.add(text)
    assert left == set()


@pytest.mark.parametrize("slug", ["uz-cyrl", "ru"])
def test_cyrillic_pages_have_no_latin_sentences(reader: FlaskClient, slug: str) -> None:
    """Three Latin words in a row are no brand, address or abbreviation: something was missed."""
    left = set()
    for path in (*PUBLIC, "no-such-page"):
        for text, lang in parse(reader.get(f"/{slug}/{path}").text).texts:
            if lang != UZ_LATN.tag and re.search(r"\b[a-zʻʼ]{2,} [a-zʻʼ]{2,} [a-zʻʼ]{2,}\b", text):
                left.add(text)
    assert left == set()


def first_view(client: FlaskClient, address: str) -> int:
    """Bytes on the wire of a page with its style sheet and images, nothing cached."""
    response = client.get(address, headers=COMPRESSED)
    page = parse(client.get(address).text)
    files = {link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon")}
    files |= {image["src"] for image in page.all("img") if not image["src"].startswith("data:")}
    assert len([link for link in page.all("link") if link["rel"] == "stylesheet"]) <= 1
    packed = [_packed(href) for href in files]
    return len(response.data) + sum(packed) + HEADERS * (1 + len(files))


def crawl(client: FlaskClient, start: Iterable[str], inside: str, most: int = 10_000) -> list[str]:
    """The pages reached from *start* by links that begin with *inside*; each is 200 or a redirect
    to such a page. Links elsewhere on this site are tried too; anchors must exist."""
    waiting, seen = list(dict.fromkeys(start)), []
    known, elsewhere, receptions = set(waiting), 0, 0
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        response = client.get(address, follow_redirects=True)
        assert response.status_code == 200, address
        page = parse(response.text)
        seen.append(address)
        ids = {attributes.get("id") for _, attributes in page.tags}
        for href in page.links:
            target = urlsplit(urljoin(address, href))
            if target.scheme or target.netloc:
                assert target.scheme in ("http", "https", "tel", "mailto"), href
                continue
            if href.startswith("#"):
                assert href[1:] in ids, f"{address} has no {href}"
                continue
            path = target._replace(fragment="").geturl()
            if path in known:
                continue
            known.add(path)
            if "/reception" in path:
                receptions += 1
                if receptions % 100 != 1:  # thousands, all alike
                    continue
            if path.startswith(inside):
                waiting.append(path)
            elif elsewhere < 60:
                elsewhere += 1
                assert client.get(path).status_code < 400, f"{address} links to {path}"
    return seen


def _packed(href: str) -> int:
    file = STATIC.joinpath(*href.split("/")[3:])
    return len(brotli.compress(file.read_bytes()))


def _pattern(message: Message) -> re.Pattern[str]:
    """What *message* looks like on a page when it was not translated."""
    english = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    words = " ".join(english.split())
    return re.compile(re.sub(r"%\\\(\w+\\\)s|%\(\w+\)s", ".+", re.escape(words)))


def test_a_page_with_a_fault_is_noticed() -> None:
    page = '<!doctype html><html lang="ru"><title>x</title><body><p style="x" id="a"><b id="a"></p>'
    found = faults(page)
    assert any("id twice" in fault for fault in found)
    assert any("style" in fault for fault in found)
    assert any("h1" in fault for fault in found)
    assert len(found) > 3


def test_texts_know_their_language() -> None:
    page: Page = parse('<html lang="ru"><body>а<span lang="uz-Latn">b</span>в</body></html>')
    assert page.texts == [("а", "ru"), ("b", "uz-Latn"), ("в", "ru")]


def test_portal_is_seeded(portal: Flask) -> None:
    assert portal.test_client().get("/ru/services/birth-registration").status_code == 200

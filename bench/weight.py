"""Bytes on the wire of a first view: the page and everything it makes a browser fetch, htmx aside,
as a client that accepts br and gzip receives them, response headers included."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from html.parser import HTMLParser
from http.client import HTTPConnection
from statistics import median

import brotli

from bench.flow import choose_first, walk_on
from bench.report import Figure
from bench.visitor import Visitor

FIRST, TYPICAL, FURTHER, FRAGMENT = 14_400, 9_000, 5_000, 4_096


def first_views(port: int, paths: Mapping[str, str]) -> list[Figure]:
    """One figure for each page in *paths* (by its label), and their median."""
    figures = []
    for label, path in paths.items():
        size, body = _fetch(port, path)
        parts = {name: _fetch(port, name)[0] for name in _fetched_with(body)}
        figures.append(
            Figure(
                f"{label}: first view",
                size + sum(parts.values()),
                "bytes",
                most=FIRST,
                note=f"HTML {size:,}, others {sum(parts.values()):,} in {len(parts)}",
            )
        )
    middle = median(figure.value for figure in figures)
    return [*figures, Figure("a typical page (median of these)", middle, "bytes", most=TYPICAL)]


def further_pages(port: int, slot_page: str) -> list[Figure]:
    """The pages of a booking after the first, the style sheet at hand: one figure for each."""
    visitor = Visitor(port, "10.0.0.1")
    sent = visitor.post(*choose_first(visitor, slot_page))
    figures = []
    for path, answer in walk_on(visitor, sent.location, "90 123 45 67"):
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        size, _ = _fetch(port, path, {"Cookie": visitor.cookies})
        name = path.rpartition("/")[2]
        figures.append(Figure(f"booking, {name}: further page", size, "bytes", most=FURTHER))
    visitor.close()
    return figures


def fragment(port: int, label: str, path: str) -> Figure:
    """What htmx receives for a part of the page."""
    size, _ = _fetch(port, path, {"HX-Request": "true", "HX-Request-Type": "partial"})
    return Figure(f"{label}: fragment", size, "bytes", most=FRAGMENT)


def _fetch(port: int, path: str, more: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Bytes of the answer on the wire, and its text; ``RuntimeError`` unless it is 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Accept-Encoding": "gzip, br", "Accept": "text/html", **(more or {})}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    head = len("HTTP/1.1 200 OK\r\n\r\n") + sum(
        len(f"{name}: {value}\r\n".encode("latin-1")) for name, value in answer.getheaders()
    )
    match answer.headers.get("Content-Encoding"):
        case "br":
            text = brotli.decompress(body)
        case "gzip":
            text = gzip.decompress(body)
        case _:
            text = body
    return head + len(body), text.decode("utf-8", "replace")


class _References(HTMLParser):
    """Addresses of style sheets, scripts and images of this host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the browser fetches by itself."""
        given = dict(attrs)
        address = None
        if tag == "link" and (given.get("rel") or "") in {"stylesheet", "icon", "preload"}:
            address = given.get("href")
        elif tag in {"script", "img"}:
            address = given.get("src")
        if address and address.startswith("/") and address not in self.found:
            self.found.append(address)


def _fetched_with(page: str) -> list[str]:
    parser = _References()
    parser.feed(page)
    return parser.found

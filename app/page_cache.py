"""Public pages kept rendered and compressed, per address, until the content changes.

A view marked ``@public`` renders the same page for everybody. Its first answer is kept with an
``ETag`` and compressed once per encoding; later ones are served by a WSGI layer in front of Flask,
which costs less than routing does. An address with a query is kept when it is asked for again:
searches that nobody repeats neither fill the memory nor push out what is read. When the content
changes is told by ``app.content``.
"""

from __future__ import annotations

import gzip
import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import brotli
from flask import Flask, Response, g, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from app.content import Content

_VERSION = "portal.content_version"
_SMALL = 256  # bytes below which compressing costs more than it saves


class _Page:
    """One kept page, compressed: brotli at once, gzip when it is first asked for."""

    __slots__ = ("_bodies", "etag", "headers", "version")

    def __init__(
        self, version: int, etag: str, headers: list[tuple[str, str]], body: bytes
    ) -> None:
        self.version = version
        self.etag = etag
        self.headers = headers
        # A window no larger than a page: the default one costs twenty times the time.
        self._bodies = (
            {"br": brotli.compress(body, quality=9, lgwin=15)}
            if len(body) >= _SMALL
            else {"": body}
        )

    def body(self, accepted: str) -> tuple[bytes, str]:
        """The page for a client that accepts these encodings, and the one it is in."""
        if "" in self._bodies:
            return self._bodies[""], ""
        if "br" in accepted:
            return self._bodies["br"], "br"
        plain = self._bodies.get("gzip") or brotli.decompress(self._bodies["br"])
        if "gzip" not in accepted:
            return (gzip.decompress(plain) if "gzip" in self._bodies else plain), ""
        if "gzip" not in self._bodies:
            self._bodies["gzip"] = gzip.compress(plain, 9, mtime=0)
        return self._bodies["gzip"], "gzip"


class PageCache:
    """The WSGI layer and its pages. Thread-safe; each process has its own."""

    def __init__(self, app: Flask) -> None:
        self._inner = app.wsgi_app
        self._content: Content = app.extensions["content"]
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()  # hashes of addresses with a query
        self._limit: int = app.config["PAGE_CACHE_PAGES"]
        self._lock = threading.Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer from the pages kept, or pass the request on to Flask."""
        method = environ["REQUEST_METHOD"]
        if method in {"GET", "HEAD"}:
            # Asked before the page is rendered: a change in the meantime makes it out of date.
            version = environ[_VERSION] = self._content.version()
            page = self._pages.get(_key(environ))
            if page is not None and page.version == version:
                return _answer(page, environ, start_response)
        return self._inner(environ, start_response)

    def keep(self, response: Response) -> Response:
        """Keep the answer of a public view (``after_request``); compress every other page."""
        if not getattr(g, "public_page", False) or request.method not in {"GET", "HEAD"}:
            return _compress_personal(response)
        if response.status_code != 200 or "Set-Cookie" in response.headers:
            return _compress_personal(response)
        body = response.get_data()
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        response.vary.add("Accept-Encoding")
        response.headers["ETag"] = etag
        headers = [(k, v) for k, v in response.headers if k != "Content-Length"]
        page = _Page(request.environ.get(_VERSION, -1), etag, headers, body)
        if request.method == "GET":
            self._keep(_key(request.environ), page, anew=bool(request.query_string))
        packed, encoding = page.body(_accepted(request.environ))
        if encoding:
            response.set_data(packed)
            response.headers["Content-Encoding"] = encoding
        return response.make_conditional(request.environ)  # type: ignore[return-value]

    def _keep(self, key: str, page: _Page, *, anew: bool) -> None:
        """Keep *page*; one with a query (*anew*) only when it was asked for before."""
        with self._lock:
            if anew and hash(key) not in self._asked:
                self._asked[hash(key)] = None
                if len(self._asked) > self._limit:
                    self._asked.popitem(last=False)
                return
            self._pages[key] = page
            if len(self._pages) > self._limit:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        """Forget every page and whatever else is kept."""
        self._content.forget()
        with self._lock:
            self._pages.clear()
            self._asked.clear()


def init_app(app: Flask) -> None:
    """Put the layer in front of Flask."""
    cache = PageCache(app)
    app.extensions["page_cache"] = cache
    # First in the list is the last to run: what is kept has every header that the others set.
    app.after_request_funcs.setdefault(None, []).insert(0, cache.keep)
    app.wsgi_app = cache  # type: ignore[method-assign]


def _key(environ: dict[str, Any]) -> str:
    kind = environ.get("HTTP_HX_REQUEST_TYPE", "")
    host = environ.get("HTTP_HOST", "")
    return f"{host} {environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')} {kind}"


def _accepted(environ: dict[str, Any]) -> str:
    accepted: str = environ.get("HTTP_ACCEPT_ENCODING", "")
    if ";" in accepted:  # rare: qualities, of which 0 refuses
        accepted = " ".join(name for name, q in parse_accept_header(accepted, Accept) if q > 0)
    return accepted


def _answer(
    page: _Page, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 NOT MODIFIED", [h for h in page.headers if h[0] != "Content-Type"])
        return [b""]
    body, encoding = page.body(_accepted(environ))
    headers = [*page.headers, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response("200 OK", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _compress_personal(response: Response) -> Response:
    """Gzip a page made for one reader. A file name of random length in the gzip header hides the
    length that a BREACH attack measures."""
    if (
        response.direct_passthrough
        or "Content-Encoding" in response.headers
        or response.mimetype not in {"text/html", "text/calendar", "application/json"}
        or "gzip" not in request.headers.get("Accept-Encoding", "")
    ):
        return response
    body = response.get_data()
    if len(body) < _SMALL:
        return response
    packed = gzip.compress(body, 5, mtime=0)
    name = secrets.token_hex(secrets.randbelow(50) + 1).encode()
    response.set_data(packed[:3] + b"\x08" + packed[4:10] + name + b"\x00" + packed[10:])
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response

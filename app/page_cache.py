"""Public pages kept rendered and compressed, per address, until the content changes.

A view marked ``@public`` renders the same page for everybody. Its first answer is kept with an
``ETag`` and compressed once per encoding; later ones are served by a WSGI layer in front of Flask,
which costs less than routing does. Every change of public content bumps the content version in
the database, in its own transaction; each process asks for it at most once per
``PAGE_CACHE_CHECK_SECONDS``.
"""

from __future__ import annotations

import gzip
import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import brotli
from flask import Flask, Response, g, request
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from app.database import Base, db

_SMALL = 256  # bytes below which compressing costs more than it saves


class ContentVersion(Base):
    """One row: how often public content has changed."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


def bump_content_version() -> None:
    """Say, inside the transaction of the change, that public pages are out of date."""
    changed = db.session.execute(
        update(ContentVersion)
        .where(ContentVersion.id == 1)
        .values(number=ContentVersion.number + 1)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        db.session.add(ContentVersion(id=1, number=1))


@dataclass(frozen=True, slots=True)
class _Page:
    version: int
    etag: str
    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]  # by encoding: "br", "gzip", ""


class PageCache:
    """The WSGI layer and its pages. Thread-safe; each process has its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._inner = app.wsgi_app
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._limit: int = app.config["PAGE_CACHE_PAGES"]
        self._every: float = app.config["PAGE_CACHE_CHECK_SECONDS"]
        self._lock = threading.Lock()
        self._version = -1
        self._checked = float("-inf")

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer from the pages kept, or pass the request on to Flask."""
        method = environ["REQUEST_METHOD"]
        if method in {"GET", "HEAD"}:
            page = self._pages.get(_key(environ))
            if page is not None and page.version == self.version():
                return _answer(page, environ, start_response)
        return self._inner(environ, start_response)

    def version(self) -> int:
        """The content version, at most ``PAGE_CACHE_CHECK_SECONDS`` old; the last one known while
        the database does not answer."""
        now = time.monotonic()
        if now - self._checked >= self._every:
            self._checked = now
            try:
                with self._app.app_context():
                    self._version = db.session.scalar(select(ContentVersion.number)) or 0
            except SQLAlchemyError:
                self._app.logger.warning("content version not readable; kept pages are served on")
        return self._version

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
        bodies = {"": body}
        if len(body) >= _SMALL:
            bodies["br"] = brotli.compress(body, quality=9)
            bodies["gzip"] = gzip.compress(body, 9, mtime=0)
        headers = [(k, v) for k, v in response.headers if k != "Content-Length"]
        page = _Page(self.version(), etag, headers, bodies)
        if request.method == "GET":
            with self._lock:
                self._pages[_key(request.environ)] = page
                while len(self._pages) > self._limit:
                    self._pages.popitem(last=False)
        encoding = _encoding(request.environ, page)
        if encoding:
            response.set_data(page.bodies[encoding])
            response.headers["Content-Encoding"] = encoding
        return response.make_conditional(request.environ)  # type: ignore[return-value]

    def clear(self) -> None:
        """Forget every page and ask for the version anew."""
        with self._lock:
            self._pages.clear()
            self._checked = float("-inf")


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


def _encoding(environ: dict[str, Any], page: _Page) -> str:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    if ";" in accepted:  # rare: qualities, of which 0 refuses
        accepted = " ".join(name for name, q in parse_accept_header(accepted, Accept) if q > 0)
    for encoding in ("br", "gzip"):
        if encoding in accepted and encoding in page.bodies:
            return encoding
    return ""


def _answer(
    page: _Page, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 NOT MODIFIED", [h for h in page.headers if h[0] != "Content-Type"])
        return [b""]
    encoding = _encoding(environ, page)
    body = page.bodies[encoding]
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

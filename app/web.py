"""What every view uses: the locale in the URL, ``render``, redirects, headers, static files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask import url_for as flask_url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app import clock
from app.config import ROOT
from app.language import formats
from app.language.locales import BY_SLUG, LOCALES, LocaleConverter, current, of_path

STATIC = ROOT / "static"
IMMUTABLE_SECONDS = 365 * 24 * 3600

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Put the locale into every URL, the helpers into every template, and the headers on every
    response."""
    app.url_map.converters["locale"] = LocaleConverter
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config["STATIC_DIGEST"] = _digest(STATIC)
    trusted = app.config["TRUSTED_PROXIES"]
    if trusted:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )

    @app.url_value_preprocessor
    def take_locale(endpoint: str | None, values: dict[str, Any] | None) -> None:
        slug = (values or {}).pop("locale", None)
        found = BY_SLUG[slug] if slug else of_path(request.path)
        if found is not None:
            g.locale = found

    @app.url_defaults
    def give_locale(endpoint: str, values: dict[str, Any]) -> None:
        if "locale" not in values and app.url_map.is_endpoint_expecting(endpoint, "locale"):
            values["locale"] = current().slug

    @app.before_request
    def refuse_nul() -> None:
        # No address of ours has a NUL in it, and PostgreSQL takes none in a text.
        if "\0" in request.path or b"%00" in request.query_string:
            abort(404)

    app.after_request(_headers)
    app.jinja_env.filters.update(
        day=formats.day,
        short_day=formats.short_day,
        weekday=formats.weekday,
        month=formats.month,
        clock_time=formats.clock_time,
        moment=formats.moment,
        number=formats.number,
        phone=formats.phone,
    )
    app.jinja_env.globals["url_for"] = kept_url_for
    app.context_processor(
        lambda: {
            "locale": current(),
            "locales": LOCALES,
            "static_url": static_url,
            "page_in": page_in,
            "public_url": public_url,
        }
    )


def render(page: str, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The template *page*, or only *fragment* when htmx asks for a part of the page.

    One URL, one view: a restored or reloaded page gets the whole.
    """
    if fragment is not None and wants_fragment():
        response = make_response(render_template(fragment, **context), status)
    else:
        response = make_response(render_template(page, **context), status)
    if fragment is not None:
        response.vary.add("HX-Request-Type")
    return response


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page (htmx 4 says so itself)."""
    return request.headers.get("HX-Request-Type") == "partial"


def kept_url_for(endpoint: str, **values: Any) -> str:
    """``url_for`` for templates: a page asks for the same few hundred addresses over and over.

    Building one costs ten times as much as looking it up.
    """
    try:
        return _address(current_app.name, current().slug, endpoint, tuple(values.items()))
    except TypeError:  # a value that cannot be hashed
        return flask_url_for(endpoint, **values)


@lru_cache(maxsize=4096)
def _address(app: str, locale: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return flask_url_for(endpoint, **dict(values))


def see_other(endpoint: str, **values: Any) -> Response:
    """Go on with a GET after a POST: 303, for htmx the header that makes it load the page."""
    target = flask_url_for(endpoint, **values)
    if request.headers.get("HX-Request"):
        response = make_response("", 200)
        response.headers["HX-Redirect"] = target
        return response
    return make_response(redirect(target, 303))


def whole_number(typed: str) -> int:
    """*typed* as a number that fits a column, for ``request.args.get(…, type=whole_number)``;
    ``ValueError`` otherwise."""
    value = int(typed)
    if not -(2**31) <= value < 2**31:
        raise ValueError("too large for a column")
    return value


def public(view: View) -> View:
    """Mark a view whose page is the same for everybody: no cookie, kept rendered (page cache)."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        g.public_page = True
        return view(*args, **kwargs)

    return marked  # type: ignore[return-value]


def page_in(locale_slug: str) -> str:
    """The address of the page being shown in another locale, query included."""
    rest = request.path.lstrip("/").partition("/")[2] if of_path(request.path) else ""
    query = request.query_string.decode("ascii", "replace")
    return f"/{locale_slug}/{rest}" + (f"?{query}" if query else "")


def public_url(path: str) -> str:
    """The absolute address of *path*, for messages, QR codes and share links."""
    base: str = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return base + path


def static_url(name: str) -> str:
    """The address of the file *name* in ``static/``; it changes whenever any file there does."""
    return f"/static/{current_app.config['STATIC_DIGEST']}/{name}"


def serve_static(app: Flask) -> None:
    """Serve ``static/`` under its hash: immutable, compressed ahead of time where that was done."""
    prefix = f"static/{app.config['STATIC_DIGEST']}/"
    server = WhiteNoise(
        app.wsgi_app,
        immutable_file_test=lambda path, url: url.startswith(f"/{prefix}"),
        max_age=IMMUTABLE_SECONDS,
        add_headers_function=lambda headers, path, url: headers.__setitem__(
            "X-Content-Type-Options", "nosniff"
        ),
    )
    server.add_files(str(STATIC), prefix=prefix)
    app.wsgi_app = server  # type: ignore[method-assign]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".gz", ".br"}:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _headers(response: Response) -> Response:
    """Security headers on every response, errors and fragments included."""
    origin = re.match(r"https?://[^/]+", current_app.config["HTMX_URL"])
    scripts = f"'self' {origin[0]}" if origin else "'self'"
    headers = response.headers
    headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.config["HTTPS"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype == "text/html":
        headers["Content-Language"] = current().tag
        if response.status_code != 200 or not getattr(g, "public_page", False):
            headers["Cache-Control"] = "no-store"
        if not getattr(g, "public_page", False):
            _renew_session()
    return response


def _renew_session() -> None:
    """Date the session anew once an hour: its age is counted from its last change, and a form
    opened late in it must live as long as any other."""
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        hour = int(clock.now().timestamp()) // 3600
        if session and session.get("hour") != hour:
            session["hour"] = hour

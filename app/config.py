"""Every setting once: its environment variable, default and meaning.

``load(environ)`` gives the mapping for ``app.config``. Nothing else in the portal reads the
environment.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_TRUE = {"1", "true", "yes", "on"}


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return all settings as a dict. Creates the instance folder and, when no ``SECRET_KEY`` is
    given, a secret of this installation in ``instance/secret.key`` (readable by its owner only).
    """
    instance = Path(environ.get("INSTANCE_DIR", ROOT / "instance"))
    instance.mkdir(parents=True, exist_ok=True)
    development = _flag(environ, "DEVELOPMENT", "0")
    return {
        # Where the database file, the secret and later the attachments live.
        "INSTANCE_DIR": instance,
        # Signs cookies and keys the hashes of secrets. All web processes must share it.
        "SECRET_KEY": environ.get("SECRET_KEY") or _own_secret(instance / "secret.key"),
        # SQLite by default; postgresql://… for many machines.
        "SQLALCHEMY_DATABASE_URI": database_url(environ.get("DATABASE_URL", ""), instance),
        # Turns on /styleguide and relaxes what needs HTTPS.
        "DEVELOPMENT": development,
        # The address citizens see, for links in messages, share links and QR codes. Empty: the
        # address of the request.
        "PUBLIC_URL": environ.get("PUBLIC_URL", "").rstrip("/"),
        # "1" behind HTTPS: Secure cookies and HSTS.
        "HTTPS": _flag(environ, "HTTPS", "0"),
        # How many proxies in front set X-Forwarded-For; 0 trusts none.
        "TRUSTED_PROXIES": int(environ.get("TRUSTED_PROXIES", "0")),
        # htmx: an agency without outside access points these at its own copy.
        "HTMX_URL": environ.get(
            "HTMX_URL", "https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/dist/htmx.min.js"
        ),
        "HTMX_INTEGRITY": environ.get(
            "HTMX_INTEGRITY",
            "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn",
        ),
        # The national call centre, shown wherever a person may be stuck.
        "CALL_CENTRE": environ.get("CALL_CENTRE", "1060"),
        # A public page stays in memory until the content version changes; how often, in seconds,
        # a process asks the database for it, and how many pages it keeps (none in development).
        "PAGE_CACHE_CHECK_SECONDS": float(environ.get("PAGE_CACHE_CHECK_SECONDS", "1")),
        "PAGE_CACHE_PAGES": int(environ.get("PAGE_CACHE_PAGES", "0" if development else "1000")),
        # Minutes that a chosen time is held while the citizen types.
        "HOLD_MINUTES": int(environ.get("HOLD_MINUTES", "15")),
        # Live appointments that one phone may have at once, over all bodies.
        "LIVE_APPOINTMENTS_PER_PHONE": int(environ.get("LIVE_APPOINTMENTS_PER_PHONE", "5")),
        # "events per seconds" for each kind of limited act; see app/rate_limit.py.
        "RATE_LIMITS": environ.get("RATE_LIMITS", ""),
        # A form lives as long as the session it was opened in; web.py dates the session anew every
        # hour, so any form can be sent for two days (20 hours are asked for).
        "PERMANENT_SESSION_LIFETIME": 48 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": _flag(environ, "HTTPS", "0"),
        # The largest request body; uploads come with the doors that need them.
        "MAX_CONTENT_LENGTH": 256 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "BABEL_DEFAULT_LOCALE": "uz_Cyrl",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Tashkent",
        "LOG_LEVEL": environ.get("LOG_LEVEL", "INFO"),
    }


def database_url(given: str, instance: Path) -> str:
    """Return the SQLAlchemy address for *given*, an SQLite file in *instance* when it is empty."""
    if not given:
        return f"sqlite:///{instance / 'portal.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def engine_options(url: str) -> dict[str, Any]:
    """How to connect to *url*: a server that is away or busy is answered within 2 seconds."""
    if not url.startswith("postgresql"):
        return {}
    return {
        "connect_args": {"connect_timeout": 2},
        "pool_pre_ping": True,
        "pool_timeout": 2,
        "pool_size": 10,
        "max_overflow": 20,
    }


def _flag(environ: Mapping[str, str], name: str, default: str) -> bool:
    return environ.get(name, default).strip().lower() in _TRUE


def _own_secret(path: Path) -> str:
    if not path.exists():
        # O_EXCL: of two processes that start together one writes, the other reads.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
    return path.read_text().strip()

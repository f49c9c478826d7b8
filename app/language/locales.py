"""The three locales, declared once; which one a request is in, and which one ``/`` chooses."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context
from werkzeug.routing import BaseConverter


@dataclass(frozen=True, slots=True)
class Locale:
    """One language and script of the portal.

    ``code`` names catalogs and keys of translated columns, ``slug`` begins the URL, ``tag`` is
    the BCP 47 tag for ``lang`` and ``hreflang``, ``name`` is how the switch shows it.
    """

    code: str
    slug: str
    tag: str
    name: str
    short: str


UZ_CYRL = Locale("uz_Cyrl", "uz-cyrl", "uz-Cyrl", "Ўзбекча", "Ўзб")
UZ_LATN = Locale("uz_Latn", "uz-latn", "uz-Latn", "Oʻzbekcha", "Oʻzb")
RU = Locale("ru", "ru", "ru", "Русский", "Рус")

LOCALES = (UZ_CYRL, UZ_LATN, RU)
DEFAULT = UZ_CYRL
BY_SLUG = {locale.slug: locale for locale in LOCALES}
BY_CODE = {locale.code: locale for locale in LOCALES}

# Accept-Language in browsers sold here. A bare "uz" names no script; the library's own matching
# would then pass over it and choose Russian.
_ACCEPTED = {
    "uz": UZ_LATN,
    "uz-uz": UZ_LATN,
    "uz-latn": UZ_LATN,
    "uz-latn-uz": UZ_LATN,
    "uz-cyrl": UZ_CYRL,
    "uz-cyrl-uz": UZ_CYRL,
    "kaa": UZ_LATN,
    "ru": RU,
    "ru-ru": RU,
    "ru-uz": RU,
}


class LocaleConverter(BaseConverter):
    """The first part of every page's URL; anything else is no page."""

    regex = "|".join(locale.slug for locale in LOCALES)
    part_isolating = True


def current() -> Locale:
    """The locale of the request; the default one outside of a request."""
    if not has_request_context():
        return DEFAULT
    locale: Locale = getattr(g, "locale", DEFAULT)
    return locale


def current_code() -> str:
    """The locale's code, for Babel."""
    return current().code


def of_path(path: str) -> Locale | None:
    """The locale that *path* begins with, or None."""
    return BY_SLUG.get(path.lstrip("/").partition("/")[0])


def negotiate(cookie: str | None, accept: list[str]) -> Locale:
    """Choose for ``/``: the cookie, then the browser's languages in their order, then the default.

    *accept* holds language tags, most wanted first.
    """
    if cookie in BY_SLUG:
        return BY_SLUG[cookie]
    for tag in accept:
        found = _ACCEPTED.get(tag.lower())
        if found is not None:
            return found
    return DEFAULT

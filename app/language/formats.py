"""Dates, times, numbers as people here write them, in Tashkent time.

Babel's Uzbek data has gaps (months without «ь» in Cyrillic, English list words, mixed
apostrophes); they are mended here and nowhere else.
"""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import get_day_names
from babel.numbers import format_decimal

from app.clock import TASHKENT
from app.language.locales import RU, UZ_CYRL, Locale, current

_MONTHS_CYRL = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_MONTHS_LATN = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun",
    "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip
_MONTHS_RU_GENITIVE = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_MONTHS_RU = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip


def _local_date(moment: date | datetime) -> date:
    return moment.astimezone(TASHKENT).date() if isinstance(moment, datetime) else moment


def day(moment: date | datetime, locale: Locale | None = None) -> str:
    """«2026 йил 1 сентябрь», “2026-yil 1-sentabr”, «1 сентября 2026 г.»."""
    locale, d = locale or current(), _local_date(moment)
    if locale is RU:
        return f"{d.day} {_MONTHS_RU_GENITIVE[d.month - 1]} {d.year} г."
    if locale is UZ_CYRL:
        return f"{d.year} йил {d.day} {_MONTHS_CYRL[d.month - 1]}"
    return f"{d.year}-yil {d.day}-{_MONTHS_LATN[d.month - 1]}"


def short_day(moment: date | datetime, locale: Locale | None = None) -> str:
    """A day without its year: «1 сентябрь», “1-sentabr”, «1 сентября»."""
    locale, d = locale or current(), _local_date(moment)
    if locale is RU:
        return f"{d.day} {_MONTHS_RU_GENITIVE[d.month - 1]}"
    if locale is UZ_CYRL:
        return f"{d.day} {_MONTHS_CYRL[d.month - 1]}"
    return f"{d.day}-{_MONTHS_LATN[d.month - 1]}"


def weekday(moment: date | datetime, locale: Locale | None = None) -> str:
    """The weekday's full name, lower case: «душанба», “dushanba”, «понедельник»."""
    locale = locale or current()
    return str(get_day_names("wide", locale=locale.code)[_local_date(moment).weekday()]).lower()


def month(moment: date | datetime, locale: Locale | None = None) -> str:
    """A month and its year: «2026 йил сентябрь», «сентябрь 2026 г.»."""
    locale, d = locale or current(), _local_date(moment)
    if locale is RU:
        return f"{_MONTHS_RU[d.month - 1]} {d.year} г."
    if locale is UZ_CYRL:
        return f"{d.year} йил {_MONTHS_CYRL[d.month - 1]}"
    return f"{d.year}-yil {_MONTHS_LATN[d.month - 1]}"


def clock_time(moment: time | datetime) -> str:
    """Hours and minutes in Tashkent: «09:30»."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(TASHKENT).time()
    return f"{moment.hour:02}:{moment.minute:02}"


def moment(when: datetime, locale: Locale | None = None) -> str:
    """A day, its weekday and the time: «2026 йил 1 сентябрь, сешанба, 09:30»."""
    return f"{day(when, locale)}, {weekday(when, locale)}, {clock_time(when)}"


def number(value: int | float, locale: Locale | None = None) -> str:
    """A number with the locale's separators (a no-break space between thousands)."""
    return str(format_decimal(value, locale=(locale or current()).code))


def phone(e164: str) -> str:
    """``998901234567`` or ``+998901234567`` as «+998 90 123-45-67»; other numbers with a plus."""
    digits = e164.lstrip("+")
    if len(digits) == 12 and digits.startswith("998"):
        return f"+998 {digits[3:5]} {digits[5:8]}-{digits[8:10]}-{digits[10:]}"
    return f"+{digits}" if digits else ""

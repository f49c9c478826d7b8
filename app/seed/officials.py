"""Sample officials: real posts by kind of body, made-up names.

Nobody's real name is in the seed. The names are combined from common ones, the same on every
machine, and every page marks them as samples until the body enters its own people.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.language.translated import Text

_SURNAMES = (
    ("Алимов", "Алимов"), ("Бобоқулов", "Бабакулов"), ("Валиев", "Валиев"),
    ("Ғофуров", "Гафуров"), ("Дадажонов", "Дадажанов"), ("Жўраев", "Джураев"),
    ("Зокиров", "Закиров"), ("Исмоилов", "Исмаилов"), ("Каримжонов", "Каримджанов"),
    ("Қодиров", "Кадыров"), ("Мадраҳимов", "Мадрахимов"), ("Назаров", "Назаров"),
    ("Олимов", "Олимов"), ("Пўлатов", "Пулатов"), ("Раҳимов", "Рахимов"),
    ("Собиров", "Сабиров"), ("Тошпўлатов", "Ташпулатов"), ("Умаров", "Умаров"),
    ("Файзиев", "Файзиев"), ("Холматов", "Халматов"), ("Шодмонов", "Шадманов"),
    ("Эргашев", "Эргашев"), ("Юнусов", "Юнусов"),
)  # fmt: skip
_MEN = (
    ("Анвар", "Анвар"), ("Ботир", "Батыр"), ("Дилшод", "Дильшод"), ("Жасур", "Жасур"),
    ("Икром", "Икрам"), ("Комил", "Камил"), ("Лазиз", "Лазиз"), ("Нодир", "Надир"),
    ("Равшан", "Равшан"), ("Санжар", "Санжар"), ("Улуғбек", "Улугбек"), ("Фаррух", "Фаррух"),
    ("Ҳамид", "Хамид"),
)  # fmt: skip
_WOMEN = (
    ("Барно", "Барно"), ("Гулнора", "Гульнора"), ("Дилором", "Дилором"), ("Зулфия", "Зульфия"),
    ("Лола", "Лола"), ("Малика", "Малика"), ("Нигора", "Нигора"),
)  # fmt: skip
_FATHERS = (
    ("Аҳмад", "Ахмад"), ("Баҳодир", "Баходир"), ("Жамол", "Жамал"), ("Маҳмуд", "Махмуд"),
    ("Неъмат", "Нигмат"), ("Рустам", "Рустам"), ("Содиқ", "Садык"), ("Тоҳир", "Тахир"),
    ("Шавкат", "Шавкат"), ("Ҳасан", "Хасан"), ("Эркин", "Эркин"),
)  # fmt: skip

_CITIZENS_OFFICE = Text(
    {
        "uz_Cyrl": "Мурожаатлар билан ишлаш бўлими бошлиғи",
        "ru": "Начальник отдела по работе с обращениями",
    }
)


def _posts(*pairs: tuple[str, str]) -> tuple[Text, ...]:
    own = tuple(Text({"uz_Cyrl": uzbek, "ru": russian}) for uzbek, russian in pairs)
    return (*own, _CITIZENS_OFFICE)


_CHAIR = _posts(
    ("Раис", "Председатель"),
    ("Раиснинг биринчи ўринбосари", "Первый заместитель председателя"),
    ("Раис ўринбосари", "Заместитель председателя"),
)
_DIRECTOR = _posts(
    ("Директор", "Директор"),
    ("Директорнинг биринчи ўринбосари", "Первый заместитель директора"),
    ("Директор ўринбосари", "Заместитель директора"),
)
_CHIEF = _posts(
    ("Бошлиқ", "Начальник"),
    ("Бошлиқнинг биринчи ўринбосари", "Первый заместитель начальника"),
    ("Бошлиқ ўринбосари", "Заместитель начальника"),
)
_HOKIM = _posts(
    ("Ҳоким", "Хоким"),
    ("Ҳокимнинг биринчи ўринбосари", "Первый заместитель хокима"),
    ("Ҳоким ўринбосари", "Заместитель хокима"),
)
_MINISTER = _posts(
    ("Вазир", "Министр"),
    ("Вазирнинг биринчи ўринбосари", "Первый заместитель министра"),
    ("Вазир ўринбосари", "Заместитель министра"),
)
_BOARD = _posts(
    ("Бошқарув раиси", "Председатель правления"),
    ("Бошқарув раисининг биринчи ўринбосари", "Первый заместитель председателя правления"),
    ("Бошқарув раиси ўринбосари", "Заместитель председателя правления"),
)
_HEAD = _posts(
    ("Раҳбар", "Руководитель"),
    ("Раҳбарнинг биринчи ўринбосари", "Первый заместитель руководителя"),
    ("Раҳбар ўринбосари", "Заместитель руководителя"),
)

_BY_KIND = {
    "ministry": _MINISTER,
    "committee": _CHAIR,
    "court": _CHAIR,
    "parliament": _CHAIR,
    "bank": _BOARD,
    "company": _BOARD,
    "agency": _DIRECTOR,
    "fund": _DIRECTOR,
    "hokimiyat_region": _HOKIM,
    "hokimiyat_city": _HOKIM,
    "hokimiyat_district": _HOKIM,
    "regional_department": _CHIEF,
    "department": _CHIEF,
    "inspectorate": _CHIEF,
}
_BY_KEY = {
    "prosecutor-general": _posts(
        ("Бош прокурор", "Генеральный прокурор"),
        ("Бош прокурорнинг биринчи ўринбосари", "Первый заместитель Генерального прокурора"),
        ("Бош прокурор ўринбосари", "Заместитель Генерального прокурора"),
    ),
    "cabinet": _posts(
        ("Бош вазир ўринбосари", "Заместитель Премьер-министра"),
        ("Ишлар бошқармаси бошлиғи", "Начальник управления делами"),
    ),
}


def of(key: str, kind: str, number: int) -> Iterator[tuple[Text, Text]]:
    """The sample officials of the body *key*: (post, name) in order of rank.

    *number* is the body's place in the list; it decides the names.
    """
    for rank, post in enumerate(_BY_KEY.get(key) or _BY_KIND.get(kind, _HEAD)):
        yield post, _name(number * 5 + rank)


def _name(number: int) -> Text:
    surname = _SURNAMES[number % len(_SURNAMES)]
    father = _FATHERS[number * 7 % len(_FATHERS)]
    if number % 4 == 3:
        own = _WOMEN[number * 5 % len(_WOMEN)]
        endings = (("а", "а"), ("овна", "овна"))
    else:
        own = _MEN[number * 3 % len(_MEN)]
        endings = (("", ""), ("ович", "ович"))
    (surname_uz, surname_ru), (father_uz, father_ru) = endings
    return Text(
        {
            "uz_Cyrl": f"{surname[0]}{surname_uz} {own[0]} {father[0]}{father_uz}",
            "ru": f"{surname[1]}{surname_ru} {own[1]} {father[1]}{father_ru}",
        }
    )

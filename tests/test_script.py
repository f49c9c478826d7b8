"""The script converter: rules by example, what it leaves alone, properties, accuracy."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language import stems
from app.language.orthography import OFFICIAL, Orthography
from app.language.script import convert, to_cyrillic, to_latin

ACCURACY = Path(__file__).parent / "accuracy"

# Both ways: Cyrillic, Latin.
BOTH_WAYS = [
    # е, ё, ю, я, э at the start, after a vowel, after a consonant
    ("ер", "yer"), ("аеропоезд", "ayeropoyezd"), ("поезд", "poyezd"), ("мактаб", "maktab"),
    ("Ёшлар", "Yoshlar"), ("дарё", "daryo"), ("юрист", "yurist"), ("дунё", "dunyo"),
    ("янги", "yangi"), ("эълон", "eʼlon"), ("поэзия", "poeziya"), ("клиент", "kliyent"),
    ("сайёра", "sayyora"), ("Алиева", "Aliyeva"), ("йўловчи", "yoʻlovchi"), ("йил", "yil"),
    # ц
    ("цирк", "sirk"), ("концерт", "konsert"), ("федерация", "federatsiya"), ("акция", "aksiya"),
    ("лицензия", "litsenziya"), ("конференциялар", "konferensiyalar"), ("цехда", "sexda"),
    ("процент", "protsent"), ("пенсия", "pensiya"), ("комиссия", "komissiya"),
    ("потенциал", "potensial"), ("концептуал", "konseptual"), ("цунами", "sunami"),
    # т + с of native words
    ("кетса", "ketsa"), ("айтса", "aytsa"), ("кетсин", "ketsin"), ("вақтсиз", "vaqtsiz"),
    ("кутсангиз", "kutsangiz"), ("меҳнатсевар", "mehnatsevar"),
    # ъ
    ("объект", "obyekt"), ("субъектлар", "subyektlar"), ("маъно", "maʼno"), ("суръат", "surʼat"),
    ("маъюс", "maʼyus"), ("масъул", "masʼul"), ("мўъжиза", "moʻjiza"), ("инъекция", "inyeksiya"),
    ("ихтироъ", "ixtiroʼ"),
    # ь
    ("почтальон", "pochtalyon"), ("компьютер", "kompyuter"), ("премьера", "premyera"),
    ("рельеф", "relyef"), ("фельдшер", "feldsher"), ("альбом", "albom"), ("фильтр", "filtr"),
    ("автомобиль", "avtomobil"), ("модель", "model"), ("культура", "kultura"),
    # a final ь goes before any suffix
    ("апрель", "aprel"), ("апрелдан", "apreldan"), ("июль", "iyul"), ("июлда", "iyulda"),
    ("октябрдаги", "oktabrdagi"), ("автомобиллар", "avtomobillar"), ("медали", "medali"),
    # Latin spellings that are not letter by letter
    ("сентябрь", "sentabr"), ("бюджетдан", "budjetdan"), ("режиссёр", "rejissor"),
    # й before a vowel
    ("район", "rayon"), ("майор", "mayor"), ("конвейер", "konveyer"), ("тайёр", "tayyor"),
    # с + ҳ
    ("Исҳоқ", "Isʼhoq"), ("асҳоб", "asʼhob"),
    # capitals
    ("ШАҲАР", "SHAHAR"), ("Шаҳар", "Shahar"), ("ЯНГИ ЙЎЛ", "YANGI YOʻL"), ("АПРЕЛЬ", "APREL"),
    ("МАЪНО", "MAʼNO"), ("Ш. Рашидов", "Sh. Rashidov"), ("Ё.", "Yo."), ("Ғ. Ғулом", "Gʻ. Gʻulom"),
    ("ФҲДЁ", "FHDYo"), ("ЖШШИР", "JShShIR"), ("МЧЖлар", "MChJlar"), ("АҚШда", "AQShda"),
    ("ҲЭТ", "HET"), ("ЎзМУ", "OʻzMU"), ("СТИРни", "STIRni"), ("ИИВ", "IIV"), ("ДХХ", "DXX"),
    # names
    ("Елена Васильева", "Yelena Vasilyeva"), ("Сергей Игоревич", "Sergey Igorevich"),
    ("Илья", "Ilya"), ("Нью-Йорк", "Nyu-York"), ("Бельгия", "Belgiya"), ("Польшада", "Polshada"),
    # quotation marks
    ("«Маҳалла» жамғармаси", "“Mahalla” jamgʻarmasi"),
]  # fmt: skip

TO_LATIN_ONLY = [
    ("сентябр", "sentabr"), ("июл", "iyul"), ("колледж", "kollej"), ("имидж", "imij"),
    ("борщ", "borsh"), ("площадь", "ploshchad"), ("выставка", "vistavka"), ("пицца", "pitsa"),
    ("SMS-хабарнома", "SMS-xabarnoma"), ("2та", "2ta"), ("5-йил", "5-yil"),
]  # fmt: skip

TO_CYRILLIC_ONLY = [
    ("alʼbom", "альбом"), ("filʼm", "фильм"), ("iyulʼ", "июль"), ("obʼekt", "объект"),
    ("sentyabr", "сентябрь"), ("kontsert", "концерт"), ("byudjet", "бюджет"),
    ("funktsiya", "функция"), ("abzas", "абзац"), ("Ishoq", "Исҳоқ"), ("SH. Aliyev", "Ш. Алиев"),
    ("I. Karimov", "И. Каримов"), ("X. Olimjon", "Х. Олимжон"), ("PF-4947-son", "ПФ-4947-сон"),
    ("PDFni", "PDFни"), ("ID-karta", "ID-карта"), ("my.gov.uz saytida", "my.gov.uz сайтида"),
    ("my.gov.uzga", "my.gov.uzга"), ("“bir” va “ikki”", "«бир» ва «икки»"),
    ("III guruh", "III гуруҳ"), ("XXI asr", "XXI аср"), ("I-III chorak", "I-III чорак"),
    ("so'm", "сўм"), ("o‘t", "ўт"), ("taʼm", "таъм"), ("sho‘’ba", "шўъба"),
    ("Author's", "Author's"),
    ("'bog'", "'бог'"), ("“togʻ”", "«тоғ»"), ("mavze'", "мавзеъ"),
]  # fmt: skip

UNTOUCHED = [
    "https://my.gov.uz/uz/service?x=1&y=sirk", "https://uz.wikipedia.org/wiki/Тошкент",
    "www.lex.uz/docs/123", "info@mail.uz", "my.gov.uz", "@ega_bot", "#yangilik", "#янгилик",
    "<b>", '<a href="/ariza/yangi" title="Yangi">', "</span>", "&nbsp;", "&#8217;",
    "%(name)s", "%s", "{name}", "{{ soni }}", "{% if ega %}", "{0:.2f}",
    "AB1234567", "AB 1234567", "АВ1234567", "ISO9001", "A4", "mp3", "ariza_shakli",
    "hujjat.pdf", "ариза-шакли.docx", "XXI", "IV", "OneID", "UZCARD", "HUMO", "Telegram",
    "E-mehmon", "WhatsApp", "YouTube", "Wi-Fi", "COVID-19", "Google Play",
    '<span translate="no">Maxsus soʻz</span>', '<bdi lang="en">Open data</bdi>',
    '<script>var soʻz = "цирк";</script>', "<!-- izoh цирк -->",
]  # fmt: skip

NATIVE = """
    сара саралаш сари сарлавҳа сардор соя соябон сой тегишли чет четлатиш ёд ёдлаш ёдгорлик ёта
    олгани олма олти олтин қилди билан болта сирка султон улфат илм калит калта бола болалар болға
    тил тилла эл элчи мева сел сел- катта хотира хотин ширин буюртма тушунча муш туш туши пул пулда
    солиқ солди бол сол мол мел сут путур қалпоқ талпиниб алп алпомиш полвон метр параметр универсал
    сентиментал сон соний санъат шамол ғалаба чўпон ўқиш ҳаво тонг денгиз меҳр эшик уй уйи оила ойи
    гўёки диёр сиёсат хусусият васият хосият шахсият дебоча нодир тоғ боғ соғлом йигит айиқ қўй
    мактабсиз боғча шубҳа мушук тошбақа эшитса етса битса тутсак оқибат қисм тақсим тасдиқ мусобақа
    """.split()  # noqa: SIM905


@pytest.mark.parametrize(("cyrillic", "latin"), BOTH_WAYS)
def test_both_ways(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin
    assert to_cyrillic(latin) == cyrillic


@pytest.mark.parametrize(("cyrillic", "latin"), TO_LATIN_ONLY)
def test_to_latin(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(("latin", "cyrillic"), TO_CYRILLIC_ONLY)
def test_to_cyrillic(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic


@pytest.mark.parametrize("token", UNTOUCHED)
def test_left_as_it_is(token: str) -> None:
    assert to_latin(token) == token
    assert to_cyrillic(token) == token
    assert to_latin(f"Сўз {token} билан") == f"Soʻz {token} bilan"
    assert to_cyrillic(f"Soʻz {token} bilan") == f"Сўз {token} билан"


@pytest.mark.parametrize("sign", list("ʻʼ'’‘`´′"))
def test_apostrophes_of_every_kind(sign: str) -> None:
    assert to_cyrillic(f"O{sign}zbekiston to{sign}g{sign}ri") == "Ўзбекистон тўғри"
    assert to_cyrillic(f"ma{sign}no") == "маъно"
    assert to_latin(f"O{sign}zbekiston bog{sign}") == "Oʻzbekiston bogʻ"


def test_double_quotes_and_quoted_phrases_keep_their_signs() -> None:
    assert to_cyrillic('"to" va "go"') == '"то" ва "го"'
    assert to_cyrillic("\"Yangi bogʻ\" 'oila bog' dedi") == "\"Янги боғ\" 'оила бог' деди"


@pytest.mark.parametrize("word", NATIVE)
def test_native_words_are_not_taken_for_borrowings(word: str) -> None:
    assert to_cyrillic(to_latin(word)) == word


def test_locales() -> None:
    assert convert("шаҳар", "uz_Latn") == "shahar"
    assert convert("shahar", "uz_Cyrl") == "шаҳар"
    with pytest.raises(ValueError, match="ru"):
        convert("город", "ru")


def test_a_second_latin_alphabet_is_a_table() -> None:
    turkic = Orthography(
        "one letter for one sound",
        {"oʻ": "ö", "gʻ": "ğ", "sh": "ş", "ch": "ç", "sʼh": "sh"},
        quotes=("«", "»"),
    )
    text = "«Ўзбекистон» ШАҲАР Шўрчи чўғ Ғулом Исҳоқ https://shop.uz/choʻl"
    assert (
        to_latin(text, turkic) == "«Özbekiston» ŞAHAR Şörçi çöğ Ğulom Ishoq https://shop.uz/choʻl"
    )
    assert to_latin("шаҳар", OFFICIAL) == "shahar"


def test_latin_names_in_a_cyrillic_text_stay() -> None:
    text = "Samsung Galaxy телефони рўйхатдан ўтказилди ва эълон қилинди"
    assert to_cyrillic(text) == text


def test_a_placeholder_with_a_suffix() -> None:
    assert to_cyrillic("%sga, %(nomi)sni, {soni}tadan") == "%sга, %(nomi)sни, {soni}тадан"


@pytest.mark.parametrize(
    "text",
    [
        "a." * 4000,
        "{{" * 4000,
        "а-1" * 4000,
        "rol" + "im" * 4000,
        "<!--" * 900,
        "<b lang=ru>" * 900,
    ],
)
def test_long_nonsense_takes_little_time(text: str) -> None:
    start = time.perf_counter()
    to_latin(text)
    to_cyrillic(text)
    assert time.perf_counter() - start < 3


def test_html_keeps_its_markup() -> None:
    page = '<p class="yangi">Цирк &amp; <a href="/sirk">сирк</a>, %(soni)s та</p>'
    assert to_latin(page) == '<p class="yangi">Sirk &amp; <a href="/sirk">sirk</a>, %(soni)s ta</p>'


# --- properties --------------------------------------------------------------------------------

native_words = st.lists(st.sampled_from(NATIVE), min_size=1, max_size=12)
tokens = st.sampled_from(UNTOUCHED)


@given(native_words)
def test_native_texts_come_back(words: list[str]) -> None:
    text = " ".join(words)
    assert to_cyrillic(to_latin(text)) == text


@given(native_words, tokens, native_words)
def test_protected_tokens_survive_among_words(
    before: list[str], token: str, after: list[str]
) -> None:
    text = f"{' '.join(before)} {token} {' '.join(after)}"
    latin = to_latin(text)
    assert token in latin
    assert to_cyrillic(latin) == text


# without ъ: after о its sign cannot be told from that of oʻ as people type it
LETTERS = st.sampled_from("абвгдеёжзийклмнопрстуфхцчшьэюяўқғҳ -.,АШЧЁ«»1")


@given(st.text(alphabet=LETTERS, max_size=80))
def test_latin_text_stays_latin(text: str) -> None:
    latin = to_latin(text)
    assert not re.search("[а-яёўқғҳ]", latin, re.IGNORECASE)
    assert to_latin(latin) == latin


@given(st.text(max_size=120))
def test_any_text_is_taken(text: str) -> None:
    cyrillic = to_cyrillic(text)
    assert to_cyrillic(cyrillic) == cyrillic
    to_latin(text)


# --- accuracy on the development sets ----------------------------------------------------------


def pairs(name: str) -> list[tuple[str, str]]:
    lines = (ACCURACY / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(cyrillic, latin) for cyrillic, latin in rows]


def share_right(expected: list[str], got: list[str]) -> float:
    """The share of words that are right, text by text; a text of another length is all wrong."""
    right = total = 0
    for one, other in zip(expected, got, strict=True):
        words, mine = one.split(), other.split()
        total += len(words)
        if len(words) == len(mine):
            right += sum(a == b for a, b in zip(words, mine, strict=True))
    return right / total


@pytest.mark.parametrize(
    ("name", "to_latin_at_least", "to_cyrillic_at_least"),
    [("script_running.tsv", 0.999, 0.995), ("script_hard.tsv", 0.985, 0.97)],
)
def test_accuracy(name: str, to_latin_at_least: float, to_cyrillic_at_least: float) -> None:
    cyrillic, latin = zip(*pairs(name), strict=True)
    assert share_right(list(latin), [to_latin(text) for text in cyrillic]) >= to_latin_at_least
    assert (
        share_right(list(cyrillic), [to_cyrillic(text) for text in latin]) >= to_cyrillic_at_least
    )


@pytest.mark.parametrize("name", ["borrowings.txt", "names.txt"])
def test_every_stem_converts_to_itself(name: str) -> None:
    wrong = []
    for latin, mark, cyrillic in stems.read_pairs(name):
        if mark in ("", "=", ">") and to_cyrillic(latin) != cyrillic:
            wrong.append((latin, cyrillic, to_cyrillic(latin)))
        if mark in ("", "=", "<") and to_latin(cyrillic) != latin:
            wrong.append((cyrillic, latin, to_latin(cyrillic)))
    assert wrong == []


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("2015 йил 1 июль", "2015-yil 1-iyul"),
        ("2020 йилнинг 15 майидан", "2020-yilning 15-mayidan"),
        ("2024 йилги режа", "2024-yilgi reja"),
        ("1 октябрдан кучга киради", "1-oktabrdan kuchga kiradi"),
        ("10 йил муддатга", "10 yil muddatga"),
        ("2000 йиллик тарих", "2000 yillik tarix"),
        ("40 майда мол", "40 mayda mol"),
        ("5-сон қарор", "5-son qaror"),
    ],
)
def test_dates_have_their_hyphens_in_latin_only(cyrillic, latin):
    assert to_latin(cyrillic) == latin
    assert to_cyrillic(latin) == cyrillic

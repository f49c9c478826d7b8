"""Alphabetical order in the three locales."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.sorting import sort_key

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ"
LATIN = [*"abdefghijklmnopqrstuvxyz", "oʻ", "gʻ", "sh", "ch"]
LOCALES = ("uz_Cyrl", "uz_Latn", "ru")


def ordered(words: list[str], locale: str) -> list[str]:
    return sorted(words, key=lambda word: sort_key(word, locale))


def test_the_cyrillic_alphabet_is_in_its_own_order() -> None:
    assert ordered(sorted(CYRILLIC, reverse=True), "uz_Cyrl") == list(CYRILLIC)


def test_the_latin_alphabet_ends_with_the_letters_of_two_signs() -> None:
    assert ordered(sorted(LATIN, reverse=True), "uz_Latn") == LATIN
    assert sort_key("ng", "uz_Latn") > sort_key("ch", "uz_Latn")


def test_russian_orders_yo_as_ye() -> None:
    words = ["ёлка", "егерь", "ель", "жук", "дом", "яма"]
    assert ordered(words, "ru") == ["дом", "егерь", "ёлка", "ель", "жук", "яма"]


def test_regions_in_each_script() -> None:
    cyrillic = ["Қашқадарё", "Хоразм", "Фарғона", "Андижон", "Тошкент", "Сирдарё", "Ўзбекистон"]
    assert ordered(cyrillic, "uz_Cyrl") == [
        "Андижон", "Сирдарё", "Тошкент", "Фарғона", "Хоразм", "Ўзбекистон", "Қашқадарё",
    ]  # fmt: skip
    latin = [
        "Shahrisabz",
        "Samarqand",
        "Chirchiq",
        "Oʻzbekiston",
        "Olmaliq",
        "Zarafshon",
        "Gʻijduvon",
    ]
    assert ordered(latin, "uz_Latn") == [
        "Olmaliq", "Samarqand", "Zarafshon", "Oʻzbekiston", "Gʻijduvon", "Shahrisabz", "Chirchiq",
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["ʻ", "'", "’", "‘", "`"])
def test_any_apostrophe_makes_the_letter(sign: str) -> None:
    assert sort_key(f"o{sign}t", "uz_Latn") == sort_key("Oʻt", "uz_Latn")


def test_tutuq_case_and_hyphen_do_not_count() -> None:
    assert sort_key("Maʼno", "uz_Latn") == sort_key("MANO", "uz_Latn")
    assert sort_key("El-yurt", "uz_Latn") == sort_key("elyurt", "uz_Latn")
    # the sign between s and h still parts them
    assert sort_key("isʼhoq", "uz_Latn") < sort_key("ishoq", "uz_Latn")


def test_digits_first_and_numbers_by_value() -> None:
    words = ["Bogʻcha", "10-maktab", "2-maktab", "Aholi"]
    assert ordered(words, "uz_Latn") == ["2-maktab", "10-maktab", "Aholi", "Bogʻcha"]


def test_a_shorter_name_comes_first() -> None:
    assert ordered(["Тошкент вилояти", "Тошкент"], "uz_Cyrl") == ["Тошкент", "Тошкент вилояти"]


def test_other_scripts_follow() -> None:
    assert sort_key("OneID", "uz_Cyrl") > sort_key("Ҳужжат", "uz_Cyrl")


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(KeyError):
        sort_key("a", "en")


@given(st.text(max_size=60), st.sampled_from(LOCALES))
def test_keys_are_plain_letters_whatever_the_text(text: str, locale: str) -> None:
    key = sort_key(text, locale)
    assert key == "" or (key.isascii() and key.isalpha() and key.islower())
    assert sort_key(text.upper(), locale) == sort_key(text.upper().lower(), locale)

"""One form for both Uzbek scripts, Russian and its transliterations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.folding import fold, other_layouts, stems, words
from app.language.script import to_latin

UZBEK = "абвгдежзийклмнопрстуфхчшэюяёўғқҳъ"


@pytest.mark.parametrize(
    "ways",
    [
        "Гувоҳнома guvohnoma GUVOHNOMA guvoxnoma гувохнома",
        "ўй oʻy o'y o‘y o`y oy уй",
        "маълумот maʼlumot ma'lumot malumot малумот",
        "загранпаспорт zagranpasport Zagranpasport",
        "бюджет budjet byudjet",
        "лицензия litsenziya licenziya litsenzia",
        "справка spravka",
        "рождение rozhdenie rojdenie",
        "ҳужжат hujjat xujjat хужжат",
        "қўнғироқ qoʻngʻiroq kongirok кунгирок",
        "щётка shchyotka schyotka shyotka",
        "şahar shahar шаҳар",
    ],
)
def test_ways_of_writing_meet(ways):
    assert len(set(words(ways))) == 1, words(ways)


def test_words_that_differ_stay_apart():
    assert len(set(words("бола она ота опа ака ука тоға амаки хола"))) == 9
    assert fold("паспорт") != fold("рапорт")


@given(st.text(alphabet=UZBEK, min_size=1, max_size=12))
def test_both_scripts_fold_alike(word):
    assert fold(to_latin(word)) == fold(word)


@given(st.text(max_size=300))
def test_any_text_folds_to_plain_words(text):
    folded = fold(text)
    assert folded.isascii()
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    "forms",
    [
        "паспорт паспортни паспортимни паспортларимизнинг pasportingiz паспорта паспорту",
        "пенсия пенсию пенсии пенсиянинг pensiyaga пенсией",
        "справка справки справку справками spravkasini",
        "гувоҳнома гувоҳномаси guvohnomasini гувоҳномамни",
        "ochish очмоқчиман ochmoqchimiz",
        "almashtirish алмаштирмоқчиман almashtirdim almashtirsam",
        "налог налоги налогов налогами",
        "регистрация регистрации регистрацию регистрацией",
        "ИП ИПни ipga",
        "жарима жаримамни jarimalarim",
        "Бухара Бухарской бухарский",
    ],
)
def test_forms_of_a_word_share_a_stem(forms):
    every = [set(stems(word)) for word in words(forms)]
    assert set.intersection(*every), every


def test_wrong_layout():
    assert "загран" in other_layouts("pfuhfy")
    assert "ҳайдовчи" in other_layouts("=fqljdxb")
    assert "prava" in other_layouts("зкфмф")
    assert "объем" in other_layouts("j,]tv")
    assert "жзбюэх" in other_layouts(':P<>"{')
    assert other_layouts("123") == []
    assert other_layouts("паспорт id") == []

"""Every component of the pages on one page, in the reader's language; development only."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, url_for
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from app.forms import AtMost, BaseForm, EmailField, Optional, PhoneField, Required, TextField
from app.language.locales import DEFAULT
from app.language.translated import Text
from app.web import render

styleguide = Blueprint("styleguide", __name__)

ERRORS = (400, 404, 405, 413, 429, 500, 503)

# Sample texts, not strings of the interface: they need no place in the catalogs.
SAMPLES = {
    "agency": ("Адлия вазирлиги", "Министерство юстиции"),
    "service": (
        "Якка тартибдаги тадбиркорни давлат рўйхатидан ўтказиш",
        "Государственная регистрация индивидуального предпринимателя",
    ),
    "sentence": (
        "Хизмат бир иш кунида кўрсатилади, ҳужжатларни қоғозда топшириш шарт эмас.",
        "Услуга оказывается за один рабочий день, приносить бумажные документы не нужно.",
    ),
    "done": ("Сиз қабулга ёзилдингиз", "Вы записаны на приём"),
    "warning": (
        "Танланган вақт банд қилинди. Қуйида энг яқин бўш вақтлар кўрсатилган.",
        "Выбранное время уже занято. Ниже показано ближайшее свободное время.",
    ),
    "name": ("Фамилия, исм, отасининг исми", "Фамилия, имя, отчество"),
    "name_hint": ("Паспортдагидек ёзинг", "Как в паспорте"),
    "name_error": ("Фамилия ва исмингизни ёзинг", "Напишите фамилию и имя"),
    "phone": ("Телефон рақами", "Номер телефона"),
    "phone_hint": (
        "Қабул ўзгарса, шу рақамга хабар берамиз",
        "Сообщим по нему, если приём изменится",
    ),
    "email": ("Электрон почта", "Электронная почта"),
    "topic": ("Мавзу", "Тема"),
    "who": ("Ким номидан мурожаат қиляпсиз?", "От чьего имени вы обращаетесь?"),
    "who_error": ("Ким номидан мурожаат қилаётганингизни танланг", "Выберите, от чьего имени"),
    "own": ("Ўз номимдан", "От своего"),
    "firm": ("Юридик шахс номидан", "От имени юридического лица"),
    "text": ("Масаланинг қисқача баёни", "Кратко опишите вопрос"),
    "agree": (
        "Шахсий маълумотларим қайта ишланишига розиман",
        "Согласен на обработку моих персональных данных",
    ),
    "send": ("Қабулга ёзилиш", "Записаться на приём"),
    "later": ("Кейинроқ", "Позже"),
    "cancel": ("Қабулни бекор қилиш", "Отменить запись"),
    "nothing": ("Бу ҳафтада бўш вақт қолмаган.", "На этой неделе свободного времени нет."),
    "fee": ("Давлат божи", "Государственная пошлина"),
    "term": ("Муддат", "Срок"),
    "free": ("Бепул", "Бесплатно"),
    "day": ("Бир иш куни", "Один рабочий день"),
    "booked": ("Қабулга ёзилди", "Запись на приём"),
    "moved": ("Қабул вақти кўчирилди", "Время приёма перенесено"),
}


def sample(key: str) -> Text:
    """The sample text *key*; Uzbek Latin is derived."""
    cyrillic, russian = SAMPLES[key]
    return Text({"uz_Cyrl": cyrillic, "ru": russian})


class SampleForm(BaseForm):
    """One field of every kind."""

    name = TextField(validators=[Required(sample("name_error"))])
    phone = PhoneField(
        validators=[Optional()], render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )
    email = EmailField(validators=[Optional()], render_kw={"autocomplete": "email"})
    who = RadioField(choices=["own", "firm"], validators=[Required(sample("who_error"))])
    topic = SelectField(choices=["fee", "term"])
    text = TextAreaField(validators=[AtMost(1000)])
    agree = BooleanField()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for field in self:
            if field.name in SAMPLES:
                field.label.text = str(sample(field.name))
        self.who.choices = [(key, str(sample(key))) for key in ("own", "firm")]
        self.topic.choices = [(key, str(sample(key))) for key in ("fee", "term")]


@styleguide.get("/styleguide")
def choose() -> Response:
    """The style guide in the default language."""
    return make_response(redirect(url_for("styleguide.show", locale=DEFAULT.slug)))


@styleguide.route("/<locale:locale>/styleguide", methods=["GET", "POST"])
def show() -> Response:
    """All components; sending the form shows it with its errors."""
    form = SampleForm()
    accepted = form.accepted()
    events = [
        SimpleNamespace(when="2026-11-20 09:30", text=sample("booked"), detail="", current=False),
        SimpleNamespace(
            when="2026-11-23 14:05", text=sample("moved"), detail=sample("sentence"), current=True
        ),
    ]
    return render(
        "portal/styleguide.html",
        form=form,
        accepted=accepted,
        events=events,
        sample=sample,
        errors=ERRORS,
        status=form.status,
    )


@styleguide.get("/<locale:locale>/styleguide/<int:code>")
def error(code: int) -> Response:
    """The error page *code*, as readers would see it."""
    if code not in ERRORS:
        abort(404)
    response = render(f"errors/{code}.html", status=code)
    response.headers["X-Robots-Tag"] = "noindex"
    return response

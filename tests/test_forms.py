"""Fields and checks that several rooms use: people type as they like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.extensions import csrf
from app.forms import (
    TRAP,
    AtMost,
    BaseForm,
    EmailField,
    Optional,
    PhoneField,
    Required,
    TextField,
    clean_line,
    clean_text,
    parse_phone,
)
from tests.conftest import make_app

OURS = "998901234567"


@pytest.mark.parametrize(
    "typed",
    [
        "90 123 45 67",
        "901234567",
        "90-123-45-67",
        "(90) 123-45-67",
        "+998 90 123 45 67",
        "+998(90)123-45-67",
        "998901234567",
        "00998901234567",
        "8 90 123 45 67",
        "8901234567",
        "tel: 90 1234567",
        " +998 90 123 45 67 ",
        "９０ １２３ ４５ ６７",
        "90\u00a0123\u200b45 67",
    ],
)
def test_phone_in_whatever_shape(typed: str) -> None:
    assert parse_phone(typed) == OURS


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+7 916 123-45-67", "79161234567"),
        ("+7 701 123 45 67", "77011234567"),
        ("+44 20 7946 0958", "442079460958"),
    ],
)
def test_phone_of_another_country(typed: str, number: str) -> None:
    assert parse_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1060",
        "12345",
        "abc",
        "+998 90 123 45 6",
        "+998 90 123 45 678",
        "90 123 45 67 90 123 45 67",
        "+",
        "++++",
        "٣",
        "+998",
    ],
)
def test_no_phone(typed: str) -> None:
    assert parse_phone(typed) is None


@given(st.text())
def test_any_text_is_a_phone_or_none(typed: str) -> None:
    number = parse_phone(typed)
    assert number is None or (number.isascii() and number.isdigit())


@given(st.text())
def test_cleaned_line_is_one_line(typed: str) -> None:
    line = clean_line(typed)
    assert line == " ".join(line.split())
    assert clean_line(line) == line
    assert not set(line) & set("\r\n\t\x00\u202e\u200f\u2066")


def test_cleaning_keeps_what_people_see() -> None:
    assert clean_line("  Oʻgʻiloy\tЎғилой \r\n Ғани‘ ") == "Oʻgʻiloy Ўғилой Ғани‘"
    assert clean_line("a\u202eb\u200fc\x00d") == "abcd"
    assert clean_text(" один\r\n\r\nдва\u202e\rтри ") == "один\n\nдва\nтри"


class Details(BaseForm):
    """A form with one of each field."""

    name = TextField("Name", validators=[Required("Enter the name."), AtMost(10)])
    phone = PhoneField("Phone", validators=[Required("Enter the phone.")])
    email = EmailField("E-mail", validators=[Optional()])


@pytest.fixture
def form(app: Flask) -> Iterator[type]:
    """Fills the form as a request would; gives the form."""
    app.config["WTF_CSRF_ENABLED"] = False
    contexts = []

    def fill(**typed: str | list[str]) -> Details:
        context = app.test_request_context("/ru/", method="POST", data=MultiDict(typed))
        context.push()
        contexts.append(context)
        app.preprocess_request()
        return Details()

    yield fill
    for context in reversed(contexts):
        context.pop()


GOOD = {"name": "Ғани", "phone": "90 123 45 67", "email": "ali@mail.uz"}


def test_good_form_is_accepted(form) -> None:
    filled = form(**GOOD)
    assert filled.accepted()
    assert filled.phone.number == OURS
    assert filled.status == 200


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "\u200b"),
        ("name", "a" * 11),
        ("phone", ""),
        ("phone", "123"),
        ("email", "ali"),
        ("email", "ali@mail"),
        ("email", "a b@mail.uz"),
        ("email", "ali@@mail.uz"),
    ],
)
def test_message_stands_at_its_field(form, name: str, typed: str) -> None:
    filled = form(**{**GOOD, name: typed})
    assert not filled.accepted()
    assert list(filled.errors) == [name]
    assert filled.status == 422


@pytest.mark.parametrize("missing", ["name", "phone"])
def test_absent_field_is_as_good_as_empty(form, missing: str) -> None:
    typed = {key: value for key, value in GOOD.items() if key != missing}
    assert not form(**typed).accepted()


def test_doubled_and_unknown_fields_are_ignored(form) -> None:
    filled = form(**{**GOOD, "name": ["Ғани", "Вали"], "state": "booked"})
    assert filled.accepted()
    assert filled.name.data == "Ғани"
    assert "state" not in filled.data


def test_language_switch_checks_nothing(form) -> None:
    filled = form(_switch="ru", name="", phone="12")
    assert not filled.sent()
    assert not filled.accepted()
    assert filled.phone.data == "12"
    assert filled.status == 200


def test_trap_is_not_acted_upon(form) -> None:
    assert not form(**GOOD, **{TRAP: "https://spam.example"}).accepted()


def test_message_is_in_the_readers_words_only(form) -> None:
    """The library's own English messages must not come through."""
    filled = form(name="", phone="", email="x")
    filled.validate()
    for messages in filled.errors.values():
        for message in messages:
            assert "This field is required" not in message
            assert "Invalid" not in message


def test_field_has_no_required_attribute(form) -> None:
    assert "required" not in form(**GOOD).name()


def test_csrf_is_checked(database: str) -> None:
    app = make_app(database)
    assert app.config.get("WTF_CSRF_ENABLED", True)
    assert csrf is app.extensions["csrf"]
    with app.test_request_context("/ru/", method="POST", data=GOOD):
        filled = Details()
        assert not filled.accepted()
        assert "csrf_token" in filled.errors


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("8 10 998 90 123 45 67", "998901234567"),
        ("8 998 90 123 45 67", "998901234567"),
        ("0 90 123-45-67", "998901234567"),
        ("+39 06 698 12345", "390669812345"),
        ("89123456789", None),
    ],
)
def test_numbers_as_dialled_from_elsewhere(typed: str, number: str | None) -> None:
    assert parse_phone(typed) == number


def test_a_form_opened_late_in_a_session_can_still_be_sent(database: str) -> None:
    app = make_app(database, WTF_CSRF_ENABLED=True)
    client = app.test_client()
    start = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as now:
        client.get("/ru/track")
        now.shift(timedelta(hours=47))
        page = client.get("/ru/track").text
        now.shift(timedelta(hours=20))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        sent = client.post("/ru/track", data={"csrf_token": token[1], "reference": "1"})
        assert sent.status_code == 422

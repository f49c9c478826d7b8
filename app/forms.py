"""The base of every form, and fields and checks that several rooms use."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar

import phonenumbers
from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError

# A field that people do not see; programs fill it.
TRAP = "website"


class BaseForm(FlaskForm):
    """A form whose messages are ours and that can be sent only to change the language.

    A POST with ``_switch`` comes from the language switch: the page is shown in the other
    language with everything that was typed, and nothing is checked.
    """

    class Meta(FlaskForm.Meta):
        """Messages come from our validators, in the reader's language."""

        locales = ("en",)  # keeps WTForms from loading catalogs of its own

    def sent(self) -> bool:
        """Whether the form was sent, and to be acted upon."""
        return bool(self.is_submitted()) and "_switch" not in request.form

    def accepted(self) -> bool:
        """Whether the form was sent and everything in it can be used."""
        return self.sent() and bool(self.validate()) and not request.form.get(TRAP)

    @property
    def status(self) -> int:
        """The HTTP status of the page with this form: 422 when it comes back with errors."""
        return 422 if self.errors else 200


class Required:
    """The field must hold something; *message* says what to do."""

    field_flags: ClassVar[dict[str, Any]] = {}  # not ``required``: the browser would speak first

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        """Stop with the message when nothing was typed or chosen."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation(str(self.message))


class Optional:
    """An empty field is fine; what follows is not asked."""

    field_flags: ClassVar[dict[str, Any]] = {"optional": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Stop without a message when nothing was typed."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation()


class AtMost:
    """At most *limit* characters."""

    field_flags: ClassVar[dict[str, Any]] = {}

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Field) -> None:
        """Say how much too long the text is."""
        over = len(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(
                gettext(
                    "Shorten the text by %(over)s characters: at most %(limit)s fit.",
                    over=over,
                    limit=self.limit,
                )
            )


class TextField(StringField):
    """One line of text, cleaned of what cannot be seen: control characters and direction marks."""

    data: str | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the first value; spaces are folded."""
        self.data = clean_line(valuelist[0]) if valuelist else ""


class PhoneField(TextField):
    """A phone number in whatever shape people type it. ``number`` is its E.164 digits, no plus."""

    number: str = ""

    def pre_validate(self, form: Any) -> None:
        """Say how to write a number when this is none."""
        if not self.data:
            return
        number = parse_phone(self.data)
        if number is None:
            raise ValidationError(
                gettext("Enter the phone number with the operator code, like 90 123 45 67.")
            )
        self.number = number


class EmailField(TextField):
    """An e-mail address; only its shape is checked."""

    def pre_validate(self, form: Any) -> None:
        """Say how an address looks when this is none."""
        if self.data and not re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", self.data):
            raise ValidationError(gettext("Enter the e-mail address in full, like name@mail.uz."))


def parse_phone(typed: str) -> str | None:
    """The E.164 digits of a number as people type it, None when it is none.

    A number without a country code is one of Uzbekistan; the old «8» before the code is dropped.
    """
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", typed))
    if not digits.startswith("+"):
        digits = digits.removeprefix("00")
        # Dialled from Russia (8 10 998 …), with the old trunk 8 or 0, or without any code.
        local = re.fullmatch(r"(?:810|8|0)?(?:998)?(\d{9})", digits)
        digits = f"+998{local[1]}" if local else f"+{digits}"
    try:
        number = phonenumbers.parse(digits, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if number.country_code == 998 and len(str(number.national_number)) != 9:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def clean_line(typed: str) -> str:
    """*typed* on one line: no control or direction characters, single spaces."""
    kept = "".join(" " if c.isspace() else c for c in typed if not _invisible(c) or c.isspace())
    return " ".join(kept.split())


def clean_text(typed: str) -> str:
    """*typed* with its line breaks, without other control or direction characters."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c == "\n" or not _invisible(c)).strip()


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}

"""Forms of booking."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.appointments.operations import REASON_LENGTH
from app.appointments.reading import Details
from app.forms import (
    AtMost,
    BaseForm,
    EmailField,
    Optional,
    PhoneField,
    Required,
    TextField,
    clean_text,
)

TEXT_LENGTH = 1000

# What people come about; a key never changes, it is stored.
TOPICS = {
    "housing": _l("Housing and land"),
    "utilities": _l("Utilities, roads and transport"),
    "social": _l("Pensions, benefits and social support"),
    "work": _l("Work and wages"),
    "health": _l("Health care"),
    "education": _l("Education"),
    "business": _l("Business, taxes and permits"),
    "documents": _l("Documents and registration"),
    "rights": _l("Courts, law and protection of rights"),
    "conduct": _l("Work of a state body or an official"),
    "other": _l("Another matter"),
}


def _clean(typed: str | None) -> str:
    return clean_text(typed or "")


class TextArea(TextAreaField):
    """Several lines, cleaned of what cannot be seen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the first value."""
        self.data = _clean(valuelist[0]) if valuelist else ""


class DetailsForm(BaseForm):
    """Who comes and about what. Several fields make one page: they are one short group."""

    surname = TextField(
        _l("Surname"),
        [Required(_l("Enter your surname.")), AtMost(100)],
        render_kw={"autocomplete": "family-name"},
    )
    given_name = TextField(
        _l("First name"),
        [Required(_l("Enter your first name.")), AtMost(100)],
        render_kw={"autocomplete": "given-name"},
    )
    patronymic = TextField(
        _l("Patronymic"),
        [Optional(), AtMost(100)],
        render_kw={"autocomplete": "additional-name"},
    )
    organisation = TextField(
        _l("Organisation, if you come on its behalf"),
        [Optional(), AtMost(300)],
        render_kw={"autocomplete": "organization"},
    )
    phone = PhoneField(
        _l("Phone"),
        [Required(_l("Enter the phone number with the operator code, like 90 123 45 67."))],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    email = EmailField(
        _l("E-mail"),
        [Optional(), AtMost(254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    topic = SelectField(
        _l("Topic"),
        choices=[
            SelectChoice("", _l("Choose a topic")),
            *(SelectChoice(key, words) for key, words in TOPICS.items()),
        ],
        validate_choice=False,
    )
    text = TextArea(
        _l("What you want to speak about"),
        [Required(_l("Say in a few words what you want to speak about.")), AtMost(TEXT_LENGTH)],
        render_kw={"rows": 6},
    )

    def validate_topic(self, field: SelectField) -> None:
        """One of the topics has to be chosen."""
        if field.data not in TOPICS:
            raise ValidationError(gettext("Choose a topic."))

    def validate_surname(self, field: TextField) -> None:
        """A name has letters."""
        _has_letters(field, gettext("Enter your surname in letters."))

    def validate_given_name(self, field: TextField) -> None:
        """A name has letters."""
        _has_letters(field, gettext("Enter your first name in letters."))

    def details(self) -> Details:
        """What was typed, as the operations take it."""
        organisation = self.organisation.data or ""
        return Details(
            surname=self.surname.data or "",
            given_name=self.given_name.data or "",
            patronymic=self.patronymic.data or "",
            applicant_type="legal" if organisation else "individual",
            organisation=organisation,
            phone=self.phone.number,
            email=self.email.data or "",
            topic=self.topic.data,
            text=self.text.data or "",
        )


class ConfirmForm(BaseForm):
    """Nothing but the button."""


class CheckForm(ConfirmForm):
    """The button, and a mark of what was on the page that it confirms."""

    seen = HiddenField()


class CancelForm(BaseForm):
    """Why, if the citizen wants to say."""

    reason = TextArea(_l("Reason"), [Optional(), AtMost(REASON_LENGTH)], render_kw={"rows": 3})


def _has_letters(field: TextField, message: str) -> None:
    if not any(c.isalpha() for c in field.data or ""):
        raise ValidationError(message)

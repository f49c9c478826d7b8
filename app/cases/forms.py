"""The tracker's form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.cases.references import SECRET_DIGITS, only_digits, parse_reference
from app.forms import BaseForm, Required, TextField


class TrackForm(BaseForm):
    """The number and the secret of a case, as people type them."""

    reference = TextField(
        _l("Number of the application"),
        [Required(_l("Enter the number, like 26-4830 1975-2."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"},
    )
    secret = TextField(
        _l("Secret code"),
        [Required(_l("Enter the secret code, 12 digits."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"},
    )

    def validate_reference(self, field: TextField) -> None:
        """Find slips of the finger: the last digit is computed from the others."""
        if parse_reference(field.data or "") is None:
            raise ValidationError(
                _l("Check the number: it has 11 digits, and one of them looks mistyped.")
            )

    def validate_secret(self, field: TextField) -> None:
        """Count the digits."""
        if len(only_digits(field.data or "")) != SECRET_DIGITS:
            raise ValidationError(_l("Check the secret code: it has 12 digits."))

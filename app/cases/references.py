"""Reference numbers and secrets: digits only, because they are read aloud in two scripts.

A reference is the year, eight random digits and a check digit (Damm), printed
``26-4830 1975-2``. A secret is twelve digits, printed ``1234 5678 9012``; only its keyed hash is
stored. It is made from the key of the form that opened the case, so that a form sent twice gets
the same receipt.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from flask import current_app

# H. M. Damm's quasigroup of order 10: finds every single wrong digit and every swap of neighbours.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

REFERENCE_DIGITS = 11
SECRET_DIGITS = 12


def new_reference(year: int) -> str:
    """Return eleven digits for a case opened in *year*; not yet known to be unused."""
    digits = f"{year % 100:02}{secrets.randbelow(10**8):08}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """Return the Damm digit that follows *digits*."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def parse_reference(typed: str) -> str | None:
    """Return the eleven digits of a reference as people type it, None when it is none."""
    digits = only_digits(typed)
    if len(digits) != REFERENCE_DIGITS or check_digit(digits) != "0":
        return None
    return digits


def format_reference(reference: str) -> str:
    """Return the reference as it is printed: ``26-4830 1975-2``, with a no-break space."""
    return f"{reference[:2]}-{reference[2:6]}\u00a0{reference[6:10]}-{reference[10:]}"


def in_address(reference: str) -> str:
    """Return the reference as it is written in an address: ``26-4830-1975-2``."""
    return format_reference(reference).replace("\u00a0", "-")


def format_secret(secret: str) -> str:
    """Return the secret as it is printed: ``1234 5678 9012``, with no-break spaces."""
    return "\u00a0".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def only_digits(typed: str) -> str:
    """Return the digits in *typed*; spaces, dashes and whatever else is dropped."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c in "0123456789")


def secret_for(idempotency_key: str) -> str:
    """Return the secret of the case that the form *idempotency_key* opens."""
    number = int(keyed_hash("secret", idempotency_key), 16) % 10**SECRET_DIGITS
    return f"{number:0{SECRET_DIGITS}}"


def hash_secret(secret: str) -> str:
    """Return what is stored of *secret*: 64 hexadecimal digits."""
    return keyed_hash("stored secret", secret)


def same_hash(one: str, other: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def keyed_hash(purpose: str, text: str) -> str:
    """Return the HMAC-SHA-256 of *text* for *purpose* under the installation's secret key."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()

"""Which cases this browser may see: those that were opened in it with number and secret."""

from __future__ import annotations

from flask import session

# A family or an office looks after a few; the cookie stays small.
KEPT = 10


def remember(reference: str, token: str = "") -> None:
    """Let this browser see the case with the eleven digits *reference*, and with the *token* of
    the form that made it also its receipt."""
    opened = [other for other in session.get("opened", []) if other != reference]
    session["opened"] = [*opened, reference][-KEPT:]
    if token:
        receipts = {**session.get("receipts", {}), token: reference}
        session["receipts"] = dict(list(receipts.items())[-KEPT:])


def may_see(reference: str) -> bool:
    """Return whether the case was opened in this browser."""
    return reference in session.get("opened", [])


def forget(reference: str) -> None:
    """Close the case in this browser, its receipt too."""
    receipts = session.get("receipts", {})
    session["receipts"] = {token: of for token, of in receipts.items() if of != reference}
    session["opened"] = [other for other in session.get("opened", []) if other != reference]

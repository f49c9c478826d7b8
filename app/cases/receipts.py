"""What a citizen takes away besides the number: a QR code that leads to the tracker."""

from __future__ import annotations

import segno
from flask import url_for
from markupsafe import Markup

from app.cases.references import in_address
from app.web import public_url


def tracker_qr(reference: str, label: str) -> Markup:
    """Return an inline SVG of the tracker's address with the number in it, never the secret."""
    address = public_url(url_for("cases.track", reference=in_address(reference)))
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(scale=3, border=2, title=label, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - made here from an address of ours; segno escapes the title

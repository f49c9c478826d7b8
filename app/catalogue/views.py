"""The catalogue of services and the search."""

from __future__ import annotations

from flask import Blueprint

catalogue = Blueprint("catalogue", __name__, url_prefix="/<locale:locale>")

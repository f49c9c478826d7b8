"""The directory of state bodies."""

from __future__ import annotations

from flask import Blueprint

agencies = Blueprint("agencies", __name__, url_prefix="/<locale:locale>/agencies")

"""Commands: ``flask --app wsgi COMMAND``."""

from __future__ import annotations

import sys

import click
from flask import Flask


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(transliterate)


@click.command()
@click.option("--to", "code", type=click.Choice(["uz_Latn", "uz_Cyrl"]), required=True)
def transliterate(code: str) -> None:
    """Read lines on standard input and write each in the other Uzbek script."""
    from app.language.script import convert

    for line in sys.stdin:
        sys.stdout.write(convert(line.rstrip("\n"), code) + "\n")

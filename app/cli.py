"""Commands: ``flask --app wsgi COMMAND``."""

from __future__ import annotations

import sys

import click
from flask import Flask

from app import clock, config
from app.database import db


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(seed)
    app.cli.add_command(search)
    app.cli.add_command(reindex)
    app.cli.add_command(transliterate)
    app.cli.add_command(translations)
    app.cli.add_command(verify_timeline)
    if click.get_current_context(silent=True) is not None:
        add_migrations(app)


def add_migrations(app: Flask) -> None:
    """Register ``flask db``. Only commands do: a serving process would hold Alembic for nothing,
    a fifth of its memory."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)


@click.command()
@click.option("--to", "code", type=click.Choice(["uz_Latn", "uz_Cyrl"]), required=True)
def transliterate(code: str) -> None:
    """Read lines on standard input and write each in the other Uzbek script."""
    from app.language.script import convert

    for line in sys.stdin:
        sys.stdout.write(convert(line.rstrip("\n"), code) + "\n")


@click.command()
@click.option("--locale", type=click.Choice(["uz_Cyrl", "uz_Latn", "ru"]), required=True)
@click.argument("words", nargs=-1)
def search(locale: str, words: tuple[str, ...]) -> None:
    """Print the keys of the services found for WORDS, best first, on one line; without words, a
    line for each line of standard input.

    A query is understood in every language and script, whatever LOCALE the reader has.
    """
    for query in [" ".join(words)] if words else sys.stdin:
        click.echo(" ".join(_keys_found(query)))


def _keys_found(query: str) -> list[str]:
    from app.catalogue import operations
    from app.catalogue.search import search as find

    found = [hit.target_id for hit in find(query, kinds=("service",)).hits]
    return [row.key for row in operations.list_services(only=found)]


@click.command()
def seed() -> None:
    """Fill an empty database with the data of the project; leave any other as it is."""
    from app.seed.load import seed as fill

    filled = fill(clock.now())
    click.echo("The database is filled." if filled else "The database has data; left as it is.")


@click.command("verify-timeline")
def verify_timeline() -> None:
    """Compute the hash chain of every case's timeline anew; fail at the first break."""
    from app.cases import operations
    from app.cases.references import format_reference

    right, broken = operations.verify_timeline()
    if broken is None:
        click.echo(f"All {right} events are as they were written.")
        return
    reference = format_reference(broken.reference)
    click.echo(f"Case {reference}: event {broken.number} is {broken.reason}.", err=True)
    sys.exit(1)


@click.group()
def translations() -> None:
    """The catalogs of interface strings."""


@translations.command()
def update() -> None:
    """Extract strings, update the hand-written catalogs, make the Latin one anew, compile."""
    from app.language import catalogs

    catalogs.update()
    catalogs.compile_all()
    missing = catalogs.problems()
    click.echo("\n".join(missing) or "The catalogs are complete.")


@translations.command()
def check() -> None:
    """Fail when a catalog lacks a string, holds a stale one, or the Latin one is out of date."""
    from app.language import catalogs

    found = catalogs.problems()
    click.echo("\n".join(found) or "The catalogs are complete.")
    sys.exit(1 if found else 0)


@translations.command(name="compile")
def compile_() -> None:
    """Write the binary catalogs that the running portal reads."""
    from app.language import catalogs

    catalogs.compile_all()


@click.command()
def reindex() -> None:
    """Build the search index anew, after a change of the words it knows or of titles by hand."""
    from app.catalogue.search import reindex as build
    from app.content import bump_content_version
    from app.database import transaction

    with transaction():
        build()
        bump_content_version()
    click.echo("The search index is built.")

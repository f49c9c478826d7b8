"""What the bench asks the portal for: addresses made from the seed data.

``python -m bench.facts``, run on a seeded database, prints them as JSON.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from urllib.parse import quote

from sqlalchemy import select

from app import create_app
from app.appointments.models import Resource
from app.catalogue.models import LifeEvent, Service
from app.database import db

LOCALE = "ru"
QUERIES = 30_000
OFFICIALS = 60  # whose pages are read in turn


def gather() -> dict[str, list[str]]:
    """Paths by the name of the page: home, list, service, search (many, all different), slots."""
    event = db.session.scalars(
        select(LifeEvent.key).join(Service).where(Service.audience != "legal").limit(1)
    ).one()
    return {
        "home": [f"/{LOCALE}/"],
        "list": [f"/{LOCALE}/services?life_event={event}"],
        "service": [f"/{LOCALE}/services/biometric-passport"],
        "search": [f"/{LOCALE}/search?q={quote(query)}" for query in queries()],
        "slots": [f"/{LOCALE}/reception/{number}" for number in _resources()],
    }


def queries() -> list[str]:
    """As people type: one to three words of a title in one of the languages, the last one
    unfinished or a letter wrong now and then. All different, the same on every machine."""
    titles = [title.every() for title in db.session.scalars(select(Service.title))]
    return list(dict.fromkeys(_typed(titles, random.Random(20261123))))


def _typed(titles: list[list[str]], chance: random.Random) -> Iterator[str]:
    for _ in range(QUERIES):
        words = [word for word in chance.choice(chance.choice(titles)).split() if len(word) > 2]
        chosen = chance.sample(words, min(len(words), chance.choice((1, 2, 2, 3))))
        if not chosen:
            continue
        last = chosen[-1]
        if chance.random() < 0.3 and len(last) > 5:
            chosen[-1] = last[: chance.randrange(4, len(last))]
        elif chance.random() < 0.2 and len(last) > 5:
            place = chance.randrange(1, len(last) - 1)
            chosen[-1] = last[:place] + last[place + 1 :]
        yield " ".join(chosen).lower()


def _resources() -> list[int]:
    """Some of all officials, from all kinds of bodies."""
    every = db.session.scalars(select(Resource.id).order_by(Resource.id)).all()
    return list(every[:: max(1, len(every) // OFFICIALS)])[:OFFICIALS]


def main() -> None:
    """Print the paths."""
    with create_app().app_context():
        print(json.dumps(gather()))


if __name__ == "__main__":
    main()

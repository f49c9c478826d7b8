"""One time and fifty citizens at once: exactly one gets it, and what a form sent costs then.

Every citizen opens the same official's page, and all send the form for the same free time at
once; whoever gets it goes on to the receipt. The bare application is sent one place by as many
clients at once in the same rounds. Each citizen comes from an address of their own, as behind a
proxy, so that rate limits count them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import Engine, create_engine, text

from bench.flow import choose_first, walk_on
from bench.report import Figure
from bench.servers import Server, bare, portal
from bench.visitor import Visitor, post_at_once
from bench.workspace import Workspace

CLIENTS = 50
WORKERS = "4"


@dataclass
class Count:
    """What the rounds gave."""

    exact: int = 0  # rounds with exactly one booking
    failures: int = 0  # answers of 5xx
    times: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def storm(
    space: Workspace, name: str, database: str, pages: list[str], rounds: int
) -> list[Figure]:
    """Run the rounds on *database*, each on another of *pages* (slot pages of officials)."""
    count = Count()
    with (
        portal(space, database, WEB_CONCURRENCY=WORKERS, TRUSTED_PROXIES="1") as server,
        bare(space, "bench.bare_insert", DATABASE_URL=database, WEB_CONCURRENCY=WORKERS) as other,
    ):
        engine = create_engine(database)
        for number in range(rounds):
            _round(server, engine, pages[number * 7 % len(pages)], count)
            count.bare += _bare_round(other, number)
        engine.dispose()
    ratio = median(count.times) / median(count.bare)
    return [
        Figure(f"{name}: rounds with exactly one booking", count.exact, least=rounds),
        Figure(f"{name}: answers of 5xx", count.failures, most=0),
        Figure(
            f"{name}: median of the form to that of a bare insert",
            ratio,
            "x",
            most=3.0,
            note=f"{median(count.times):.0f} ms to {median(count.bare):.0f} ms, "
            f"{CLIENTS} clients at once, {WORKERS} workers",
        ),
    ]


def _round(server: Server, engine: Engine, page: str, count: Count) -> None:
    visitors = [Visitor(server.port, f"10.0.{n // 200}.{n % 200 + 1}") for n in range(CLIENTS)]
    posts = [(visitor, *choose_first(visitor, page)) for visitor in visitors]
    answers = post_at_once(posts)
    count.times += [elapsed for _, elapsed in answers]
    count.failures += sum(answer.status >= 500 for answer, _ in answers)
    for visitor, (answer, _) in zip(visitors, answers, strict=True):
        if answer.status == 303:
            pages = walk_on(visitor, answer.location, f"90 {len(count.bare):07d}")
            count.failures += sum(last.status >= 500 for _, last in pages)
        visitor.close()
    count.exact += _booked(engine, int(page.rpartition("/")[2])) == 1


def _booked(engine: Engine, resource: int) -> int:
    query = text("SELECT COUNT(*) FROM appointment WHERE resource_id = :resource AND live")
    with engine.connect() as connection:
        return int(connection.execute(query, {"resource": resource}).scalar_one())


def _bare_round(server: Server, number: int) -> list[float]:
    visitors = [Visitor(server.port, "10.0.0.1") for _ in range(CLIENTS)]
    for visitor in visitors:
        visitor.get("/")
    answers = post_at_once([(visitor, "/", {"place": f"{number}"}) for visitor in visitors])
    for visitor in visitors:
        visitor.close()
    if sorted(answer.status for answer, _ in answers) != [201] + [409] * (CLIENTS - 1):
        raise RuntimeError("the bare insert is not what it should be")
    return [elapsed for _, elapsed in answers]

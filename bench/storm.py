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

from bench.report import Figure
from bench.servers import Server, bare, portal
from bench.visitor import Answer, Form, Visitor, forms, post_at_once
from bench.workspace import Workspace

CLIENTS = 50
WORKERS = "4"
_DETAILS = {
    "surname": "Алимов",
    "given_name": "Анвар",
    "patronymic": "Ботир ўғли",
    "topic": "other",
    "text": "Жавоб хатининг нусхасини олиш ҳақида",
}


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
    posts = []
    for visitor in visitors:
        form = next(f for f in forms(visitor.get(page).text) if f.buttons)
        first_time = form.buttons[0]
        posts.append((visitor, form.action or page, {**form.fields, **dict([first_time])}))
    answers = post_at_once(posts)
    count.times += [elapsed for _, elapsed in answers]
    count.failures += sum(answer.status >= 500 for answer, _ in answers)
    for visitor, (answer, _) in zip(visitors, answers, strict=True):
        if answer.status == 303:
            count.failures += _walk_on(visitor, answer, f"90 {len(count.bare):07d}")
        visitor.close()
    count.exact += _booked(engine, int(page.rpartition("/")[2])) == 1


def _walk_on(visitor: Visitor, answer: Answer, phone: str) -> int:
    """Fill in and confirm whatever is asked until a page has no form; 1 when a step fails."""
    known = {**_DETAILS, "phone": phone}
    for _ in range(8):
        while answer.status == 303:
            answer = visitor.get(place := answer.location)
        if answer.status >= 500:
            return 1
        form = _next_form(answer)
        if form is None:
            return 0
        fields = {**form.fields, **{n: known.get(n, "") for n in form.empty}}
        answer = visitor.post(form.action or place, {**fields, **dict(form.buttons[:1])})
    return 0


def _next_form(answer: Answer) -> Form | None:
    return next(iter(forms(answer.text)), None)


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

"""``python -m bench [--quick]``: everything, one table after the other."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from bench import growth, servers, speed, storm, weight
from bench.client import Client, client
from bench.databases import Postgresql, Sqlite, postgresql
from bench.report import Figure, Report, machine
from bench.workspace import Workspace, workspace

FULL = speed.Effort(rounds=8, seconds=1.0, requests=300)
QUICK = speed.Effort(rounds=3, seconds=0.5, requests=200)
LATENCY = "Latency, one connection"


def main() -> int:
    """Measure and print. Missed aims do not make the run fail."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 90 seconds, rougher figures")
    quick = parser.parse_args().quick
    signal.signal(signal.SIGTERM, _leave)
    started = time.monotonic()
    report = Report()
    print(machine(), flush=True)
    try:
        with workspace() as space, client() as loader, postgresql(space) as server:
            if server is None:
                report.remark("NOT MEASURED ON POSTGRESQL: no server answers.")
            _measure(space, loader, server, report, quick)
    except KeyboardInterrupt:
        print("\nStopped; every server and database of the bench is gone.")
        return 130
    print(f"\n{report.summary()}\n{time.monotonic() - started:.0f} s in all.")
    return 0


def _measure(
    space: Workspace, loader: Client, server: Postgresql | None, report: Report, quick: bool
) -> None:
    databases: list[Sqlite | Postgresql] = [Sqlite(space), *([server] if server else [])]
    effort = QUICK if quick else FULL
    with databases[0].database() as url:
        paths = space.ask("bench.facts", database=url)
        for title, figures in _pages(space, loader, url, paths, effort):
            report.add(title, figures)
            if title == LATENCY:
                report.remark(speed.busy(figures))
    for kind in databases:
        with kind.database() as url:
            rounds = 5 if quick else 20
            figures = storm.storm(space, kind.name, url, paths["slots"], rounds)
            report.add(f"One time, {storm.CLIENTS} clients at once, {kind.name}", figures)
    sizes = ["1000", "100000"] if quick else ["1000", "100000", "1000000"]
    for kind in databases[: 1 if quick else 2]:
        with kind.database() as url:
            found = space.ask("bench.growth", *sizes, database=url)
            report.add(f"Growth, {kind.name}", growth.figures(kind.name, found))


def _pages(
    space: Workspace,
    loader: Client,
    database: str,
    paths: dict[str, list[str]],
    effort: speed.Effort,
) -> Iterator[tuple[str, list[Figure]]]:
    """Sections on the pages, each as soon as it is measured."""
    with (
        servers.portal(space, database) as portal,
        servers.bare(space, "bench.bare_page") as bare,
    ):
        memory = [speed.memory(portal, bare, "just started")]
        yield "Bytes on the wire", _bytes(portal, paths)
        rounds = speed.Rounds(loader, portal, bare, paths)
        title = f"Throughput, {speed.CONNECTIONS} connections, 2 workers"
        yield title, speed.throughput(rounds, effort)
        yield LATENCY, speed.latency(rounds, effort)
        memory.append(speed.memory(portal, bare, "after the load"))
        with servers.bare(space, "bench.bare_page", BARE_PLAIN="1") as plain:
            loader.load(plain.port, ["/"], connections=speed.CONNECTIONS, seconds=effort.seconds)
            told = "after the load, to a bare worker that is not preloaded"
            memory.append(speed.memory(portal, plain, told, aim=None))
        yield "Memory", memory
        yield "Errors", [Figure("answers other than 200", rounds.failed, most=0)]


def _bytes(portal: servers.Server, paths: dict[str, list[str]]) -> list[Figure]:
    views = {speed.LABELS[name]: part[0] for name, part in paths.items()}
    return [
        *weight.first_views(portal.port, views),
        *weight.further_pages(portal.port, paths["slots"][-1]),
        weight.fragment(portal.port, "live search", paths["search"][0]),
    ]


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

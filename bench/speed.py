"""Requests per second, CPU per request, p50 and p99, memory: the portal beside a bare page.

The pages take turns in short rounds, so that whatever else the machine does meets all of them;
each ratio is the median of the ratios of the rounds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from bench.client import Client
from bench.flow import choose_first
from bench.report import Figure
from bench.servers import Server
from bench.visitor import Visitor

CONNECTIONS = 8
LABELS = {
    "bare": "bare Flask page",
    "home": "home",
    "list": "catalogue list",
    "service": "service page",
    "search": "search, no query twice",
    "slots": "slot page, 60 officials in turn",
}
_CACHED, _COMPUTED = 1.0, 0.30
LEAST = {"home": _CACHED, "list": _CACHED, "service": _CACHED}


@dataclass(frozen=True)
class Effort:
    """How much to measure."""

    rounds: int
    seconds: float  # of load, for each page and round
    requests: int  # at one connection, for each page and round


class Rounds:
    """Interleaved rounds over the pages and the bare page."""

    def __init__(
        self, client: Client, portal: Server, bare: Server, paths: dict[str, list[str]]
    ) -> None:
        self._client = client
        self._portal = portal
        self._bare = bare
        self._paths = {"bare": ["/"], **{name: part for name, part in paths.items() if part}}
        self._used: dict[str, int] = defaultdict(int)
        self.failed = 0

    @property
    def pages(self) -> list[str]:
        """The names of the pages, the bare one first."""
        return list(self._paths)

    def load(self, page: str, **job: Any) -> dict[str, Any]:
        """Run one job on *page*; with many paths, go on where the last one stopped."""
        server = self._bare if page == "bare" else self._portal
        paths = self._paths[page]
        start = self._used[page] % len(paths)
        batch = (paths[start:] + paths[:start])[:5000]
        if page == "slots":
            self._hold(batch[len(batch) // 2])
        before = server.cpu_seconds()
        result = self._client.load(server.port, batch, **job)
        result["cpu"] = server.cpu_seconds() - before
        self._used[page] += result["requests"] + job.get("connections", 1)
        self.failed += result["failed"]
        return result

    def _hold(self, page: str) -> None:
        """Take a time, so that whatever is kept about free times goes out of date."""
        visitor = Visitor(self._portal.port, "10.0.0.1")
        answer = visitor.post(*choose_first(visitor, page))
        self.failed += answer.status != 303
        visitor.close()


def throughput(rounds: Rounds, effort: Effort) -> list[Figure]:
    """Requests per second and CPU per request at several connections."""
    rates: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    for page in rounds.pages:
        rounds.load(page, connections=CONNECTIONS, seconds=0.5)
    for _ in range(effort.rounds):
        for page in rounds.pages:
            result = rounds.load(page, connections=CONNECTIONS, seconds=effort.seconds)
            rates[page].append(result["requests"] / result["seconds"])
            cpu[page].append(result["cpu"] / max(1, result["requests"]) * 1000)
    figures = [Figure(f"{LABELS['bare']}: requests per second", median(rates["bare"]))]
    for page in rounds.pages[1:]:
        ratio = median(own / bare for own, bare in zip(rates[page], rates["bare"], strict=True))
        figures.append(
            Figure(
                f"{LABELS[page]}: of the bare page's rate",
                ratio,
                "x",
                least=LEAST.get(page, _COMPUTED),
                note=f"{median(rates[page]):,.0f} requests/s",
            )
        )
    bare_cpu = sum(cpu["bare"]) / len(cpu["bare"])
    figures.append(Figure(f"{LABELS['bare']}: CPU per request", bare_cpu, "ms"))
    for page in rounds.pages[1:]:
        own = sum(cpu[page]) / len(cpu[page])
        name = f"{LABELS[page]}: of the bare page's CPU"
        figures.append(Figure(name, own / bare_cpu, "x", note=f"{own:.2f} ms/request"))
    return figures


def latency(rounds: Rounds, effort: Effort) -> list[Figure]:
    """p50 and p99 at one connection; the ratios are medians over the rounds."""
    middle: dict[str, list[float]] = defaultdict(list)
    tail: dict[str, list[float]] = defaultdict(list)
    for _ in range(effort.rounds):
        for page in rounds.pages:
            times = rounds.load(page, count=effort.requests)["times"]
            steps = quantiles(times, n=100)
            middle[page].append(steps[49])
            tail[page].append(steps[98])
    figures = []
    for page in rounds.pages:
        spread = median(high / low for high, low in zip(tail[page], middle[page], strict=True))
        slower = median(own / bare for own, bare in zip(middle[page], middle["bare"], strict=True))
        figures.append(
            Figure(
                f"{LABELS[page]}: p99 to p50",
                spread,
                "x",
                most=None if page == "bare" else 3.0,
                note=f"p50 {median(middle[page]):.2f} ms, p99 {median(tail[page]):.2f} ms, "
                f"p50 {slower:.2f} x the bare page's",
            )
        )
    return figures


def memory(portal: Server, bare: Server, when: str, *, aim: float | None = 1.75) -> Figure:
    """Memory of a worker of the portal to that of the bare application."""
    own, other = portal.memory_mb(), bare.memory_mb()
    return Figure(
        f"a worker's memory, {when}",
        own / other,
        "x",
        most=aim,
        note=f"PSS {own:.1f} MB, bare {other:.1f} MB",
    )


def busy(figures: list[Figure]) -> str:
    """A remark when even the bare page came now and then much later than usual."""
    spread = figures[0].value
    if spread <= 3:
        return ""
    return (
        f"THE MACHINE WAS BUSY: the bare page's own p99 is {spread:.0f} times its p50, "
        "so the figures of time say little; run it again on a quiet machine."
    )

"""The figures, their aims, and the table that is printed."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("flask", "sqlalchemy", "gunicorn")


@dataclass(frozen=True)
class Figure:
    """One measured value. *least* and *most* are its aim; without either it has none."""

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether the value is outside its aim."""
        too_little = self.least is not None and self.value < self.least
        too_much = self.most is not None and self.value > self.most
        return too_little or too_much

    def cells(self) -> tuple[str, str, str, str, str]:
        """Name, value with its unit, aim, verdict and note, as the table shows them."""
        aim = ""
        if self.least is not None:
            aim = f">= {_number(self.least)}"
        if self.most is not None:
            aim = f"<= {_number(self.most)}"
        verdict = "" if not aim else "MISSED" if self.missed else "ok"
        return self.name, f"{_number(self.value)} {self.unit}".rstrip(), aim, verdict, self.note


@dataclass
class Report:
    """Sections of figures, in the order in which they were measured."""

    sections: list[tuple[str, list[Figure]]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, title: str, figures: list[Figure]) -> None:
        """Keep a section and print it."""
        self.sections.append((title, figures))
        print(f"\n{title}\n{_table(figures)}", flush=True)

    def remark(self, text: str) -> None:
        """Keep a sentence for the end, unless it is empty."""
        if text:
            self.remarks.append(text)

    def summary(self) -> str:
        """What missed its aim, and what could not be measured."""
        figures = [(title, figure) for title, part in self.sections for figure in part]
        aimed = [pair for pair in figures if any(pair[1].cells()[2:3])]
        missed = [pair for pair in aimed if pair[1].missed]
        lines = [f"{len(aimed) - len(missed)} of {len(aimed)} aims are met."]
        for title, figure in missed:
            name, value, aim, _, _ = figure.cells()
            lines.append(f"MISSED  {title}: {name} is {value}, aim {aim}")
        return "\n".join([*lines, *self.remarks])


def machine() -> str:
    """One line about the machine and the software."""
    cpu = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{cpu}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {packages}"
    )


def _table(figures: list[Figure]) -> str:
    rows = [figure.cells() for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for name, value, aim, verdict, note in rows:
        line = (
            f"  {name:<{widths[0]}}  {value:>{widths[1]}}  {aim:<{widths[2]}}  "
            f"{verdict:<{widths[3]}}  {note}"
        )
        lines.append(line.rstrip())
    return "\n".join(lines)


def _number(value: float) -> str:
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"

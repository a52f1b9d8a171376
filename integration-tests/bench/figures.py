"""What the bench finds out: figures with their counted runs, and whether they reach their targets."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from enum import Enum
from typing import Iterable

from stand import NUTCRACKER, PREDIXY, SLOTGATE


class Table(Enum):
    """Where in the report a figure stands."""

    CPU_PER_REQUEST = "cpu"
    OTHER = "other"
    DETAIL = "detail"


@dataclass(frozen=True)
class Target:
    """A bound on Slotgate's median, or on its ratio to that of predixy."""

    at_most: float
    of_predixy: bool

    def __str__(self) -> str:
        return f"<= {self.at_most:g}" + (" x predixy" if self.of_predixy else "")


def times_predixy(factor: float) -> Target:
    return Target(factor, of_predixy=True)


def at_most(bound: float) -> Target:
    return Target(bound, of_predixy=False)


@dataclass
class Figure:
    """One quantity of one work, with the values of the counted runs of each contender."""

    work: str
    quantity: str
    table: Table
    target: Target | None = None
    runs: dict[str, list[float]] = field(default_factory=dict)

    def add(self, contender: str, value: float) -> None:
        self.runs.setdefault(contender, []).append(value)

    def leave_out(self, contenders: Iterable[str]) -> None:
        """Forgets the runs of contenders that failed before they had done all of them."""
        for contender in contenders:
            self.runs.pop(contender, None)

    def median(self, contender: str) -> float | None:
        values = self.runs.get(contender)
        return statistics.median(values) if values else None

    def ratio(self) -> float | None:
        """Slotgate's median in medians of predixy."""
        ours, theirs = self.median(SLOTGATE), self.median(PREDIXY)
        return ours / theirs if ours is not None and theirs else None

    def is_met(self) -> bool | None:
        if self.target is None:
            return None
        reached = self.ratio() if self.target.of_predixy else self.median(SLOTGATE)
        return None if reached is None else reached <= self.target.at_most


@dataclass(frozen=True)
class Failure:
    """A contender that could not do a work."""

    work: str
    contender: str
    reason: str


@dataclass(frozen=True)
class Facts:
    """What the numbers depend on besides the code."""

    machine: str
    versions: list[str]
    method: list[str]


def to_markdown(figures: list[Figure], failures: list[Failure], facts: Facts) -> str:
    parts = [f"Machine: {facts.machine}", "Versions: " + "; ".join(facts.versions)]
    parts += ["\n".join(f"- {line}" for line in facts.method)]
    parts += _section("CPU of the proxy per request", figures, Table.CPU_PER_REQUEST, "us/req")
    parts += _section("Connections, memory, start", figures, Table.OTHER, "")
    parts += _detail_section(figures)
    if failures:
        lines = [f"- {failure.work}, {failure.contender}: {failure.reason}" for failure in failures]
        parts += ["### Failed", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _section(title: str, figures: list[Figure], table: Table, unit: str) -> list[str]:
    rows = [_row(figure) for figure in figures if figure.table is table]
    if not rows:
        return []
    contenders = [f"{name} {unit}".strip() for name in (SLOTGATE, PREDIXY, NUTCRACKER)]
    return [f"### {title}", _markdown_table(["work", *contenders, "ratio", "target", "met?"], rows)]


def _row(figure: Figure) -> list[str]:
    is_cpu = figure.table is Table.CPU_PER_REQUEST
    name = figure.work if is_cpu else f"{figure.work}: {figure.quantity}"
    met = {None: "", True: "yes", False: "**no**"}[figure.is_met()]
    values = [_median_and_range(figure.runs.get(contender)) for contender in (SLOTGATE, PREDIXY, NUTCRACKER)]
    return [name, *values, _number(figure.ratio()), str(figure.target or ""), met]


def _detail_section(figures: list[Figure]) -> list[str]:
    rows = []
    for figure in figures:
        if figure.table is Table.DETAIL:
            values = [_median_and_range(figure.runs.get(name)) for name in (SLOTGATE, PREDIXY, NUTCRACKER)]
            rows.append([figure.work, figure.quantity, *values])
    if not rows:
        return []
    return ["### Details", _markdown_table(["work", "quantity", SLOTGATE, PREDIXY, NUTCRACKER], rows)]


def _markdown_table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _median_and_range(values: list[float] | None) -> str:
    if not values:
        return ""
    return f"{_number(statistics.median(values))} ({_number(min(values))}..{_number(max(values))})"


def _number(value: float | None) -> str:
    """Three digits that count, without an exponent."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"

"""What is compared with something simpler in one run: rows and counted runs."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

from command_line import add_common_options, discard, ended, publish
from machine import Pinning, busy_seconds, describe_machine, wait_for_quiet
from processes import BenchError, Child, Processes
from resp import ReplyError, await_pong
from stand import SLOTGATE, Contender, Ports, Stand, Tools

DISTURBED_SHARE = 0.1


@dataclass
class Row:
    """A quantity with and without what is measured, run by run."""

    name: str
    unit: str
    ours: str
    compared: str
    most: float | None = None
    """A bound on the ratio."""
    at_most: float | None = None
    """A bound on the quantity itself, in its unit."""
    runs: list[tuple[float, float]] = field(default_factory=list)

    def to_markdown(self) -> str:
        ratios = [ours / compared for ours, compared in self.runs]
        ratio = statistics.median(ours for ours, _ in self.runs) / statistics.median(other for _, other in self.runs)
        ours = statistics.median(ours for ours, _ in self.runs)
        reached, bound = (ratio, self.most) if self.at_most is None else (ours, self.at_most)
        unit = "" if self.at_most is None else f" {self.unit}"
        target = "" if bound is None else f"<= {bound:g}{unit}"
        met = "" if bound is None else "yes" if reached <= bound else "**no**"
        each = [_spread([run[side] for run in self.runs]) for side in (0, 1)]
        cells = [f"{self.name}, {self.unit}", f"{self.ours}: {each[0]}", f"{self.compared}: {each[1]}"]
        cells += [f"{ratio:.2f} ({min(ratios):.2f}..{max(ratios):.2f})", target, met]
        return "| " + " | ".join(cells) + " |"


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.4g} ({min(values):.4g}..{max(values):.4g})"


@dataclass
class Measured:
    """One counted run."""

    value: float
    taken_by_others: float


class Bench:
    """The stand and how to measure on it."""

    def __init__(self, arguments: argparse.Namespace, stand: Stand, directory: Path):
        self.arguments = arguments
        self.stand = stand
        self._directory = directory
        self._ports = Ports()
        self.notes: list[str] = []

    @contextmanager
    def proxy(self) -> Iterator[Contender]:
        contender = self.stand.start(SLOTGATE)
        try:
            yield contender
        finally:
            self.stand.stop(contender)

    @contextmanager
    def direct(self) -> Iterator[tuple[Child, int]]:
        """A valkey-server on the proxy's CPU, and its port."""
        port = self._ports.free()
        argv = ["valkey-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(self._directory)]
        argv += ["--save", "", "--appendonly", "no"]
        child = self.stand.processes.start("valkey-direct", argv, self.stand.pinning.proxy)
        try:
            await_pong(port, child.require_alive)
            yield child, port
        finally:
            self.stand.processes.stop(child)

    def counted(self, cpu_seconds: Callable[[], float], run: Callable[[], float]) -> float:
        """A counted run; the least disturbed of a few if others take too much of the CPU."""
        results: list[Measured] = []
        while len(results) < self.arguments.attempts:
            wait_for_quiet(self.stand.pinning, self.arguments.quiet_patience)
            cpu, busy, began = cpu_seconds(), busy_seconds(self.stand.pinning.proxy), time.monotonic()
            value = run()
            cpu = cpu_seconds() - cpu
            others = busy_seconds(self.stand.pinning.proxy) - busy - cpu
            results.append(Measured(value, max(0.0, others / (time.monotonic() - began))))
            if results[-1].taken_by_others <= DISTURBED_SHARE:
                break
        return min(results, key=lambda result: result.taken_by_others).value

    def cpu_each(self, cpu_seconds: Callable[[], float], run: Callable[[], int]) -> float:
        """CPU time of each of what `run` did, in microseconds."""

        def measure() -> float:
            cpu = cpu_seconds()
            done = run()
            return (cpu_seconds() - cpu) / done * 1e6

        return self.counted(cpu_seconds, measure)

    def say(self, message: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)


Works = dict[str, Callable[[Bench], Row]]


def parse_arguments(about: str, works: Works) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_common_options(parser, quiet_patience=10)
    parser.add_argument("--work", default=",".join(works), metavar="A,B", help="works to run (default: %(default)s)")
    return parser.parse_args()


def run(arguments: argparse.Namespace, works: Works) -> int:
    unknown = [name for name in arguments.work.split(",") if name not in works]
    if unknown:
        raise BenchError(f"unknown works: {unknown} (expected: {', '.join(works)})")
    pinning = Pinning(arguments.proxy_cpu, arguments.load_cpu)
    os.sched_setaffinity(0, {pinning.load})
    directory = Path(tempfile.mkdtemp(prefix="slotgate-bench-"))
    processes = Processes(directory)
    rows: list[Row] = []
    failures: list[str] = []
    try:
        stand = Stand(Tools(arguments.slotgate, "", "", ""), pinning, processes, directory, 0)
        bench = Bench(arguments, stand, directory)
        for name in arguments.work.split(","):
            bench.say(name)
            try:
                rows.append(works[name](bench))
            except (BenchError, ReplyError, OSError) as error:
                failures.append(f"{name} FAILED: {error}")
                bench.say(failures[-1])
        publish(to_markdown(rows, bench.notes + failures), arguments.out)
    finally:
        processes.stop_all()
        discard(directory, arguments.keep)
    return 1 if failures else 0


def to_markdown(rows: list[Row], notes: list[str]) -> str:
    lines = [f"Machine: {describe_machine()}", "", "| what | | compared with | ratio | target | met |", "| --- " * 6 + "|"]
    lines += [row.to_markdown() for row in rows if row.runs]
    return "\n".join(lines + [""] + [f"- {note}" for note in notes]) + "\n"


def main(about: str, works: Works) -> int:
    """Measures what the command line asks for, and returns the exit status."""
    arguments = parse_arguments(about, works)
    return ended(Path(sys.argv[0]).stem, arguments.limit_minutes, lambda: run(arguments, works))

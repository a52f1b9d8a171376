"""Who takes part in a work: contenders that start afresh, take turns, and drop out when they fail."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable, Iterator

from figures import Failure, Figure
from machine import wait_for_quiet
from processes import BenchError
from resp import ReplyError
from stand import PREDIXY, SLOTGATE, Contender, Stand

FAILURES = (BenchError, ReplyError, OSError)


@dataclass
class Bench:
    """How to measure, and what has gone wrong so far."""

    stand: Stand
    runs: int
    run_seconds: float
    warm_seconds: float
    peer_warm_seconds: float
    quiet_patience_seconds: float
    connections: int
    big_bytes: int
    skipped: frozenset[str]
    failures: list[Failure]

    def warm_seconds_of(self, contender: Contender) -> float:
        return self.warm_seconds if contender.name == SLOTGATE else self.peer_warm_seconds

    @contextmanager
    def race(self, work: Work) -> Iterator[Race]:
        """Starts the contenders of a work afresh, and stops them in the end."""
        race = Race(self, work)
        try:
            race.start()
            yield race
        finally:
            race.stop()

    def say(self, message: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)


class Race:
    """The running contenders of one work. One that fails is noted and takes no further part."""

    def __init__(self, bench: Bench, work: Work):
        self._bench = bench
        self._work = work
        self._running: list[Contender] = []

    def start(self) -> None:
        failed = {failure.contender for failure in self._bench.failures if failure.work == self._work.name}
        for name in self._work.contenders:
            if name not in self._bench.skipped and name not in failed:
                try:
                    self._running.append(self._bench.stand.start(name, self._work.tls))
                except FAILURES as error:
                    self._note_failure(name, error)

    def stop(self) -> None:
        for contender in self._running:
            self._bench.stand.stop(contender)

    def each(self, action: Callable[[Contender], None]) -> None:
        for contender in list(self._running):
            try:
                action(contender)
            except FAILURES as error:
                self._note_failure(contender.name, error)
                self._running.remove(contender)
                self._bench.stand.stop(contender)

    def each_counted(self, measure: Callable[[Contender], None]) -> None:
        """One counted run of each, begun when the machine is quiet."""

        def measure_in_quiet(contender: Contender) -> None:
            wait_for_quiet(self._bench.stand.pinning, self._bench.quiet_patience_seconds)
            measure(contender)

        self.each(measure_in_quiet)

    def _note_failure(self, contender: str, error: Exception) -> None:
        self._bench.failures.append(Failure(self._work.name, contender, str(error)))
        self._bench.say(f"{self._work.name}: {contender} FAILED: {error}")


class Work(ABC):
    """One thing to measure."""

    name: str
    about: str
    tls = True
    contenders: tuple[str, ...] = (SLOTGATE, PREDIXY)

    @abstractmethod
    def run(self, bench: Bench) -> list[Figure]:
        """Measures all contenders, in turns, and returns what came out."""

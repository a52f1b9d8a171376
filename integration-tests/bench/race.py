"""Who takes part in a work: contenders that start afresh, take turns, and drop out when they fail."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable, Iterator

from figures import Failure, Figure
from load import Load, LoadResult, run_load
from machine import wait_for_quiet
from processes import BenchError
from resp import ReplyError
from stand import PREDIXY, SLOTGATE, Contender, Stand

DISTURBED_SHARE = 0.1
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
    attempts: int
    connections: int
    big_bytes: int
    skipped: frozenset[str]
    failures: list[Failure]

    def warm_seconds_of(self, contender: Contender) -> float:
        return self.warm_seconds if contender.name == SLOTGATE else self.peer_warm_seconds

    def wait_for_quiet(self) -> None:
        wait_for_quiet(self.stand.pinning, self.quiet_patience_seconds)

    def counted_load(self, contender: Contender, load: Load, requests: int) -> LoadResult:
        """A counted run. One that others disturb is repeated; if all are, the least disturbed one counts."""
        results: list[LoadResult] = []
        while len(results) < self.attempts:
            self.wait_for_quiet()
            results.append(run_load(self.stand, contender, load, requests))
            if results[-1].taken_by_others <= DISTURBED_SHARE:
                break
        return min(results, key=lambda result: result.taken_by_others)

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

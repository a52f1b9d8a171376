#!/usr/bin/env python3
"""Measures what those who look on cost, and how long they wait: scrapes, dashboards, calls of the admin API.

Starts a cluster and one Slotgate with one worker, the proxy pinned to one CPU with all its threads, load and servers to another,
and writes a Markdown report.

Needs valkey-server, valkey-cli, valkey-benchmark and openssl on the PATH, and two CPUs.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from contextlib import contextmanager
from typing import Iterator
from urllib.request import urlopen

from comparison import Bench, Row, Works, main
from load import Load, run_load, warm
from processes import BenchError

DASHBOARDS = 3
SCRAPE_SECONDS = 1
REFRESH_SECONDS = 3
REFRESHED = ("commands", "hotkeys", "clients", "slots/heat", "events")
CALLED = (
    *("status", "topology", "slots/5", "settings", "settings/history", "route?key=a", "events", "clients", "proxies", "channels"),
    *("commands", "hotkeys", "bigkeys", "slots/heat", "slowlog", "limits", "rolling-restart", "operations", "audit", "figures"),
)
CALLS = 20 * len(CALLED)
ANSWER_SECONDS = 20
WATCHED_WARM_SECONDS = 30


class Onlookers:
    """A scraper and some dashboards: one live stream each, and what the page asks for again and again."""

    def __init__(self, admin_port: int):
        self._base = f"http://127.0.0.1:{admin_port}"
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._keep, args=(self._scrape, SCRAPE_SECONDS), daemon=True)]
        for _ in range(DASHBOARDS):
            self._threads.append(threading.Thread(target=self._keep, args=(self._refresh, REFRESH_SECONDS), daemon=True))
            self._threads.append(threading.Thread(target=self._keep, args=(self._follow, 0), daemon=True))
        self.failures: list[str] = []
        self.looks = 0

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS)

    def _keep(self, action, pause_seconds: float) -> None:
        try:
            while not self._over.is_set():
                action()
                self.looks += 1
                self._over.wait(pause_seconds)
        except OSError as error:
            self.failures.append(str(error))

    def _scrape(self) -> None:
        self._read("/metrics")

    def _refresh(self) -> None:
        for what in REFRESHED:
            self._read(f"/api/v1/{what}")

    def _follow(self) -> None:
        with urlopen(self._base + "/api/v1/live", timeout=ANSWER_SECONDS) as stream:
            while not self._over.is_set():
                stream.readline()

    def _read(self, path: str) -> None:
        with urlopen(self._base + path, timeout=ANSWER_SECONDS) as answer:
            answer.read()


@contextmanager
def onlookers(admin_port: int) -> Iterator[None]:
    """People and programs that look on during the block. That they could is checked."""
    crowd = Onlookers(admin_port)
    crowd.begin()
    try:
        yield
    finally:
        crowd.end()
    if crowd.failures or not crowd.looks:
        raise BenchError(f"those who look on were not answered: {crowd.failures}")


def watched(bench: Bench) -> Row:
    """CPU of the proxy per GET with and without onlookers."""
    arguments = bench.arguments
    about = f"beside a scrape each second and {DASHBOARDS} dashboards"
    row = Row(f"GET {about}", "µs CPU", "with", "without", most=1.03)
    load = Load("get")
    with bench.proxy() as proxy:
        rate = warm(bench.stand, proxy, load, arguments.warm)
        with onlookers(proxy.admin_port):
            warm(bench.stand, proxy, load, WATCHED_WARM_SECONDS)
        requests = int(rate * arguments.seconds)

        def run() -> int:
            run_load(bench.stand, proxy, load, requests)
            return requests

        for number in range(arguments.runs):
            # Whoever comes second finds a warmer proxy: they take turns in that, too.
            for looked_at in (number % 2 == 0, number % 2 == 1):
                if looked_at:
                    with onlookers(proxy.admin_port):
                        time.sleep(SCRAPE_SECONDS)
                        having = bench.cpu_each(proxy.cpu_seconds, run)
                else:
                    without = bench.cpu_each(proxy.cpu_seconds, run)
            row.runs.append((having, without))
            bench.say(f"{row.name}: {having:.2f} / {without:.2f} = {having / without:.3f}")
    return row


def calls(bench: Bench) -> Row:
    """How long calls of the API take while the proxy has no CPU left, beside those while it has nothing else to do."""
    arguments = bench.arguments
    row = Row("a call of the admin API, p99", "ms", "proxy saturated", "idle", at_most=50)
    load = Load("get", pipeline=16)
    with bench.proxy() as proxy:
        rate = warm(bench.stand, proxy, load, arguments.warm)
        _call(proxy.admin_port)
        for _ in range(arguments.runs):
            idle = _p99(_call(proxy.admin_port))
            busy = threading.Thread(target=run_load, args=(bench.stand, proxy, load, int(rate * 4 * arguments.seconds)))
            busy.start()
            time.sleep(0.5)
            took = _call(proxy.admin_port)
            if not busy.is_alive():
                raise BenchError("the load was over before the calls (expected: --seconds long enough)")
            busy.join()
            row.runs.append((_p99(took), idle))
            bench.say(f"{row.name}: {row.runs[-1][0]:.1f} ms saturated, {idle:.1f} idle; p50 {statistics.median(took):.1f}")
    return row


def _call(admin_port: int) -> list[float]:
    """Milliseconds that each call took."""
    took = []
    for number in range(CALLS):
        url = f"http://127.0.0.1:{admin_port}/api/v1/{CALLED[number % len(CALLED)]}"
        began = time.monotonic()
        with urlopen(url, timeout=ANSWER_SECONDS) as answer:
            answer.read()
        took.append((time.monotonic() - began) * 1000)
    return took


def _p99(values: list[float]) -> float:
    return sorted(values)[len(values) * 99 // 100]


WORKS: Works = {"watched": watched, "calls": calls}


if __name__ == "__main__":
    sys.exit(main(__doc__, WORKS))

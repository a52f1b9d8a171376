"""The load on a proxy: valkey-benchmark for busy connections, tls_client.py for the rest."""

from __future__ import annotations

import csv
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from machine import busy_seconds
from processes import BenchError, make_urgent, run_tool
from servers import Dataset, Statistics
from stand import Contender, Stand

CONNECTIONS = 50
FIRST_REQUESTS = 20_000
WARM_BATCH_SECONDS = 2.0
LOAD_SECONDS_LIMIT = 180
TLS_CLIENT = Path(__file__).with_name("tls_client.py")


@dataclass(frozen=True)
class Load:
    """What the busy connections ask for."""

    test: str
    pipeline: int = 1
    tls: bool = False
    dataset: Dataset = Dataset(keys=100_000, value_bytes=64)


@dataclass(frozen=True)
class LoadResult:
    cpu_us_per_request: float
    requests_per_second: float
    p99_ms: float
    taken_by_others: float
    """The share of the proxy's CPU that was busy with something else: how far the rest is to be trusted."""


def run_load(stand: Stand, contender: Contender, load: Load, requests: int) -> LoadResult:
    """Sends `requests` requests. That all reached the servers, and every GET found its key, is checked."""
    statistics_before = contender.servers.statistics()
    cpu, began, busy = contender.cpu_seconds(), time.monotonic(), busy_seconds(stand.pinning.proxy)
    measured = _valkey_benchmark(stand, contender, load, requests)
    cpu = contender.cpu_seconds() - cpu
    others = busy_seconds(stand.pinning.proxy) - busy - cpu
    seconds = time.monotonic() - began
    contender.require_alive()
    _require_served(load, requests, statistics_before, contender.servers.statistics())
    return LoadResult(
        cpu_us_per_request=cpu / requests * 1e6,
        requests_per_second=float(measured["rps"]),
        p99_ms=float(measured["p99_latency_ms"]),
        taken_by_others=max(0.0, others / seconds),
    )


def warm(stand: Stand, contender: Contender, load: Load, seconds: float) -> float:
    """Runs the load for some seconds, after filling in its data, and returns requests per second."""
    contender.servers.fill(load.dataset, contender.plain_port)
    end = time.monotonic() + seconds
    rate = run_load(stand, contender, load, FIRST_REQUESTS).requests_per_second
    while (left := end - time.monotonic()) > 0:
        requests = int(rate * min(left, WARM_BATCH_SECONDS)) + FIRST_REQUESTS
        rate = run_load(stand, contender, load, requests).requests_per_second
    return rate


def _require_served(load: Load, requests: int, before: Statistics, after: Statistics) -> None:
    if after.commands - before.commands < requests:
        raise BenchError(f"the servers saw fewer than the {requests} commands that were answered")
    if load.test == "get" and after.hits - before.hits < requests:
        raise BenchError(f"fewer than {requests} GETs found their key")


def _valkey_benchmark(stand: Stand, contender: Contender, load: Load, requests: int) -> dict[str, str]:
    argv = ["valkey-benchmark", "-t", load.test, "-n", str(requests), "-c", str(CONNECTIONS), "--threads", "1"]
    argv += ["-P", str(load.pipeline), "-r", str(load.dataset.keys), "-d", str(load.dataset.value_bytes)]
    argv += ["-p", str(contender.tls_port if load.tls else contender.plain_port), "--csv", "--precision", "3"]
    if load.tls:
        argv += ["--tls", "--cacert", str(stand.ca), "--sni", "localhost"]
    output = run_tool(argv, timeout=LOAD_SECONDS_LIMIT, cpu=stand.pinning.load)
    lines = output.splitlines()
    if any("error" in line.lower() for line in lines if "CONFIG" not in line):
        raise BenchError("valkey-benchmark reported: " + " | ".join(lines[-5:]))
    rows = list(csv.DictReader(line for line in lines if line.startswith('"')))
    if len(rows) != 1:
        raise BenchError("valkey-benchmark printed no result: " + " | ".join(lines[-5:]))
    return rows[0]


class TlsClient:
    """A running tls_client.py against the TLS port of a contender; gone when its `with` block is left."""

    def __init__(self, stand: Stand, contender: Contender, mode: str, *options: str, background: bool = False):
        self._processes = stand.processes
        port = contender.servers.ports[0] if "--node" in options else contender.tls_port
        argv = [sys.executable, str(TLS_CLIENT), mode, "--port", str(port), "--ca", str(stand.ca)]
        self._child = stand.processes.start(
            f"client-{mode}", argv + list(options), stand.pinning.load, background=background, talk=True
        )

    def __enter__(self) -> TlsClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.stop(self._child)

    def make_urgent(self) -> None:
        make_urgent(self._child.popen.pid)

    def await_ready(self) -> None:
        if self._child.popen.stdout.readline().strip() != "ready":
            raise BenchError(f"the TLS client did not get ready: {self._child.last_words(1)}")

    def finish(self) -> dict[str, float]:
        """Tells the client to end, if it waits for that, and returns the figures it reports, if it has any."""
        self._child.popen.stdin.close()
        report = self._child.popen.stdout.read()
        if self._child.popen.wait() != 0:
            raise BenchError(f"the TLS client failed: {self._child.last_words(1)}")
        return json.loads(report) if report else {}


def run_tls_client(stand: Stand, contender: Contender, mode: str, *options: str, **how: bool) -> dict[str, float]:
    with TlsClient(stand, contender, mode, *options, **how) as client:
        return client.finish()

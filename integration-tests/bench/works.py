"""The works: what is measured, how, and what Slotgate has to reach."""

from __future__ import annotations

import time
from typing import Callable

from figures import Figure, Table, Target, at_most, times_predixy
from heap import allocated_bytes
from load import Load, TlsClient, run_load, run_tls_client, warm
from processes import BenchError
from race import Bench, Work
from servers import Dataset
from stand import HAPROXY, NUTCRACKER, PREDIXY, SLOTGATE, Contender

BUSY_TLS = Load("get", tls=True)
SETTLE_SECONDS = 3.0
# Loads a proxy again that has just had many handshakes.
REWARM_SECONDS = 8.0
QUIET_SECONDS = 5.0
# Threads tell to a MiB what they have allocated.
ALLOCATING_SECONDS = 10.0
CLOSING_SECONDS = 0.5
WARM_STORM_CONNECTIONS = 2500
STORM_PARALLEL = 32


class BusyWork(Work):
    """50 busy connections: CPU per request, throughput, p99."""

    def __init__(self, name: str, about: str, load: Load, target: Target):
        self.name = name
        self.about = about
        self.tls = load.tls
        self.contenders = (SLOTGATE, PREDIXY) if load.tls else (SLOTGATE, PREDIXY, NUTCRACKER)
        self._load = load
        self._target = target

    def run(self, bench: Bench) -> list[Figure]:
        cpu = Figure(self.name, "CPU us/request", Table.CPU_PER_REQUEST, self._target)
        rate = Figure(self.name, "requests/s", Table.DETAIL)
        p99 = Figure(self.name, "p99 ms", Table.DETAIL)
        others = Figure(self.name, "% of the proxy's CPU taken by others", Table.DETAIL)
        requests: dict[str, int] = {}

        def prepare(contender: Contender) -> None:
            warmed = warm(bench.stand, contender, self._load, bench.warm_seconds_of(contender))
            requests[contender.name] = int(warmed * bench.run_seconds)

        def measure(contender: Contender) -> None:
            result = bench.counted_load(contender, self._load, requests[contender.name])
            cpu.add(contender.name, result.cpu_us_per_request)
            rate.add(contender.name, result.requests_per_second)
            p99.add(contender.name, result.p99_ms)
            others.add(contender.name, result.taken_by_others * 100)

        with bench.race(self) as race:
            race.each(prepare)
            for _ in range(bench.runs):
                race.each(measure)
        return [cpu, rate, p99, others]


class IdleTls(Work):
    """What idle TLS connections cost in memory, and the busy ones beside them in CPU.

    Every run takes fresh processes: memory that was grown once would hide the growth of the next run.
    """

    name = "idle-tls"
    about = "many idle TLS connections: memory of each, CPU of busy ones beside them"

    def run(self, bench: Bench) -> list[Figure]:
        growth = Figure(self.name, "RSS growth, KiB/connection (peer: HAProxy alone)", Table.OTHER, at_most(16))
        cost = Figure(self.name, "CPU/request beside idle ones / without", Table.OTHER, at_most(1.05))
        behind = Figure(self.name, "RSS growth of predixy itself, KiB/connection", Table.DETAIL)
        without = Figure(self.name, "CPU us/request without idle ones", Table.DETAIL)
        beside = Figure(self.name, "CPU us/request beside idle ones", Table.DETAIL)

        def measure(contender: Contender) -> None:
            rate = warm(bench.stand, contender, BUSY_TLS, bench.warm_seconds_of(contender))
            requests = int(rate * bench.run_seconds)
            before = bench.counted_load(contender, BUSY_TLS, requests).cpu_us_per_request
            time.sleep(SETTLE_SECONDS)
            rss_before = _rss_kib(contender)
            with TlsClient(bench.stand, contender, "hold", "--count", str(bench.connections)) as idle:
                idle.await_ready()
                time.sleep(SETTLE_SECONDS)
                rss_after = _rss_kib(contender)
                # Or what is compiled anew after so many handshakes would count as what idle ones cost.
                warm(bench.stand, contender, BUSY_TLS, REWARM_SECONDS)
                after = bench.counted_load(contender, BUSY_TLS, requests).cpu_us_per_request
                idle.finish()
            each = {name: (rss_after[name] - rss_before[name]) / bench.connections for name in rss_after}
            growth.add(contender.name, each[HAPROXY if contender.name == PREDIXY else SLOTGATE])
            if PREDIXY in each:
                behind.add(PREDIXY, each[PREDIXY])
            without.add(contender.name, before)
            beside.add(contender.name, after)
            cost.add(contender.name, after / before)

        for _ in range(bench.runs):
            with bench.race(self) as race:
                race.each(measure)
        return [growth, cost, behind, without, beside]


class ShortTls(Work):
    """Many TLS connections with one command each, and what an established client feels of them.

    The storm gets only CPU time that servers and the established client leave, and these go before it at once,
    so that they are not slowed by the load itself but by the proxy alone.
    """

    def __init__(self, resume: bool):
        self.name = "short-tls-resumed" if resume else "short-tls-full"
        handshake = "resumed sessions" if resume else "full handshakes"
        self.about = f"short TLS connections, {handshake}: CPU of each, p99 of an established client"
        self._resume = resume

    def run(self, bench: Bench) -> list[Figure]:
        cpu = Figure(self.name, "CPU us/connection", Table.OTHER, times_predixy(1.2))
        stall = Figure(self.name, "p99 of an established client, storm / quiet", Table.OTHER, at_most(3))
        quiet = Figure(self.name, "p99 ms of an established client, quiet", Table.DETAIL)
        stormy = Figure(self.name, "p99 ms of an established client, storm", Table.DETAIL)
        node = Figure(self.name, "p99 of a client of a node itself, storm / quiet (what the load alone does)", Table.DETAIL)
        rate = Figure(self.name, "connections/s", Table.DETAIL)

        def prepare(contender: Contender) -> None:
            contender.servers.fill(BUSY_TLS.dataset, contender.plain_port)
            end = time.monotonic() + bench.warm_seconds_of(contender)
            while time.monotonic() < end:
                self._storm(bench, contender, WARM_STORM_CONNECTIONS)

        def measure(contender: Contender) -> None:
            bench.wait_for_quiet()
            cpu_seconds = contender.cpu_seconds()
            seconds = self._storm(bench, contender, bench.connections)
            time.sleep(CLOSING_SECONDS)
            cpu_seconds = contender.cpu_seconds() - cpu_seconds
            quiet_p99, quiet_node_p99 = _established_p99(bench, contender, lambda: time.sleep(QUIET_SECONDS))
            storm_p99, storm_node_p99 = _established_p99(
                bench, contender, lambda: self._storm(bench, contender, bench.connections)
            )
            cpu.add(contender.name, cpu_seconds / bench.connections * 1e6)
            rate.add(contender.name, bench.connections / seconds)
            quiet.add(contender.name, quiet_p99)
            stormy.add(contender.name, storm_p99)
            stall.add(contender.name, storm_p99 / quiet_p99)
            node.add(contender.name, storm_node_p99 / quiet_node_p99)

        with bench.race(self) as race:
            race.each(prepare)
            for _ in range(bench.runs):
                race.each(measure)
        return [cpu, stall, quiet, stormy, node, rate]

    def _storm(self, bench: Bench, contender: Contender, connections: int) -> float:
        """Runs one storm and returns the seconds it took."""
        options = ["--count", str(connections), "--parallel", str(STORM_PARALLEL)]
        options += ["--resume"] if self._resume else []
        result = run_tls_client(bench.stand, contender, "storm", *options, background=True)
        if self._resume and result["resumed"] < connections - STORM_PARALLEL:
            raise BenchError(f"only {result['resumed']} of {connections} connections resumed a session")
        return result["seconds"]


class BigValue(Work):
    """One large value through TLS, there and back."""

    name = "big-value"
    about = "SET and GET of one 512 MiB value through TLS: memory of the proxy"

    def run(self, bench: Bench) -> list[Figure]:
        growth = Figure(self.name, "peak RSS growth, MB", Table.OTHER, at_most(128))
        set_time = Figure(self.name, "SET seconds", Table.DETAIL)
        get_time = Figure(self.name, "GET seconds", Table.DETAIL)

        def measure(contender: Contender) -> None:
            warm(bench.stand, contender, BUSY_TLS, bench.warm_seconds_of(contender))
            bench.wait_for_quiet()
            rss_kib = sum(_rss_kib(contender).values())
            for child in contender.children.values():
                child.reset_peak_rss()
            result = run_tls_client(bench.stand, contender, "big", "--bytes", str(bench.big_bytes))
            peak_kib = sum(child.peak_rss_kib() for child in contender.children.values())
            growth.add(contender.name, (peak_kib - rss_kib) * 1024 / 1e6)
            set_time.add(contender.name, result["set_seconds"])
            get_time.add(contender.name, result["get_seconds"])
            contender.servers.empty()

        for _ in range(bench.runs):
            with bench.race(self) as race:
                race.each(measure)
        return [growth, set_time, get_time]


class Allocation(Work):
    """Bytes that the proxy allocates on its heap for a request, by what its threads have allocated."""

    contenders = (SLOTGATE,)

    def __init__(self, name: str, about: str, load: Load, bound: float):
        self.name = name
        self.about = about
        self.tls = load.tls
        self._load = load
        self._bound = bound

    def run(self, bench: Bench) -> list[Figure]:
        figure = Figure(self.name, "bytes/request", Table.OTHER, at_most(self._bound))
        requests = 0

        def prepare(contender: Contender) -> None:
            nonlocal requests
            requests = int(warm(bench.stand, contender, self._load, bench.warm_seconds_of(contender)) * ALLOCATING_SECONDS)

        def measure(contender: Contender) -> None:
            (pid,) = contender.children[SLOTGATE].pids()
            before = allocated_bytes(pid)
            run_load(bench.stand, contender, self._load, requests)
            figure.add(contender.name, (allocated_bytes(pid) - before) / requests)

        with bench.race(self) as race:
            race.each(prepare)
            for _ in range(bench.runs):
                race.each(measure)
        return [figure]


class Startup(Work):
    """From exec to serving, on all CPUs: Slotgate's READY line, the first PONG of the peers."""

    name = "startup"
    about = "time from exec to the READY line (peers: to the first PONG)"
    tls = False
    contenders = (SLOTGATE, PREDIXY, NUTCRACKER)

    def run(self, bench: Bench) -> list[Figure]:
        figure = Figure(self.name, "seconds", Table.OTHER, at_most(2))

        def measure(contender: Contender) -> None:
            bench.wait_for_quiet()
            began = time.monotonic()
            again = bench.stand.start(contender.name, pinned=False)
            figure.add(contender.name, time.monotonic() - began)
            bench.stand.stop(again)

        with bench.race(self) as race:  # the first start, which may have to build or to form the cluster
            for _ in range(bench.runs):
                race.each(measure)
        return [figure]


def _rss_kib(contender: Contender) -> dict[str, int]:
    return {name: child.rss_kib() for name, child in contender.children.items()}


def _established_p99(bench: Bench, contender: Contender, meanwhile: Callable[[], object]) -> tuple[float, float]:
    """The p99 of a client that is connected already, and of one of a node itself, in ms, while something else goes on."""
    with TlsClient(bench.stand, contender, "paced") as client, TlsClient(bench.stand, contender, "paced", "--node") as node:
        for each in (client, node):
            each.make_urgent()
            each.await_ready()
        with contender.servers.urgent():
            meanwhile()
        return client.finish()["p99_ms"], node.finish()["p99_ms"]


def _busy(name: str, about: str, target: float, load: Load) -> BusyWork:
    return BusyWork(name, about, load, times_predixy(target))


FOUR_KIB = Dataset(keys=10_000, value_bytes=4096)

WORKS: list[Work] = [
    _busy("plain-get", "GET, no pipeline", 1.05, Load("get")),
    _busy("plain-set", "SET, no pipeline", 1.05, Load("set")),
    _busy("plain-get-p16", "GET, 16 pipelined", 0.95, Load("get", pipeline=16)),
    _busy("plain-set-p16", "SET, 16 pipelined", 0.95, Load("set", pipeline=16)),
    _busy("tls-get", "GET through TLS, no pipeline", 0.80, Load("get", tls=True)),
    _busy("tls-get-p16", "GET through TLS, 16 pipelined", 0.60, Load("get", pipeline=16, tls=True)),
    _busy("mset", "MSET of 10 keys over the shards", 1.0, Load("mset")),
    _busy("get-4k", "GET of 4 KiB values", 1.0, Load("get", dataset=FOUR_KIB)),
    _busy("set-4k", "SET of 4 KiB values", 1.0, Load("set", dataset=FOUR_KIB)),
    IdleTls(),
    ShortTls(resume=False),
    ShortTls(resume=True),
    BigValue(),
    Allocation("heap-p16", "heap allocated by a GET, 16 pipelined", Load("get", pipeline=16), 16),
    Allocation("heap-tls", "heap allocated by a GET through TLS, no pipeline", BUSY_TLS, 600),
    Startup(),
]

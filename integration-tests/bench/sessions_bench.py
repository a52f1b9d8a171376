#!/usr/bin/env python3
"""Measures what the states of sessions cost: transactions, subscribers, blocking commands.

Starts a cluster and one Slotgate with one worker, the proxy pinned to one CPU, load and servers to another, and writes a
Markdown report. CPU time (user + system, all threads) is the figure to compare, since it holds on machines whose cores are
shared; where Valkey itself is the measure, a valkey-server is pinned to the CPU that the proxy has else.

Needs valkey-server, valkey-cli and openssl on the PATH, and two CPUs.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Callable

from comparison import Bench, Row, Works, main
from resp import RespClient, encode
from session_load import (
    VALUE,
    BusyConnections,
    Exchange,
    Subscribers,
    blocked_clients,
    ping_pong,
    reading_and_writing,
)
from stand import SLOTGATE

CONNECTIONS = 50
SUBSCRIBERS = 1000
BLOCKED = 2000
DEEP = 4


def compare_exchanges(bench: Bench, row: Row, ours: Callable[[int], Exchange], other: Callable[[int], Exchange]) -> Row:
    """CPU of the proxy per exchange of two kinds, on connections that run them one after another."""
    arguments = bench.arguments
    with bench.proxy() as proxy:
        loads = []
        with RespClient(proxy.plain_port) as client:
            for number in range(CONNECTIONS):
                client.pipeline(reading_and_writing(number))
        for kind in (ours, other):
            first = kind(0)
            first.learn(proxy.plain_port)
            exchanges = [kind(number) for number in range(CONNECTIONS)]
            for exchange in exchanges:
                exchange.replies = first.replies
            loads.append(BusyConnections(proxy.plain_port, exchanges))
        for load in loads + loads:
            load.run(arguments.warm / 4)
        for _ in range(arguments.runs):
            each = [bench.cpu_each(proxy.cpu_seconds, lambda load=load: load.run(arguments.seconds)) for load in loads]
            row.runs.append((each[0], each[1]))
            bench.say(f"{row.name}: {each[0]:.2f} / {each[1]:.2f} = {each[0] / each[1]:.3f}")
        for load in loads:
            load.close()
    return row


def transaction(bench: Bench, depth: int) -> Row:
    def grouped(number: int) -> Exchange:
        return Exchange([[encode("MULTI"), *reading_and_writing(number), encode("EXEC")] * depth])

    def pipelined(number: int) -> Exchange:
        return Exchange([reading_and_writing(number) * depth])

    name = "5 commands" if depth == 1 else f"{depth} x 5 commands at once"
    row = Row(name, "µs CPU", "MULTI … EXEC", "pipelined", most=1.3)
    return compare_exchanges(bench, row, grouped, pipelined)


def watch(bench: Bench) -> Row:
    def transaction_behind(first: list[bytes], number: int) -> Exchange:
        key = f"{{session:{number}}}:1"
        return Exchange([[*first, encode("GET", key)], [encode("MULTI"), encode("SET", key, VALUE), encode("EXEC")]])

    row = Row("GET, then MULTI SET EXEC", "µs CPU", "WATCH before it", "without")
    return compare_exchanges(
        bench,
        row,
        lambda number: transaction_behind([encode("WATCH", f"{{session:{number}}}:1")], number),
        lambda number: transaction_behind([], number),
    )


def fan_out(bench: Bench, at_once: int) -> Row:
    arguments = bench.arguments
    name = f"a message to {SUBSCRIBERS:,} subscribers" + ("" if at_once == 1 else f", {at_once} at once")
    row = Row(name, "µs CPU per delivery", "Slotgate", "Valkey", most=1.1 if at_once == 1 else None)
    with bench.proxy() as proxy, bench.direct() as (server, port):
        ours, theirs = Subscribers(proxy.plain_port, SUBSCRIBERS), Subscribers(port, SUBSCRIBERS)
        ours.run(arguments.warm, at_once)
        theirs.run(1, at_once)
        for _ in range(arguments.runs):
            each = (
                bench.cpu_each(proxy.cpu_seconds, lambda: ours.run(arguments.seconds, at_once)),
                bench.cpu_each(server.cpu_seconds, lambda: theirs.run(arguments.seconds, at_once)),
            )
            row.runs.append(each)
            bench.say(f"{row.name}: {each[0]:.2f} / {each[1]:.2f} = {each[0] / each[1]:.3f}")
        ours.close()
        theirs.close()
    return row


def blpop(bench: Bench) -> Row:
    arguments = bench.arguments
    row = Row("BLPOP ping-pong, there and back", "µs p50", "Slotgate", "direct", most=2.2)
    with bench.proxy() as proxy, bench.direct() as (server, port):

        def median_trip(to: int, seconds: float) -> float:
            return statistics.median(ping_pong(to, seconds)) * 1e6

        median_trip(proxy.plain_port, arguments.warm)
        median_trip(port, 1)
        for _ in range(arguments.runs):
            each = (
                bench.counted(proxy.cpu_seconds, lambda: median_trip(proxy.plain_port, arguments.seconds)),
                bench.counted(server.cpu_seconds, lambda: median_trip(port, arguments.seconds)),
            )
            row.runs.append(each)
            bench.say(f"{row.name}: {each[0]:.0f} / {each[1]:.0f} = {each[0] / each[1]:.3f}")
    return row


def blocked(bench: Bench) -> Row:
    """Memory and CPU of the proxy while many clients block, beside what it takes without them."""
    arguments = bench.arguments
    row = Row(f"beside {BLOCKED:,} clients blocked in BLPOP", "ms CPU per second", "with", "without")
    with bench.proxy() as proxy:
        child = proxy.children[SLOTGATE]

        def idle() -> int:
            time.sleep(arguments.seconds)
            return max(1, round(arguments.seconds * 1000))

        ping_pong(proxy.plain_port, arguments.warm)
        with blocked_clients(proxy.plain_port, BLOCKED):
            time.sleep(3)
        time.sleep(2)
        for _ in range(arguments.runs):
            without, rss = bench.cpu_each(proxy.cpu_seconds, idle), child.rss_kib()
            with blocked_clients(proxy.plain_port, BLOCKED):
                time.sleep(3)
                having = bench.cpu_each(proxy.cpu_seconds, idle)
                grown = (child.rss_kib() - rss) / BLOCKED
            time.sleep(2)
            row.runs.append((having, max(without, 0.01)))
            bench.notes.append(f"blocked: RSS grew by {grown:.1f} KiB for each client")
            bench.say(bench.notes[-1] + f"; {having:.2f} / {without:.2f} ms CPU per second")
    return row


WORKS: Works = {
    "multi": lambda bench: transaction(bench, 1),
    "multi-deep": lambda bench: transaction(bench, DEEP),
    "fan-out": lambda bench: fan_out(bench, 1),
    "fan-out-deep": lambda bench: fan_out(bench, DEEP),
    "blpop": blpop,
    "watch": watch,
    "blocked": blocked,
}


if __name__ == "__main__":
    sys.exit(main(__doc__, WORKS))

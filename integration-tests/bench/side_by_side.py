#!/usr/bin/env python3
"""Measures Slotgate side by side with predixy, HAProxy + predixy (for TLS) and nutcracker.

Starts servers and proxies on the loopback address, each proxy pinned to one CPU, load and servers
to another, and writes a Markdown report. The figure that counts is the CPU time (user + system, all
threads) a proxy takes per request, since it holds on machines whose cores are shared.

Needs valkey-server, valkey-cli, valkey-benchmark and openssl on the PATH, and two CPUs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path

from command_line import add_common_options, discard, ended, publish
from figures import Facts, Failure, Figure, to_markdown
from machine import Pinning, describe_machine
from processes import BenchError, Processes, run_tool
from race import Bench, Work
from stand import HAPROXY, NUTCRACKER, PREDIXY, SLOTGATE, Stand, Tools
from works import WORKS

NEEDED_TOOLS = ["valkey-server", "valkey-cli", "valkey-benchmark", "openssl"]
BUILD_SECONDS = 900


def parse_arguments() -> argparse.Namespace:
    works = "\n".join(f"  {work.name:18} {work.about}" for work in WORKS)
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"works:\n{works}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--predixy", default="predixy", help="the binary (default: from the PATH)")
    parser.add_argument("--nutcracker", default="nutcracker", help="the binary (default: from the PATH)")
    parser.add_argument("--haproxy", default="haproxy", help="the binary (default: from the PATH)")
    parser.add_argument("--skip", default="", metavar="A,B", help="leave out slotgate, predixy or nutcracker")
    parser.add_argument("--work", default="all", metavar="A,B", help="works to run (default: all, see below)")
    add_common_options(parser, quiet_patience=30)
    parser.add_argument("--peer-warm", type=float, default=2, help="seconds to warm a peer (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=5000, help="idle or short ones (default: %(default)s)")
    parser.add_argument("--big-mib", type=int, default=512, help="size of the big value (default: %(default)s)")
    return parser.parse_args()


def chosen_works(names: str) -> list[Work]:
    if names == "all":
        return list(WORKS)
    by_name = {work.name: work for work in WORKS}
    unknown = [name for name in names.split(",") if name not in by_name]
    if unknown:
        raise BenchError(f"unknown works: {unknown} (expected: {', '.join(by_name)})")
    return [by_name[name] for name in names.split(",")]


def chosen_to_skip(names: str) -> frozenset[str]:
    skipped = frozenset(filter(None, names.split(",")))
    contenders = {SLOTGATE, PREDIXY, NUTCRACKER}
    if not skipped < contenders:
        raise BenchError(f"--skip: {names} (expected: some, not all, of {', '.join(sorted(contenders))})")
    return skipped


def require_tools(arguments: argparse.Namespace, skipped: frozenset[str]) -> Tools:
    paths = {name: getattr(arguments, name) for name in (SLOTGATE, PREDIXY, NUTCRACKER, HAPROXY)}
    wanted = {path for name, path in paths.items() if name not in skipped}
    missing = [name for name in [*NEEDED_TOOLS, *sorted(wanted)] if shutil.which(name) is None]
    if missing:
        raise BenchError(f"not found or not executable: {', '.join(missing)}")
    return Tools(**{name: shutil.which(path) or path for name, path in paths.items()})


def require_limits(connections: int, pinning: Pinning) -> None:
    """HAProxy holds two descriptors for each connection."""
    needed = 2 * connections + 2000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise BenchError(f"open files: at most {hard} (expected: >= {needed} for {connections} connections)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else needed, hard))
    usable = os.sched_getaffinity(0)
    if pinning.proxy == pinning.load or not {pinning.proxy, pinning.load} <= usable:
        raise BenchError(f"CPUs: {pinning.proxy} and {pinning.load} (expected: two different ones of {sorted(usable)})")


def describe_versions(tools: Tools, skipped: frozenset[str]) -> list[str]:
    """The first line each program says about itself. For Slotgate this also builds what is missing."""
    asked = {
        SLOTGATE: [tools.slotgate, "version"],
        PREDIXY: [tools.predixy, "--version"],
        HAPROXY: [tools.haproxy, "-v"],
        NUTCRACKER: [tools.nutcracker, "--version"],
        "server": ["valkey-server", "--version"],
        "load": ["valkey-benchmark", "--version"],
    }
    outputs = [run_tool(argv, BUILD_SECONDS).strip() for name, argv in asked.items() if name not in skipped]
    return [output.splitlines()[0].replace(tools.predixy, "").partition(" - ")[0].strip() for output in outputs]


def describe_method(arguments: argparse.Namespace) -> list[str]:
    return [
        f"Medians of {arguments.runs} runs of about {arguments.seconds:g} s, lowest and highest in brackets; "
        "the contenders take turns within a run.",
        "A busy run in which others took more than 10 % of the proxy's CPU was repeated, "
        f"up to {arguments.attempts} tries in all; the least disturbed one counts.",
        "Every proxy has one worker and is pinned to one CPU with all its threads (but for the start, which has all CPUs); servers and load share another.",
        "Busy works: valkey-benchmark with one thread and 50 connections, random keys; 3 primaries, no replicas.",
        "In TLS works predixy stands behind HAProxy, which ends TLS with the same certificate; "
        "their CPU is added up.",
        "nutcracker can't follow a cluster's redirects: it runs in front of three valkey-servers without cluster mode.",
    ]


def measure(works: list[Work], bench: Bench, figures: list[Figure]) -> None:
    """Adds the figures work by work, so that those of finished works outlast an interruption."""
    for number, work in enumerate(works, 1):
        bench.say(f"{number}/{len(works)} {work.name}: {work.about}")
        of_this_work = work.run(bench)
        for figure in of_this_work:
            figure.leave_out(failure.contender for failure in bench.failures if failure.work == work.name)
        figures += of_this_work


def run(arguments: argparse.Namespace) -> int:
    works = chosen_works(arguments.work)
    skipped = chosen_to_skip(arguments.skip)
    tools = require_tools(arguments, skipped)
    pinning = Pinning(arguments.proxy_cpu, arguments.load_cpu)
    require_limits(arguments.connections, pinning)
    facts = Facts(describe_machine(), describe_versions(tools, skipped), describe_method(arguments))
    directory = Path(tempfile.mkdtemp(prefix="side-by-side-"))
    processes = Processes(directory)
    figures: list[Figure] = []
    failures: list[Failure] = []
    try:
        stand = Stand(tools, pinning, processes, directory, arguments.connections + 500)
        measure(works, make_bench(arguments, stand, skipped, failures), figures)
    finally:
        processes.stop_all()
        discard(directory, arguments.keep)
        publish(to_markdown(figures, failures, facts), arguments.out)
    return 1 if failures else 0


def make_bench(
    arguments: argparse.Namespace, stand: Stand, skipped: frozenset[str], failures: list[Failure]
) -> Bench:
    return Bench(
        stand=stand,
        runs=arguments.runs,
        run_seconds=arguments.seconds,
        warm_seconds=arguments.warm,
        peer_warm_seconds=arguments.peer_warm,
        quiet_patience_seconds=arguments.quiet_patience,
        attempts=arguments.attempts,
        connections=arguments.connections,
        big_bytes=arguments.big_mib << 20,
        skipped=skipped,
        failures=failures,
    )


def main() -> int:
    arguments = parse_arguments()
    return ended("side_by_side", arguments.limit_minutes, lambda: run(arguments))


if __name__ == "__main__":
    sys.exit(main())

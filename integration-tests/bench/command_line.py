"""What the benches of this directory share of their command lines: options, the time limit, the report."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from pathlib import Path
from typing import Callable

from processes import BenchError


class OutOfTime(Exception):
    """The whole bench took longer than it may."""


def add_common_options(parser: argparse.ArgumentParser, quiet_patience: float) -> None:
    """Options that mean the same to each bench; `quiet_patience` is the default of that one."""
    parser.add_argument("--slotgate", default="slotgate", help="the launcher (default: from the PATH)")
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each work (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4, help="length of a counted run (default: %(default)s)")
    parser.add_argument("--warm", type=float, default=25, help="seconds to warm Slotgate (default: %(default)s)")
    parser.add_argument(
        "--quiet-patience",
        type=float,
        default=quiet_patience,
        help="wait at most so many seconds before a counted run for both CPUs to be idle (default: %(default)s)",
    )
    parser.add_argument(
        "--attempts",
        type=int,
        default=3,
        help="tries of a busy run while others take more than 10 %% of the proxy's CPU (default: %(default)s)",
    )
    parser.add_argument("--proxy-cpu", type=int, default=0, help="CPU of what is measured (default: %(default)s)")
    parser.add_argument("--load-cpu", type=int, default=1, help="CPU of load and servers (default: %(default)s)")
    parser.add_argument("--limit-minutes", type=float, default=60, help="give up after (default: %(default)s)")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="write the report there, too")
    parser.add_argument("--keep", action="store_true", help="keep logs and configurations, and say where they are")


def ended(name: str, limit_minutes: float, run: Callable[[], int]) -> int:
    """The exit status of a bench that is ended in time; what it has started is ended in any case."""
    _end_in_time(limit_minutes)
    try:
        return run()
    except (BenchError, OutOfTime) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{name}: interrupted, all processes ended", file=sys.stderr)
        return 130


def _end_in_time(minutes: float) -> None:
    """Turns SIGTERM and the time limit into exceptions, so that all that was started is ended."""

    def out_of_time(*_: object) -> None:
        raise OutOfTime(f"not done after {minutes:g} minutes")

    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    signal.setitimer(signal.ITIMER_REAL, minutes * 60)


def publish(report: str, file: Path | None) -> None:
    print(report)
    if file is not None:
        file.write_text(report)


def discard(directory: Path, keep: bool) -> None:
    if keep:
        print(f"logs and configurations: {directory}", file=sys.stderr)
    else:
        shutil.rmtree(directory, ignore_errors=True)

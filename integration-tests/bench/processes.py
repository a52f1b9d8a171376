"""Starts, measures and ends the processes of the bench, each by its own pid."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

from machine import TICKS_PER_SECOND

PR_SET_PDEATHSIG = 1
TERM_SECONDS = 5
START_SECONDS = 30


class BenchError(Exception):
    """A part of the bench did not work; the message says which and shows what it printed."""


class Child:
    """A started process, with the log its output goes to."""

    def __init__(self, name: str, popen: subprocess.Popen, log: Path):
        self.name = name
        self.popen = popen
        self.log = log

    def require_alive(self) -> None:
        if self.popen.poll() is not None:
            raise BenchError(f"{self.name} ended with {self.popen.returncode}: {self.last_words()}")

    def last_words(self, lines: int = 8) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return " | ".join(text.splitlines()[-lines:]) or "(it printed nothing)"

    def has_printed(self, start_of_line: str) -> bool:
        return any(line.startswith(start_of_line) for line in self.log.read_text(errors="replace").splitlines())

    def pids(self) -> list[int]:
        """The process and all it has started: a launcher may run its server as a child."""
        return [self.popen.pid, *_descendants(self.popen.pid)]

    def cpu_seconds(self) -> float:
        return sum(_cpu_ticks(pid) for pid in self.pids()) / TICKS_PER_SECOND

    def rss_kib(self) -> int:
        return sum(_status_kib(pid, "VmRSS") for pid in self.pids())

    def peak_rss_kib(self) -> int:
        """The highest resident size since `reset_peak_rss`."""
        return sum(_status_kib(pid, "VmHWM") for pid in self.pids())

    def reset_peak_rss(self) -> None:
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def stop(self) -> None:
        """Ends the process and what it started. It leads a session of its own, so nothing else is met."""
        for signum, patience in ((signal.SIGTERM, TERM_SECONDS), (signal.SIGKILL, TERM_SECONDS)):
            self._signal_group(signum)
            try:
                self.popen.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self._signal_group(signal.SIGKILL)

    def _signal_group(self, signum: int) -> None:
        try:
            os.killpg(self.popen.pid, signum)
        except ProcessLookupError:
            pass


class Processes:
    """Every process that was started here and is to be gone when the bench ends, however it ends."""

    def __init__(self, directory: Path):
        self._directory = directory
        self._running: list[Child] = []
        self._started = 0

    def start(self, name: str, argv: list[str], cpu: int | None, *, background: bool = False, talk: bool = False) -> Child:
        """Starts `argv` pinned to one CPU, or on all of them if `cpu` is None.

        background: it gets only CPU time that nobody else on its CPU wants
        talk: its stdin and stdout are pipes; otherwise its output goes to its log alone
        """
        self._started += 1
        log = self._directory / f"{self._started:03d}-{name}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talk else output,
                stderr=output,
                text=talk,
                start_new_session=True,
                preexec_fn=lambda: _settle_in(cpu, background),
            )
        child = Child(name, popen, log)
        self._running.append(child)
        return child

    def stop(self, child: Child) -> None:
        child.stop()
        self._running.remove(child)

    def stop_all(self) -> None:
        for child in reversed(list(self._running)):
            self.stop(child)


def make_urgent(pid: int, urgent: bool = True) -> None:
    """Lets a process run before all others of its CPU, where that is allowed, so that load beside it does not slow it."""
    policy, priority = (os.SCHED_RR, 1) if urgent else (os.SCHED_OTHER, 0)
    try:
        os.sched_setscheduler(pid, policy, os.sched_param(priority))
    except PermissionError:
        print("not allowed to give processes precedence: p99 beside a storm shows the load's own doing, too", file=sys.stderr)


def run_tool(argv: list[str], timeout: float = 60, cpu: int | None = None) -> str:
    """Runs a command to its end and returns all it printed; anything but success is a BenchError."""
    preexec = None if cpu is None else lambda: _settle_in(cpu, background=False)
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            preexec_fn=preexec,
        )
    except FileNotFoundError as error:
        raise BenchError(f"{argv[0]}: not found") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{argv[0]} did not end within {timeout:.0f} s") from error
    if done.returncode != 0:
        last_lines = " | ".join(done.stdout.splitlines()[-8:])
        raise BenchError(f"{argv[0]} ended with {done.returncode}: {last_lines}")
    return done.stdout


def wait_until(condition: Callable[[], bool], complaint: str, require_alive: Callable[[], None]) -> None:
    """Waits for a condition; `require_alive` raises when there is nothing left to wait for."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        require_alive()
        if time.monotonic() > deadline:
            raise BenchError(f"{complaint} within {START_SECONDS} s")
        time.sleep(0.002)


def _settle_in(cpu: int | None, background: bool) -> None:
    """Runs in the child before exec: its CPU, its class, and that it ends when the bench is killed."""
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    if background:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third (state) on; the second may contain spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _cpu_ticks(pid: int) -> int:
    utime, stime = _stat_fields(pid)[11:13]
    return int(utime) + int(stime)


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                children.setdefault(int(_stat_fields(int(entry))[1]), []).append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, to_visit = [], [pid]
    while to_visit:
        of_this = children.get(to_visit.pop(), [])
        found += of_this
        to_visit += of_this
    return found


def _status_kib(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    return 0

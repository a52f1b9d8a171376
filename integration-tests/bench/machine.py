"""The machine the bench runs on: what it is, and how busy its CPUs are."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
QUIET_SHARE = 0.1
QUIET_WINDOW_SECONDS = 0.5


@dataclass(frozen=True)
class Pinning:
    """One CPU for the proxy that is measured, another for load and servers."""

    proxy: int
    load: int


def describe_machine() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = models[0].partition(":")[2].strip() if models else os.uname().machine
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}; load average at the start {load}"


def busy_seconds(cpu: int) -> float:
    """The time a CPU has not been idle since the machine started, time the hypervisor took included."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{cpu}":
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, ticks[:8])
            return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND
    raise ValueError(f"cpu{cpu}: not in /proc/stat")


def wait_for_quiet(pinning: Pinning, patience_seconds: float) -> None:
    """Waits until neither CPU does anything worth mentioning, but no longer than patience allows."""
    end = time.monotonic() + patience_seconds
    while time.monotonic() < end:
        before = [busy_seconds(cpu) for cpu in (pinning.proxy, pinning.load)]
        time.sleep(QUIET_WINDOW_SECONDS)
        after = [busy_seconds(cpu) for cpu in (pinning.proxy, pinning.load)]
        if all(b - a <= QUIET_SHARE * QUIET_WINDOW_SECONDS for a, b in zip(before, after)):
            return

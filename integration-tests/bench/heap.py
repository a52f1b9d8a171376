"""What a JVM has allocated on its heap."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from processes import BenchError

_ALLOCATED = re.compile(r" allocated=(\d+)([BKMG])\b")
_UNITS = {"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_JCMD_SECONDS = 30


def allocated_bytes(pid: int) -> int:
    """By all threads that there are, since each began. Larger figures are rounded down to MiB: ask for many requests."""
    jcmd = Path(f"/proc/{pid}/exe").resolve().with_name("jcmd")
    told = subprocess.run(
        [str(jcmd), str(pid), "Thread.print", "-e"], capture_output=True, text=True, timeout=_JCMD_SECONDS, check=True
    )
    found = _ALLOCATED.findall(told.stdout)
    if not found:
        raise BenchError(f"{jcmd} {pid} Thread.print -e: no thread says what it has allocated")
    return sum(int(amount) * _UNITS[unit] for amount, unit in found)

"""The valkey-servers behind the proxies, and the data they hold."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from processes import BenchError, Child, Processes, make_urgent, run_tool
from resp import RespClient, await_pong, encode

PRIMARIES = 3
CLUSTER_SECONDS = 30
FILL_BATCH = 500


@dataclass(frozen=True)
class Dataset:
    """The keys that valkey-benchmark asks for with `-r keys`, each with a value of one size."""

    keys: int
    value_bytes: int

    def commands(self) -> list[bytes]:
        value = b"x" * self.value_bytes
        return [encode("SET", f"key:{number:012d}", value) for number in range(self.keys)]


@dataclass(frozen=True)
class Statistics:
    """What servers have done since their start."""

    commands: int
    hits: int


class Servers:
    """Some valkey-servers, as a cluster or each on its own, without replicas or persistence."""

    def __init__(self, processes: Processes, directory: Path, ports: list[int], cpu: int, cluster: bool):
        self.ports = ports
        self._dataset: Dataset | None = None
        self._children = [_start_server(processes, directory, port, cpu, cluster) for port in ports]
        for port, child in zip(ports, self._children):
            await_pong(port, child.require_alive)
        if cluster:
            self._form_cluster()

    @property
    def addresses(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in self.ports]

    def fill(self, dataset: Dataset, proxy_port: int) -> None:
        """Makes sure exactly this dataset is there. It goes in through a proxy, which knows where keys belong."""
        if self._dataset == dataset:
            return
        self.empty()
        commands = dataset.commands()
        with RespClient(proxy_port) as client:
            for start in range(0, len(commands), FILL_BATCH):
                client.pipeline(commands[start : start + FILL_BATCH])
        self._dataset = dataset

    def empty(self) -> None:
        self._dataset = None
        for port in self.ports:
            with RespClient(port) as node:
                node.call("FLUSHALL")

    @contextlib.contextmanager
    def urgent(self) -> Iterator[None]:
        """Meanwhile they run before everything else on their CPU."""
        for child in self._children:
            make_urgent(child.popen.pid)
        try:
            yield
        finally:
            for child in self._children:
                make_urgent(child.popen.pid, urgent=False)

    def statistics(self) -> Statistics:
        """The sums over the servers."""
        each = [_statistics(port) for port in self.ports]
        return Statistics(sum(one.commands for one in each), sum(one.hits for one in each))

    def _form_cluster(self) -> None:
        run_tool(["valkey-cli", "--cluster", "create", *self.addresses, "--cluster-yes"])
        deadline = time.monotonic() + CLUSTER_SECONDS
        for port in self.ports:
            while not _sees_whole_cluster(port):
                if time.monotonic() > deadline:
                    raise BenchError(f"the cluster node on port {port} did not reach cluster_state:ok")
                time.sleep(0.1)


def _start_server(processes: Processes, directory: Path, port: int, cpu: int, cluster: bool) -> Child:
    data = directory / f"server-{port}"
    data.mkdir()
    argv = ["valkey-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(data)]
    argv += ["--save", "", "--appendonly", "no", "--cluster-enabled", "yes" if cluster else "no"]
    return processes.start(f"valkey-server-{port}", argv, cpu)


def _sees_whole_cluster(port: int) -> bool:
    with RespClient(port) as node:
        return b"cluster_state:ok" in node.call("CLUSTER", "INFO")


def _statistics(port: int) -> Statistics:
    with RespClient(port) as node:
        lines = node.call("INFO", "stats").decode().splitlines()
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    return Statistics(int(values["total_commands_processed"]), int(values["keyspace_hits"]))

"""The test stand: certificates, servers, and the proxies that are compared."""

from __future__ import annotations

import random
import socket
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from machine import Pinning
from processes import BenchError, Child, Processes, run_tool
from resp import await_pong, client_context, wait_until
from servers import PRIMARIES, Servers

SLOTGATE = "slotgate"
PREDIXY = "predixy"
NUTCRACKER = "nutcracker"
HAPROXY = "haproxy"

CLUSTER_BUS_OFFSET = 10000
TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Tools:
    """Paths or names of the programs that are compared."""

    slotgate: str
    predixy: str
    nutcracker: str
    haproxy: str


@dataclass
class Contender:
    """A running proxy, or two in a row, with the servers behind it."""

    name: str
    servers: Servers
    plain_port: int
    tls_port: int
    admin_port: int = 0
    children: dict[str, Child] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        return sum(child.cpu_seconds() for child in self.children.values())

    def require_alive(self) -> None:
        for child in self.children.values():
            child.require_alive()


class Stand:
    """Everything a work needs to run; servers are started when first asked for."""

    def __init__(self, tools: Tools, pinning: Pinning, processes: Processes, directory: Path, connections: int):
        """connections: how many client connections at most are open at a time"""
        self.pinning = pinning
        self._cpu: int | None = pinning.proxy
        self.processes = processes
        self.ca = directory / "ca.pem"
        self._tools = tools
        self._directory = directory
        self._connections = connections
        self._ports = Ports()
        self._servers: dict[bool, Servers] = {}
        self._configurations = 0
        make_certificates(directory)

    def start(self, name: str, tls: bool = False, pinned: bool = True) -> Contender:
        """Starts a contender and waits until it answers. With `tls`, predixy gets HAProxy in front."""
        self._cpu = self.pinning.proxy if pinned else None
        servers = self._servers_for(cluster=name != NUTCRACKER)
        contender = Contender(name, servers, self._ports.free(), self._ports.free())
        try:
            if name == SLOTGATE:
                self._launch_slotgate(contender)
            elif name == NUTCRACKER:
                self._launch_nutcracker(contender)
            else:
                self._launch_predixy(contender)
                if tls:
                    self._launch_haproxy(contender)
        except BaseException:
            self.stop(contender)
            raise
        return contender

    def stop(self, contender: Contender) -> None:
        for child in contender.children.values():
            self.processes.stop(child)

    def _launch_slotgate(self, contender: Contender) -> None:
        contender.admin_port = self._ports.free()
        configuration = self._configure(
            "slotgate.yaml",
            contender,
            item='    - "$address"',
            read_port=self._ports.free(),
            admin_port=contender.admin_port,
            certificate=self._directory / "cert.pem",
            key=self._directory / "key.pem",
        )
        child = self._launch(contender, SLOTGATE, [self._tools.slotgate, "serve", "--config", str(configuration)])
        wait_until(lambda: child.has_printed("READY "), "slotgate printed no READY line", child.require_alive)

    def _launch_predixy(self, contender: Contender) -> None:
        configuration = self._configure("predixy.conf", contender, item="        + $address")
        child = self._launch(contender, PREDIXY, [self._tools.predixy, str(configuration)])
        await_pong(contender.plain_port, child.require_alive)

    def _launch_nutcracker(self, contender: Contender) -> None:
        configuration = self._configure("nutcracker.yml", contender, item="    - $address:1")
        argv = [self._tools.nutcracker, "-c", str(configuration), "-v", "2"]
        argv += ["-a", "127.0.0.1", "-s", str(self._ports.free())]
        argv += ["-p", str(configuration.with_suffix(".pid")), "-o", str(configuration.with_suffix(".log"))]
        child = self._launch(contender, NUTCRACKER, argv)
        await_pong(contender.plain_port, child.require_alive)

    def _launch_haproxy(self, contender: Contender) -> None:
        combined = self._directory / "cert-and-key.pem"
        configuration = self._configure(
            "haproxy.cfg", contender, certificate_and_key=combined, connections=self._connections
        )
        child = self._launch(contender, HAPROXY, [self._tools.haproxy, "-db", "-f", str(configuration)])
        await_pong(contender.tls_port, child.require_alive, client_context(str(self.ca)))

    def _servers_for(self, cluster: bool) -> Servers:
        if cluster not in self._servers:
            ports = [self._ports.free() for _ in range(PRIMARIES)]
            self._servers[cluster] = Servers(self.processes, self._directory, ports, self.pinning.load, cluster)
        return self._servers[cluster]

    def _configure(self, template: str, contender: Contender, item: str = "", **values: object) -> Path:
        """Fills in a template and returns where it is; `item` is the line that names one server."""
        self._configurations += 1
        path = self._directory / f"{self._configurations:03d}-{template}"
        lines = [Template(item).substitute(address=address) for address in contender.servers.addresses]
        values.update(plain_port=contender.plain_port, tls_port=contender.tls_port, servers="\n".join(lines))
        path.write_text(Template((TEMPLATES / template).read_text()).substitute(values))
        return path

    def _launch(self, contender: Contender, name: str, argv: list[str]) -> Child:
        child = self.processes.start(name, argv, self._cpu)
        contender.children[name] = child
        return child


class Ports:
    """Free loopback ports below the range the kernel gives to outgoing connections."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def free(self) -> int:
        for _ in range(1000):
            port = random.randrange(11000, 22000)
            if port not in self._taken and _can_bind(port) and _can_bind(port + CLUSTER_BUS_OFFSET):
                self._taken.add(port)
                return port
        raise BenchError("no free port found between 11000 and 22000")


def make_certificates(directory: Path) -> None:
    """Writes ca.pem and, signed by it for localhost with ECDSA P-256, cert.pem, key.pem and cert-and-key.pem."""

    def path(name: str) -> str:
        return str(directory / name)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    ca = ["-keyout", path("ca-key.pem"), "-out", path("ca.pem"), "-subj", "/CN=bench CA", "-days", "2"]
    run_tool(["openssl", "req", "-x509", *new_key, *ca])
    request = ["-keyout", path("key.pem"), "-out", path("request.pem"), "-subj", "/CN=localhost"]
    run_tool(["openssl", "req", *new_key, *request])
    Path(path("extensions.cnf")).write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    signing = ["-CA", path("ca.pem"), "-CAkey", path("ca-key.pem"), "-CAcreateserial", "-days", "2"]
    files = ["-in", path("request.pem"), "-extfile", path("extensions.cnf"), "-out", path("cert.pem")]
    run_tool(["openssl", "x509", "-req", *signing, *files])
    parts = [Path(path(name)).read_text() for name in ("cert.pem", "key.pem")]
    Path(path("cert-and-key.pem")).write_text("".join(parts))


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

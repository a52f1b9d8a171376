#!/usr/bin/env python3
"""TLS clients that valkey-benchmark has no mode for. Each mode runs as its own process.

hold    opens connections, one PING on each, prints "ready", keeps them until its stdin closes
storm   opens short connections, one GET on each, and closes them
paced   one connection, one GET per interval, from "ready" until its stdin closes; or, of a node itself, one PING
big     SET, then GET of one large value, which must come back unchanged

All but `hold` end with one line of JSON.
"""

from __future__ import annotations

import argparse
import gc
import json
import ssl
import sys
import threading
import time

from resp import RespClient, client_context, encode
from storm import Storm

KEY = "key:000000000001"
BIG_KEY = "big:value"
CHUNK_BYTES = 1 << 20


def hold(arguments: argparse.Namespace) -> None:
    context = client_context(arguments.ca)
    held = []
    for _ in range(arguments.count):
        client = RespClient(arguments.port, context)
        client.call("PING")
        held.append(client)
    print("ready", flush=True)
    sys.stdin.read()
    for client in held:
        client.call("PING")  # it must still be there


def storm(arguments: argparse.Namespace) -> None:
    run = Storm(arguments.port, client_context(arguments.ca), arguments.count, arguments.resume, ("GET", KEY))
    began = time.monotonic()
    run.run(arguments.parallel)
    report(connections=arguments.count, resumed=run.resumed, seconds=time.monotonic() - began)


def paced(arguments: argparse.Namespace) -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    client = RespClient(arguments.port, None if arguments.node else client_context(arguments.ca))
    request = encode("PING") if arguments.node else encode("GET", KEY)
    for _ in range(arguments.unmeasured):
        client.pipeline([request])
    gc.disable()
    print("ready", flush=True)
    times_ns = []
    while not ended.is_set():
        began = time.perf_counter_ns()
        client.pipeline([request])
        took = time.perf_counter_ns() - began
        times_ns.append(took)
        time.sleep(max(0.0, arguments.interval - took / 1e9))
    times_ns.sort()
    report(requests=len(times_ns), p99_ms=times_ns[int(len(times_ns) * 0.99)] / 1e6)


def big(arguments: argparse.Namespace) -> None:
    client = RespClient(arguments.port, client_context(arguments.ca), timeout=arguments.timeout)
    chunk = bytes(range(256)) * (CHUNK_BYTES // 256)
    began = time.monotonic()
    set_big(client, chunk, arguments.bytes)
    was_set = time.monotonic()
    get_big(client, chunk, arguments.bytes)
    report(set_seconds=was_set - began, get_seconds=time.monotonic() - was_set)


def set_big(client: RespClient, chunk: bytes, size: int) -> None:
    head = f"*3\r\n$3\r\nSET\r\n${len(BIG_KEY)}\r\n{BIG_KEY}\r\n${size}\r\n".encode()
    client.socket.sendall(head)
    for offset in range(0, size, len(chunk)):
        client.socket.sendall(chunk[: size - offset])
    client.socket.sendall(b"\r\n")
    if client.read_reply() != b"OK":
        raise ConnectionError("SET was not answered with OK")


def get_big(client: RespClient, chunk: bytes, size: int) -> None:
    client.socket.sendall(encode("GET", BIG_KEY))
    header = client.read_header()
    if header != (b"$", str(size).encode()):
        raise ConnectionError(f"GET was answered with {header}, not with {size} bytes")
    expected = chunk + chunk
    buffer = memoryview(bytearray(CHUNK_BYTES))
    position = 0
    while position < size:
        got = client.read_into(buffer[: min(len(buffer), size - position)])
        start = position % len(chunk)
        if got == 0 or bytes(buffer[:got]) != expected[start : start + got]:
            raise ConnectionError(f"the value came back wrong or short near byte {position}")
        position += got


def report(**figures: float) -> None:
    print(json.dumps(figures), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["hold", "storm", "paced", "big"])
    parser.add_argument("--port", type=int, required=True, help="TLS port on the loopback address")
    parser.add_argument("--ca", required=True, help="certificate of the CA that signed the server's")
    parser.add_argument("--count", type=int, default=5000, help="hold, storm: connections")
    parser.add_argument("--parallel", type=int, default=32, help="storm: connections at a time")
    parser.add_argument("--resume", action="store_true", help="storm: resume the session of an earlier connection")
    parser.add_argument("--node", action="store_true", help="paced: the port is a node's, without TLS")
    parser.add_argument("--interval", type=float, default=0.001, help="paced: seconds from request to request")
    parser.add_argument("--unmeasured", type=int, default=500, help="paced: requests before those that count")
    parser.add_argument("--bytes", type=int, default=512 << 20, help="big: size of the value")
    parser.add_argument("--timeout", type=float, default=60, help="big: longest silence of the server, seconds")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    {"hold": hold, "storm": storm, "paced": paced, "big": big}[arguments.mode](arguments)


if __name__ == "__main__":
    main()

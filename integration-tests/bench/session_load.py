"""The load of sessions_bench.py: batches of commands, subscribers, ping-pong by BLPOP, blocked clients."""

from __future__ import annotations

import os
import select
import socket
import time
from contextlib import contextmanager
from typing import Iterator

from processes import BenchError
from resp import RespClient, encode

PATIENCE_SECONDS = 30
RECEIVE_BYTES = 1 << 16
VALUE = b"x" * 64


def reading_and_writing(tag: int) -> list[bytes]:
    """Five commands on keys of one slot, as an application sends them that does not know of transactions."""
    one, other = f"{{session:{tag}}}:1", f"{{session:{tag}}}:2"
    return [
        encode("SET", one, VALUE),
        encode("GET", one),
        encode("SET", other, VALUE),
        encode("GET", other),
        encode("GET", one),
    ]


class Exchange:
    """What one connection sends again and again, in one or several steps, and what has to come for each."""

    def __init__(self, steps: list[list[bytes]]):
        self.requests = [b"".join(commands) for commands in steps]
        self.replies: list[bytes] = []

    def learn(self, port: int) -> None:
        """Runs it twice by itself, to learn what is answered: from the second time on always the same."""
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
            for _ in range(2):
                self.replies = [_answer_to(connection, request) for request in self.requests]
        if any(reply.startswith(b"-") or b"\r\n-" in reply for reply in self.replies):
            raise BenchError(f"an error was answered: {self.replies}")


def _answer_to(connection: socket.socket, request: bytes) -> bytes:
    """All that is answered, until the connection is quiet."""
    connection.settimeout(PATIENCE_SECONDS)
    connection.sendall(request)
    answered = connection.recv(RECEIVE_BYTES)
    connection.settimeout(0.1)
    try:
        while more := connection.recv(RECEIVE_BYTES):
            answered += more
    except TimeoutError:
        pass
    return answered


class BusyConnections:
    """Connections that each run an exchange as soon as the one before it is answered."""

    def __init__(self, port: int, exchanges: list[Exchange]):
        self._connections: dict[int, _Busy] = {}
        self._poll = select.epoll()
        for exchange in exchanges:
            busy = _Busy(port, exchange)
            self._connections[busy.socket.fileno()] = busy
            self._poll.register(busy.socket.fileno(), select.EPOLLIN)

    def run(self, seconds: float) -> int:
        """Runs for so long and returns how many exchanges were done. Every reply is compared with what it has to be."""
        connections, poll = self._connections, self._poll
        for busy in connections.values():
            busy.begin()
        running, done = len(connections), 0
        end = time.monotonic() + seconds
        while running:
            ready = poll.poll(PATIENCE_SECONDS)
            if not ready:
                raise BenchError("an exchange was not answered")
            over = time.monotonic() > end
            for number, _ in ready:
                if connections[number].receive():
                    done += 1
                    if over:
                        running -= 1
                    else:
                        connections[number].begin()
        return done

    def close(self) -> None:
        self._poll.close()
        for busy in self._connections.values():
            busy.socket.close()


class _Busy:
    def __init__(self, port: int, exchange: Exchange):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._exchange = exchange
        self._step = 0
        self._got = b""

    def begin(self) -> None:
        self._step = 0
        self.socket.send(self._exchange.requests[0])

    def receive(self) -> bool:
        """Takes what has come; True if that was the last of the exchange."""
        got = self._got + self.socket.recv(RECEIVE_BYTES)
        wanted = self._exchange.replies[self._step]
        if len(got) < len(wanted):
            self._got = got
            return False
        if got != wanted:
            raise BenchError(f"answered {got[:300]!r} (expected: {wanted[:300]!r})")
        self._got = b""
        self._step += 1
        if self._step == len(self._exchange.requests):
            return True
        self.socket.send(self._exchange.requests[self._step])
        return False


class Subscribers:
    """RESP3 clients that are subscribed to one channel, and one that publishes to it."""

    CHANNEL = "bench"

    def __init__(self, port: int, count: int):
        self._publisher = RespClient(port)
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
            connection.sendall(encode("HELLO", 3))
            _receive_until(connection, b"modules")
            connection.sendall(encode("SUBSCRIBE", self.CHANNEL))
            _receive_until(connection, b"\r\n:1\r\n")
            self._sockets[connection.fileno()] = connection
        for number, connection in self._sockets.items():
            connection.setblocking(False)
            self._poll.register(number, select.EPOLLIN)

    def run(self, seconds: float, at_once: int) -> int:
        """Publishes `at_once` messages, and as many again when all subscribers have them; returns deliveries."""
        request = encode("PUBLISH", self.CHANNEL, VALUE) * at_once
        push = b">3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n"
        wanted = push % (len(self.CHANNEL), self.CHANNEL.encode(), len(VALUE), VALUE) * at_once
        left = {number: len(wanted) for number in self._sockets}
        sockets, poll = self._sockets, self._poll
        deliveries = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._publisher.socket.sendall(request)
            missing = len(sockets)
            while missing:
                ready = poll.poll(PATIENCE_SECONDS)
                if not ready:
                    raise BenchError(f"{missing} subscribers wait for a message")
                for number, _ in ready:
                    got = sockets[number].recv(RECEIVE_BYTES)
                    if got != wanted and got not in wanted:
                        raise BenchError(f"a subscriber got {got[:300]!r} (expected: {wanted[:300]!r})")
                    left[number] -= len(got)
                    if left[number] == 0:
                        missing -= 1
                        left[number] = len(wanted)
            for _ in range(at_once):
                self._publisher.read_reply()
            deliveries += len(sockets) * at_once
        return deliveries

    def close(self) -> None:
        self._publisher.close()
        self._poll.close()
        for connection in self._sockets.values():
            connection.close()


def _receive_until(connection: socket.socket, end: bytes) -> None:
    got = b""
    while end not in got:
        more = connection.recv(RECEIVE_BYTES)
        if not more:
            raise ConnectionError(f"connection closed by the server after {got!r}")
        got += more


def ping_pong(port: int, seconds: float) -> list[float]:
    """Round trips in seconds of two clients in two processes: each pushes when its BLPOP has got what the other pushed."""
    ping, pong = "{ping-pong}:ping", "{ping-pong}:pong"
    with RespClient(port) as client:
        client.call("DEL", ping, pong)
    child = os.fork()
    if child == 0:
        _answer_pings(port, ping, pong)
    trips: list[float] = []
    try:
        with RespClient(port) as client:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                began = time.perf_counter()
                client.call("RPUSH", ping, "1")
                if client.call("BLPOP", pong, PATIENCE_SECONDS) is None:
                    raise BenchError("the other side of the ping-pong has gone")
                trips.append(time.perf_counter() - began)
            client.call("RPUSH", ping, "end")
    finally:
        os.waitpid(child, 0)
    return trips


def _answer_pings(port: int, ping: str, pong: str) -> None:
    """Runs in the child, to its end."""
    try:
        with RespClient(port) as client:
            while client.call("BLPOP", ping, PATIENCE_SECONDS) == [ping.encode(), b"1"]:
                client.call("RPUSH", pong, "1")
    finally:
        os._exit(0)


@contextmanager
def blocked_clients(port: int, count: int) -> Iterator[None]:
    """Clients that wait in BLPOP for what never comes, each for a key of its own."""
    connections = []
    try:
        for number in range(count):
            connection = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
            connection.sendall(encode("BLPOP", f"never:{number}", 0))
            connections.append(connection)
        yield
    finally:
        for connection in connections:
            connection.close()

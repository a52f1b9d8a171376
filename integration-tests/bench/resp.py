"""A small blocking RESP2 client: enough to prepare servers, to ask them, and to time them."""

from __future__ import annotations

import socket
import ssl
from typing import Callable

from processes import wait_until


class ReplyError(Exception):
    """The server answered with an error."""


class RespClient:
    """One connection, plain or TLS. Not for use by several threads."""

    def __init__(
        self,
        port: int,
        tls: ssl.SSLContext | None = None,
        session: ssl.SSLSession | None = None,
        timeout: float = 30,
    ):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost", session=session)
        self._replies = self.socket.makefile("rb", 1 << 16)

    def __enter__(self) -> RespClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._replies.close()
        self.socket.close()

    def call(self, *arguments: object):
        self.socket.sendall(encode(*arguments))
        return self.read_reply()

    def pipeline(self, commands: list[bytes]) -> list:
        """Sends encoded commands in one go and returns their replies."""
        self.socket.sendall(b"".join(commands))
        return [self.read_reply() for _ in commands]

    def read_reply(self):
        kind, rest = self.read_header()
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._read_exactly(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.read_reply() for _ in range(int(rest))]
        raise ReplyError((kind + rest).decode(errors="replace"))

    def read_header(self) -> tuple[bytes, bytes]:
        """The next line: its type byte and what follows, without CRLF. An error reply raises."""
        line = self._replies.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("connection closed by the server")
        if line.startswith(b"-"):
            raise ReplyError(line[1:-2].decode(errors="replace"))
        return line[:1], line[1:-2]

    def read_into(self, buffer: memoryview) -> int:
        """Reads payload that follows a header, as much as there is, at most what fits."""
        return self._replies.readinto1(buffer)

    def _read_exactly(self, count: int) -> bytes:
        data = self._replies.read(count)
        if len(data) != count:
            raise ConnectionError("connection closed by the server within a reply")
        return data


def encode(*arguments: object) -> bytes:
    """A command as an array of bulk strings."""
    parts = [b"*%d\r\n" % len(arguments)]
    for argument in arguments:
        data = argument if isinstance(argument, bytes) else str(argument).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(parts)


def client_context(ca: str) -> ssl.SSLContext:
    """TLS as a careful client does it: the server must be `localhost`, signed by this CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    return context


def await_pong(port: int, require_alive: Callable[[], None], tls: ssl.SSLContext | None = None) -> None:
    """Waits until a PING is answered on a port; `require_alive` raises if that is not to be hoped for any more."""
    wait_until(lambda: _answers_ping(port, tls), f"no PONG on port {port}", require_alive)


def _answers_ping(port: int, tls: ssl.SSLContext | None) -> bool:
    try:
        with RespClient(port, tls, timeout=2) as client:
            return client.call("PING") == b"PONG"
    except (OSError, ReplyError):
        return False

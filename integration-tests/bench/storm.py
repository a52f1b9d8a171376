"""Short TLS connections with one command each, many at a time, from one thread.

One thread, because many would hand the interpreter to and fro and disturb whoever shares their CPU: a client of
a node itself then had four times its quiet p99.
"""

from __future__ import annotations

import selectors
import socket
import ssl

from resp import encode

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Storm:
    """Makes `count` connections, `parallel` at a time. Each place resumes the session of its last connection, if asked to."""

    def __init__(self, port: int, context: ssl.SSLContext, count: int, resume: bool, command: tuple[str, ...]):
        self.resumed = 0
        self.address = ("127.0.0.1", port)
        self.context = context
        self.resume = resume
        self.request = encode(*command)
        self.selector = selectors.DefaultSelector()
        self._left = count
        self._open = 0

    def run(self, parallel: int, silence_seconds: float = 30) -> None:
        for _ in range(parallel):
            self.go_on(None)
        while self._open:
            ready = self.selector.select(silence_seconds)
            if not ready:
                raise ConnectionError(f"{self._open} connections heard nothing for {silence_seconds} s")
            for key, _ in ready:
                key.data.advance()

    def go_on(self, session: ssl.SSLSession | None) -> None:
        """Opens the next connection, if there is one to come."""
        if self._left > 0:
            self._left -= 1
            self._open += 1
            _Short(self, session)

    def over(self, session: ssl.SSLSession | None, resumed: bool) -> None:
        self._open -= 1
        self.resumed += resumed
        self.go_on(session if self.resume else None)


class _Short:
    """connecting -> handshake -> reply -> closed"""

    def __init__(self, storm: Storm, session: ssl.SSLSession | None):
        self._storm = storm
        self._session = session
        self._step = self._connected
        self._reply = b""
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.connect_ex(storm.address)
        self._events = WRITE
        storm.selector.register(self._socket, self._events, self)

    def advance(self) -> None:
        try:
            self._step()
        except ssl.SSLWantReadError:
            self._await(READ)
        except ssl.SSLWantWriteError:
            self._await(WRITE)

    def _await(self, events: int) -> None:
        if events != self._events:
            self._events = events
            self._storm.selector.modify(self._socket, events, self)

    def _connected(self) -> None:
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "connection failed")
        self._storm.selector.unregister(self._socket)
        self._socket = self._storm.context.wrap_socket(
            self._socket, server_hostname="localhost", session=self._session, do_handshake_on_connect=False
        )
        self._storm.selector.register(self._socket, self._events, self)
        self._step = self._handshake
        self._step()

    def _handshake(self) -> None:
        self._socket.do_handshake()
        self._socket.sendall(self._storm.request)
        self._step = self._answered
        self._step()

    def _answered(self) -> None:
        received = self._socket.recv(1 << 16)
        if not received:
            raise ConnectionError("connection closed before the reply")
        self._reply += received
        if _is_bulk(self._reply):
            session, resumed = self._socket.session, self._socket.session_reused
            self._storm.selector.unregister(self._socket)
            self._socket.close()
            self._storm.over(session, resumed)


def _is_bulk(reply: bytes) -> bool:
    """Whether this is a whole value; what is no value at all is an error."""
    head, line_end, rest = reply.partition(b"\r\n")
    if not line_end:
        return False
    if not head.startswith(b"$") or head == b"$-1":
        raise ConnectionError(f"reply: {reply[:80]!r} (expected: a value)")
    return len(rest) == int(head[1:]) + 2

"""A loopback TCP server that says exactly the bytes it is told, for servers that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType

Reply = bytes | Callable[[socket.socket, threading.Event], None]


class RawServer:
    """Answers the first requests with `replies`, one connection each, and keeps what came in.

    A reply is the raw bytes, or a function that gets the connection and an event that is set when
    the server ends. After the replies, connections are closed without a word.
    """

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[bytes] = []
        self.ending = threading.Event()
        self._replies = list(replies)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="raw-server", daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ending.set()
        # Wakes the thread out of accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=10)
        self._listener.close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        while not self.ending.is_set():
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            self.requests.append(read_request(connection))
            if not self._replies:
                return
            reply = self._replies.pop(0)
            if isinstance(reply, bytes):
                connection.sendall(reply)
            else:
                reply(connection, self.ending)
        except OSError:
            return  # the client went away, which some tests are about


def answer(
    body: bytes, *headers: str, status: str = "200 OK", kind: str = "application/json"
) -> bytes:
    """A whole answer that ends the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def drip(head: bytes, piece: bytes, every_seconds: float) -> Reply:
    """A reply that sends `head` and then `piece` again and again, until someone gives up."""

    def send(connection: socket.socket, ending: threading.Event) -> None:
        connection.sendall(head)
        while not ending.wait(every_seconds):
            connection.sendall(piece)

    return send


def silence(connection: socket.socket, ending: threading.Event) -> None:
    """A reply that never comes."""
    ending.wait(30)
    del connection


def read_request(connection: socket.socket) -> bytes:
    """One whole request, head and body; what there is of it where the line ends before."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _gap, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body

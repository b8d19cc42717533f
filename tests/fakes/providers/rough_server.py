"""A loopback server that misbehaves at any moment: before, during and after it read a request."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType

from msgspec import Struct

from tests.fakes.providers.raw_server import read_request


class Line(Struct):
    """One connection, as an act of the server has it. `ending` is set when the server ends."""

    connection: socket.socket
    ending: threading.Event
    heard: list[bytes]

    def read(self) -> None:
        """Read one whole request, and keep it."""
        self.heard.append(read_request(self.connection))

    def say(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(content)

    def reset(self) -> None:
        """End the connection without a goodbye: the other side gets "connection reset"."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def rest(self) -> None:
        """Do nothing more, until the server ends."""
        self.ending.wait(60)


Act = Callable[[Line], None]


class RoughServer:
    """Does one act for each connection, in order; the last one again and again.

    `heard` holds the requests that were read, in plain text under TLS as well. `tls` is what a
    connection is wrapped in. With `takes_bytes` set, about so many unread bytes fit in.
    """

    def __init__(
        self, *acts: Act, tls: ssl.SSLContext | None = None, takes_bytes: int | None = None
    ) -> None:
        self.heard: list[bytes] = []
        self.ending = threading.Event()
        self._acts = list(acts)
        self._tls = tls
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if takes_bytes is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes_bytes)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(8)
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, name="rough-server", daemon=True)]

    def __enter__(self) -> RoughServer:
        self._threads[0].start()
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
        self._threads[0].join(timeout=10)
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)
        self._listener.close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        while not self.ending.is_set():
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            act = self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]
            self._open.append(connection)
            thread = threading.Thread(target=self._play, args=(connection, act), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _play(self, connection: socket.socket, act: Act) -> None:
        connection.settimeout(10)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            act(Line(connection, self.ending, self.heard))
        except OSError:
            pass  # the client went away, which some tests are about
        finally:
            connection.close()

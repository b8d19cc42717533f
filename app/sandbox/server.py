"""Runs the sandbox: one loopback server for all stand-ins, as a program or inside a test."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from app.sandbox.door import Door
from app.sandbox.registry import make
from app.sandbox.wire import Clock, SettableClock
from app.words import _

if TYPE_CHECKING:
    from app.sandbox.asgi import SandboxServer

HOST = "127.0.0.1"


def serve(
    kinds: Sequence[str],
    port: int = 0,
    port_file: Path | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serve the kinds (all, if none is named) on 127.0.0.1 until SIGTERM or SIGINT; then return.

    Prints where it listens. `port_file` gets the port as text and is removed at the end; `ready` is
    called with the port once requests are answered. Raises `ValueError` for an unknown kind and
    `OSError` if the port is taken.
    """
    sandbox = Sandbox(kinds, port=port)

    def announce() -> None:
        print("\n".join(sandbox.lines()), flush=True)
        if port_file is not None:
            _write_whole(port_file, f"{sandbox.port}\n")
        if ready is not None:
            ready(sandbox.port)

    try:
        sandbox.run(announce)
    finally:
        if port_file is not None:
            port_file.unlink(missing_ok=True)


class Sandbox:
    """The sandbox in this process; as a context manager it runs in a daemon thread.

    `stop` and `start` take it off the network and bring it back on the same port with all it holds.
    """

    def __init__(self, kinds: Sequence[str], port: int = 0, clock: Clock | None = None) -> None:
        """Prepare stand-ins of `kinds`; `clock` is the true time that their servers go by."""
        self._doors = {
            kind: Door(stand_in) for kind, stand_in in make(kinds, SettableClock(clock)).items()
        }
        self.port = port
        self._server: SandboxServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Sandbox:
        """Start serving."""
        self.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        """Stop serving."""
        self.stop()

    def start(self) -> None:
        """Serve from a daemon thread; returns when requests are answered."""
        serving = threading.Event()
        sockets = [self._listen()]
        server = self._build(serving.set)
        thread = threading.Thread(
            target=server.run, args=(sockets,), name="timekept-sandbox", daemon=True
        )
        self._server, self._thread = server, thread
        thread.start()
        if not serving.wait(timeout=30):
            raise RuntimeError("The sandbox did not start within 30 seconds.")

    def stop(self) -> None:
        """Close the port; what the stand-ins hold stays. Nothing happens if it does not run."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is None or thread is None:
            return
        server.end()
        thread.join(timeout=30)

    def run(self, ready: Callable[[], None]) -> None:
        """Serve in this thread until a signal comes."""
        sockets = [self._listen()]
        self._build(ready).run(sockets)

    def lines(self) -> list[str]:
        """Return what a person needs to know to use it."""
        lines = [_("The sandbox listens on {address}").format(address=self.base)]
        for kind in self._doors:
            line = _("{kind}: give --url {url} and the token {token}")
            lines.append(line.format(kind=kind, url=self.url(kind), token=self.token(kind)))
        lines.append(_("Its page: {address}").format(address=f"{self.base}/"))
        return lines

    @property
    def base(self) -> str:
        """The address without a path."""
        return f"http://{HOST}:{self.port}"

    def url(self, kind: str) -> str:
        """Return the base that a user gives as `--url`."""
        return f"{self.base}/{kind}"

    def token(self, kind: str) -> str:
        """Return the secret that the stand-in takes."""
        return self._doors[kind].stand_in.token

    def world(self, kind: str) -> Any:
        """Return the model of the server; read it with `lock(kind)` held."""
        return self._doors[kind].stand_in.world

    def lock(self, kind: str) -> threading.RLock:
        """Return the lock that keeps requests out while a test looks into the world."""
        return self._doors[kind].lock

    def ledger(self, kind: str) -> dict[str, Any]:
        """Return what `GET /control/KIND/ledger` returns."""
        return self._doors[kind].ledger()

    def fault(self, kind: str, *rules: Mapping[str, object]) -> list[int]:
        """Arm fault rules as `POST /control/KIND/faults` does. Raises `MisuseError`."""
        with self._doors[kind].lock:
            return self._doors[kind].faults.add(list(rules))

    def elsewhere(self, kind: str, **words: object) -> Any:
        """Act as the second device, as `POST /control/KIND/elsewhere`. Raises `MisuseError`."""
        with self._doors[kind].lock:
            return self._doors[kind].stand_in.elsewhere(words)

    def reset(self, kind: str) -> None:
        """Forget everything, as `POST /control/KIND/reset` does."""
        self._doors[kind].reset()

    def _listen(self) -> socket.socket:
        # Named as TCP, else asyncio leaves Nagle's delay on, which costs 40 ms for each answer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            # Windows would let a second server share the port with this option.
            if os.name != "nt":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, self.port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        return listener

    def _build(self, ready: Callable[[], None]) -> SandboxServer:
        from app.sandbox.asgi import build_server

        return build_server(self._doors, ready)


@contextlib.contextmanager
def ending_by_signal(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` at SIGTERM or SIGINT while the block runs; does nothing outside the main thread.

    uvicorn's own way raises the signal again after the shutdown, which would end the process by it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        end()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write_whole(path: Path, text: str) -> None:
    """Write so that a reader sees the file complete or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

"""How far a `sync --wait` has come: one line on a terminal's standard error, written over."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from app.cli.client import VERSION, connect
from app.words import _

MANY = 5
"""Fewer changes than these are told before anybody wonders."""

_LOOK_EACH_SECONDS = 0.5


class Progress:
    """The line, on a terminal; nothing is written before there is much to tell."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._most = 0
        self._shown = ""

    def show(self, left: int) -> None:
        """So many changes are left."""
        self._most = max(self._most, left)
        if self._most < MANY:
            return
        text = _("{told} of {count} changes are told.").format(
            told=self._most - left, count=self._most
        )
        if text != self._shown:
            self._write(text)
            self._shown = text

    def end(self) -> None:
        """Leave an empty line behind, for what is said at the end."""
        if self._shown:
            self._write("")
            self._write("")
            self._shown = ""

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(len(self._shown)) + ("" if text else "\r"))
        self._stream.flush()


@contextmanager
def following(socket_path: str) -> Iterator[None]:
    """Show how far the running app has come, until the block ends."""
    progress = Progress()
    ended = threading.Event()

    def follow() -> None:
        while not ended.is_set():
            left = _left(socket_path)
            if left is not None and not ended.is_set():
                progress.show(left)
            ended.wait(_LOOK_EACH_SECONDS)

    thread = threading.Thread(target=follow, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_LOOK_EACH_SECONDS)
        progress.end()


def _left(socket_path: str) -> int | None:
    """How many changes go by themselves and have not gone yet; None where nobody says."""
    connection = connect(socket_path)
    if connection is None:
        return None
    request = {"version": VERSION, "argv": ["status", "--json"], "stdin": None}
    received = bytearray()
    with connection:
        try:
            connection.sendall(json.dumps(request).encode() + b"\n")
            while piece := connection.recv(65536):
                received += piece
            counts = json.loads(json.loads(received)["stdout"])["outbox"]
            return int(counts["pending"] + counts["in_flight"] + counts["doubtful"])
        except (OSError, ValueError, KeyError, TypeError):
            # The app is ending: whoever waits for its answer will say so.
            return None

"""The control socket of the running app: commands come in, each runs in a thread of its own."""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.runtime.control_words import (
    MOST_BYTES,
    Reply,
    Request,
    RequestUnreadable,
    read_request,
    too_long_sentence,
)
from app.runtime.desk import Desk
from app.words import _

log = logging.getLogger(__name__)

Execute = Callable[[Sequence[str], str | None, Desk], tuple[int, str, str]]
"""Runs a command's words with what it was given on standard input: (status, stdout, stderr)."""

# A request is sent at once, and a reply is read at once: whoever takes longer is hung up on.
PATIENCE_SECONDS = 10.0

_ROOT = 0


class ControlUnavailable(Exception):
    """The socket can't be opened; the text is for people."""


class ControlServer(QObject):
    """Takes commands of the same user. Make, open and close it on the GUI thread.

    `execute` is called on a daemon thread for each command, several at once.
    """

    _finished = Signal()

    def __init__(
        self, desk: Desk, execute: Execute, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__()
        self._desk = desk
        self._execute = execute
        self._patience_seconds = patience_seconds
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take_connections)
        self._talks: dict[int, _Talk] = {}
        self._last_number = 0
        self._replies: deque[tuple[int, bytes]] = deque()
        self._finished.connect(self._send_replies, Qt.ConnectionType.QueuedConnection)

    def open(self, path: Path) -> None:
        """Listen there. Raises ControlUnavailable.

        Only for the process that holds the store: what stands at `path` is taken for the remains of
        one that ended, and removed.
        """
        QLocalServer.removeServer(str(path))
        if not self._server.listen(str(path)):
            raise ControlUnavailable(
                _("The control socket {path} cannot be opened: {reason}.").format(
                    path=path, reason=self._server.errorString()
                )
            )
        if os.name == "posix":
            path.chmod(0o600)

    def close(self) -> None:
        """Listen no more and hang up; commands under way find nobody to tell. Twice is fine."""
        self._server.close()
        for talk in list(self._talks.values()):
            talk.hang_up()

    @Slot()
    def _take_connections(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            if not _is_ours(connection):
                log.warning("another user's process was turned away from the control socket")
                connection.abort()
                connection.deleteLater()
                continue
            self._last_number += 1
            number = self._last_number
            talk = _Talk(self, connection, self._patience_seconds)
            talk.asked.connect(self._run)
            talk.ended.connect(self._forget)
            self._talks[number] = talk
            talk.begin(number)

    @Slot(int, bytes)
    def _run(self, number: int, line: bytes) -> None:
        try:
            request = read_request(line)
        except RequestUnreadable as error:
            self._talks[number].reply(Reply(2, stderr=f"{error}\n").line())
            return
        threading.Thread(
            target=self._execute_one, args=(number, request), name="command", daemon=True
        ).start()

    def _execute_one(self, number: int, request: Request) -> None:
        """Run one command, on its thread."""
        try:
            reply = Reply(*self._execute(request.argv, request.stdin, self._desk))
        except Exception as error:
            # Not the words: a secret may have come in by standard input.
            log.exception("a command failed")
            sentence = _("Something inside Timekept failed ({kind}).").format(
                kind=type(error).__name__
            )
            reply = Reply(1, stderr=f"{sentence}\n")
        finally:
            self._desk.leave()
        self._replies.append((number, reply.line()))
        try:
            self._finished.emit()
        except RuntimeError:
            # The app ended meanwhile and took the server along: nobody is left to tell.
            return

    @Slot()
    def _send_replies(self) -> None:
        while self._replies:
            number, line = self._replies.popleft()
            talk = self._talks.get(number)
            if talk is not None:
                talk.reply(line)

    @Slot(int)
    def _forget(self, number: int) -> None:
        self._talks.pop(number, None)


class _Talk(QObject):
    """One connection: a line comes in, a line goes out, the end."""

    asked = Signal(int, bytes)
    ended = Signal(int)

    def __init__(self, parent: QObject, connection: QLocalSocket, patience_seconds: float) -> None:
        super().__init__(parent)
        self._number = 0
        self._connection = connection
        self._received = bytearray()
        self._too_long = False
        self._has_asked = False
        self._hung_up = False
        connection.setParent(self)
        # Qt takes in no more than this ahead of us, whatever is sent.
        connection.setReadBufferSize(MOST_BYTES)
        connection.readyRead.connect(self._take_bytes)
        connection.disconnected.connect(self._end)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(int(patience_seconds * 1000))
        self._patience.timeout.connect(self.hang_up)

    def begin(self, number: int) -> None:
        """Listen to what the command says, which may be there already."""
        self._number = number
        self._patience.start()
        self._take_bytes()
        if self._connection.state() == QLocalSocket.LocalSocketState.UnconnectedState:
            self._end()

    def reply(self, line: bytes) -> None:
        """Say it and, once it is out, hang up."""
        self._patience.start()
        self._connection.write(line)
        self._connection.disconnectFromServer()

    def hang_up(self) -> None:
        """End at once."""
        self._connection.abort()
        self._end()

    @Slot()
    def _take_bytes(self) -> None:
        if self._has_asked:
            self._connection.readAll()
            return
        self._received += self._connection.readAll().data()
        line, end, _more = self._received.partition(b"\n")
        if len(line) >= MOST_BYTES:
            # Read on to the line's end, but keep nothing: one who still writes does not hear yet.
            self._too_long = True
            self._received.clear()
        if not end:
            return
        self._has_asked = True
        self._received.clear()
        if self._too_long:
            self.reply(Reply(2, stderr=f"{too_long_sentence()}\n").line())
            return
        # A command may take its time from here on.
        self._patience.stop()
        self.asked.emit(self._number, bytes(line))

    @Slot()
    def _end(self) -> None:
        if not self._hung_up:
            self._hung_up = True
            self._patience.stop()
            self.ended.emit(self._number)
            self.deleteLater()


def _is_ours(connection: QLocalSocket) -> bool:
    """Whether the other end is a process of the same user; root may do everything anyway.

    Linux says who it is (unix(7), SO_PEERCRED: pid, uid, gid); elsewhere the socket's mode decides.
    """
    if sys.platform != "linux":
        return True
    descriptor = int(connection.socketDescriptor())
    if descriptor < 0:
        return False
    with socket.socket(fileno=os.dup(descriptor)) as twin:
        found = twin.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", found)
    return uid in (os.geteuid(), _ROOT)

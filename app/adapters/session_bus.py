"""A connection to the session's D-Bus: sends, takes in what has come, never waits, has no thread.

Connecting alone waits, for at most `_CONNECT_SECONDS`.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable
from itertools import count
from typing import Any

from app.ports.sensors import SourceUnavailable
from app.words import _

_log = logging.getLogger(__name__)

_CONNECT_SECONDS = 1.0
# What a bus may leave unread before we take it for dead.
_UNSENT_MOST_BYTES = 1_000_000

Answered = Callable[[tuple[Any, ...] | None, str], None]


class SessionBus:
    """Calls with answers by callback, and signals.

    Any trouble with the bus is a SourceUnavailable.
    """

    def __init__(self) -> None:
        """Connect. Raises SourceUnavailable."""
        try:
            from jeepney import Parser
            from jeepney.bus import get_bus
            from jeepney.io.blocking import prep_socket
        except ImportError:
            raise SourceUnavailable(_("jeepney is not installed.")) from None
        try:
            self._socket: socket.socket = prep_socket(get_bus("SESSION"), timeout=_CONNECT_SECONDS)
        except Exception as trouble:
            # An address that cannot be read, an authentication that fails, a socket that is not
            # there: jeepney lets each through as it comes.
            _log.info("the session bus cannot be reached: %s", trouble)
            raise SourceUnavailable(_("This session has no D-Bus session bus.")) from None
        self._socket.setblocking(False)
        self._parser: Any = Parser()
        self._serials = count(start=1)
        self._waiting: dict[int, Answered] = {}
        self._unsent = b""
        self._on_signal: Callable[[str, str, tuple[Any, ...]], None] | None = None
        self.open = True
        self.call_bus("Hello")

    def fileno(self) -> int | None:
        """The socket, for as long as it is open."""
        return self._socket.fileno() if self.open else None

    def on_signal(self, take: Callable[[str, str, tuple[Any, ...]], None]) -> None:
        """Hand every signal to `take`: its interface, its name and what it carries."""
        self._on_signal = take

    def call_bus(
        self,
        method: str,
        signature: str = "",
        body: tuple[Any, ...] = (),
        answered: Answered | None = None,
    ) -> None:
        """Call the bus itself; see `call`."""
        name = "org.freedesktop.DBus"
        self.call(name, "/org/freedesktop/DBus", name, method, signature, body, answered)

    def call(
        self,
        bus_name: str,
        path: str,
        interface: str,
        method: str,
        signature: str = "",
        body: tuple[Any, ...] = (),
        answered: Answered | None = None,
    ) -> None:
        """Send a call; `answered` gets the answer's body and "", or None and the error's name."""
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(path, bus_name=bus_name, interface=interface)
        message = new_method_call(address, method, signature or None, body)
        serial = next(self._serials)
        if answered is not None:
            self._waiting[serial] = answered
        self._unsent += message.serialise(serial=serial)
        self._send()

    def dispatch(self) -> None:
        """Take in all that has come, and send on what the socket did not take before."""
        if not self.open:
            raise SourceUnavailable(_("The connection to the session bus is closed."))
        self._send()
        ended = False
        while not ended:
            try:
                data = self._socket.recv(65_536)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            ended = not data
            if data:
                self._parser.add_data(data)
        while (message := self._next_message()) is not None:
            self._take(message)
        if ended:
            self._lost()

    def close(self) -> None:
        """Close; closing twice is fine. No answer comes after this."""
        self.open = False
        self._waiting.clear()
        self._on_signal = None
        self._socket.close()

    def _send(self) -> None:
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent)
            except BlockingIOError:
                if len(self._unsent) > _UNSENT_MOST_BYTES:
                    self._lost()
                return
            except OSError:
                self._lost()
            self._unsent = self._unsent[sent:]

    def _next_message(self) -> Any:
        """The next whole message; None when there is none, or when its forerunner closed us."""
        return self._parser.get_next_message() if self.open else None

    def _take(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        kind = message.header.message_type
        if kind is MessageType.signal:
            if self._on_signal is not None:
                interface = fields.get(HeaderFields.interface, "")
                self._on_signal(interface, fields.get(HeaderFields.member, ""), message.body)
            return
        answered = self._waiting.pop(fields.get(HeaderFields.reply_serial, 0), None)
        if answered is None:
            return
        if kind is MessageType.method_return:
            answered(message.body, "")
        else:
            answered(None, str(fields.get(HeaderFields.error_name, "")))

    def _lost(self) -> None:
        with contextlib.suppress(OSError):
            self.close()
        raise SourceUnavailable(_("The connection to the session bus was lost."))

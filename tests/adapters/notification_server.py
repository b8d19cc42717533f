"""A notification server that keeps what it was told, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.Notifications"
_ADDRESS = DBusAddress("/org/freedesktop/Notifications", bus_name=NAME, interface=NAME)


class NotificationServer:
    """Answers by the Desktop Notifications Specification; `emit` sends signals to everybody."""

    def __init__(self, capabilities: Sequence[str], *, refusing: bool = False) -> None:
        self.capabilities = list(capabilities)
        self.refusing = refusing
        self.notified: list[tuple[Any, ...]] = []
        self.closed: list[int] = []
        self._connection = open_dbus_connection()
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def emit(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        self._connection.send(new_signal(_ADDRESS, member, signature, body))

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)
        self._connection.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._answer(message)

    def _answer(self, message: Any) -> None:
        member = message.header.fields[HeaderFields.member]
        if member == "GetCapabilities":
            reply = new_method_return(message, "as", (self.capabilities,))
        elif member == "Notify" and self.refusing:
            reply = new_error(message, "org.example.Full", "s", ("no room",))
        elif member == "Notify":
            self.notified.append(message.body)
            number = message.body[1] or 4_000_000_000 + len(self.notified)
            reply = new_method_return(message, "u", (number,))
        else:
            self.closed.append(message.body[0])
            reply = new_method_return(message)
        self._connection.send(reply)
        if member == "CloseNotification":
            self.emit("NotificationClosed", "uu", (message.body[0], 3))

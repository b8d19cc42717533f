"""Notifications of the desktop by D-Bus, with buttons where it has them: no thread, no waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from msgspec import Struct

from app.adapters.session_bus import SessionBus
from app.ports.sensors import Button
from app.words import _

# The interface is that of the Desktop Notifications Specification 1.2.
_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
# Broadcast by some servers for every program's notifications, sent to the caller alone by others.
_MATCH = f"type='signal',interface='{_NAME}',path='{_PATH}'"
_DEFAULT_ACTION = "default"
_BY_THE_DESKTOP, _NEVER = -1, 0
_CRITICAL, _NORMAL = 2, 1


class _Shown(Struct):
    """What a key shows. `number` is the server's, 0 until it has said it.

    `asked` counts what was wanted, so that only the newest is sent; `sent` what has no answer yet.
    """

    number: int = 0
    asked: int = 0
    sent: int = 0
    withdrawn: bool = False


class DesktopNotifier:
    """`app.ports.sensors.Notifier` over the session bus.

    Signals are asked for only while something of ours is shown, since many servers tell everybody.
    """

    def __init__(self, application: str = "Timekept", icon: str = "timekept") -> None:
        """Set the names that the desktop shows; `start` connects."""
        self._application = application
        self._icon = icon
        self._bus: SessionBus | None = None
        self._shown: dict[str, _Shown] = {}
        self._capabilities: frozenset[str] | None = None
        self._listening = False

    def start(
        self,
        on_chosen: Callable[[str, str], None],
        on_closed: Callable[[str], None],
        on_failed: Callable[[str, str], None],
    ) -> None:
        """Connect to the bus and ask what the desktop can. Raises SourceUnavailable."""
        self._on_chosen, self._on_closed, self._on_failed = on_chosen, on_closed, on_failed
        self._bus = SessionBus()
        self._bus.on_signal(self._take)
        self._ask("GetCapabilities", answered=self._learn)

    def notify(
        self,
        key: str,
        title: str,
        body: str,
        buttons: Sequence[Button] = (),
        *,
        lasting: bool = False,
    ) -> None:
        """Show or replace.

        What the desktop can is asked each time: another server may have come.
        """
        if self._bus is None:
            self._on_failed(key, _("Notifications are not connected."))
            return
        shown = self._shown.setdefault(key, _Shown())
        shown.asked += 1
        shown.withdrawn = False
        asked = shown.asked
        self._listen(True)

        def show(answer: tuple[Any, ...] | None, error: str) -> None:
            self._learn(answer, error)
            if self._shown.get(key) is not shown or shown.asked != asked:
                return
            if shown.withdrawn:
                # What is on the screen, or on its way there, goes when the server says so.
                if not shown.number and not shown.sent:
                    self._forget(key)
            elif answer is None:
                self._fail(key)
            else:
                self._send(key, shown, title, body, buttons, lasting)

        self._ask("GetCapabilities", answered=show)

    def withdraw(self, key: str) -> None:
        """Take away what a key shows."""
        shown = self._shown.get(key)
        if shown is None:
            return
        shown.withdrawn = True
        if shown.number:
            self._ask("CloseNotification", "u", (shown.number,))

    def has_buttons(self) -> bool | None:
        """Whether the server said that it shows buttons."""
        return None if self._capabilities is None else "actions" in self._capabilities

    def fileno(self) -> int | None:
        """The bus connection's socket."""
        return None if self._bus is None else self._bus.fileno()

    def dispatch(self) -> None:
        """Take in answers and signals."""
        if self._bus is not None:
            self._bus.dispatch()

    def stop(self) -> None:
        """Close the connection; what is shown stays until the desktop takes it away."""
        if self._bus is not None:
            self._bus.close()
            self._bus = None
        self._shown.clear()

    def _send(
        self,
        key: str,
        shown: _Shown,
        title: str,
        body: str,
        buttons: Sequence[Button],
        lasting: bool,
    ) -> None:
        actions = []
        if self.has_buttons():
            for button in (Button(_DEFAULT_ACTION, ""), *buttons):
                actions += [button.name, button.label]
        # Where bodies are markup, what a work item is called must not become any.
        marked_up = "body-markup" in (self._capabilities or ())
        hints = {
            "urgency": ("y", _CRITICAL if lasting else _NORMAL),
            "desktop-entry": ("s", self._icon),
        }

        def numbered(answer: tuple[Any, ...] | None, _error: str) -> None:
            shown.sent -= 1
            if answer is None:
                self._fail(key)
                return
            before, shown.number = shown.number, answer[0]
            # The number known before was closed by the withdrawal itself.
            if shown.withdrawn and shown.number != before:
                self._ask("CloseNotification", "u", (shown.number,))

        shown.sent += 1
        self._ask(
            "Notify",
            "susssasa{sv}i",
            (
                self._application,
                shown.number,
                self._icon,
                title,
                escape(body, quote=False) if marked_up else body,
                actions,
                hints,
                _NEVER if lasting else _BY_THE_DESKTOP,
            ),
            numbered,
        )

    def _ask(
        self,
        method: str,
        signature: str = "",
        body: tuple[Any, ...] = (),
        answered: Callable[[tuple[Any, ...] | None, str], None] | None = None,
    ) -> None:
        if self._bus is not None:
            self._bus.call(_NAME, _PATH, _NAME, method, signature, body, answered)

    def _learn(self, answer: tuple[Any, ...] | None, _error: str) -> None:
        if answer is not None:
            self._capabilities = frozenset(answer[0])

    def _fail(self, key: str) -> None:
        self._forget(key)
        self._on_failed(key, _("No notification service answered on this desktop."))

    def _take(self, interface: str, member: str, body: tuple[Any, ...]) -> None:
        if interface != _NAME or not body:
            return
        key = next((key for key, shown in self._shown.items() if shown.number == body[0]), None)
        if key is None:
            return
        if member == "ActionInvoked":
            self._on_chosen(key, "" if body[1] == _DEFAULT_ACTION else str(body[1]))
        elif member == "NotificationClosed":
            self._forget(key)
            self._on_closed(key)

    def _forget(self, key: str) -> None:
        self._shown.pop(key, None)
        if not self._shown:
            self._listen(False)

    def _listen(self, wanted: bool) -> None:
        if self._bus is not None and wanted != self._listening:
            self._listening = wanted
            self._bus.call_bus("AddMatch" if wanted else "RemoveMatch", "s", (_MATCH,))

"""Whether the desktop has a host for StatusNotifierItem icons, told when one comes or goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.adapters.session_bus import SessionBus

_WATCHER = "org.kde.StatusNotifierWatcher"
_BUS = "org.freedesktop.DBus"
_MATCH = (
    f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{_WATCHER}'"
)


class DBusTrayHostWatch:
    """`app.ports.sensors.TrayHostWatch` by the owner of the watcher's name; no other name wakes
    us.
    """

    def __init__(self) -> None:
        """`start` connects."""
        self._bus: SessionBus | None = None
        self._present: bool | None = None

    def start(self, on_changed: Callable[[bool], None]) -> None:
        """Connect, listen, and only then ask, so that no change falls between.

        Raises SourceUnavailable.
        """
        self._on_changed = on_changed
        self._bus = SessionBus()
        self._bus.on_signal(self._take)
        self._bus.call_bus("AddMatch", "s", (_MATCH,))
        self._bus.call_bus("NameHasOwner", "s", (_WATCHER,), self._answered)

    def present(self) -> bool | None:
        """Whether the name has an owner."""
        return self._present

    def fileno(self) -> int | None:
        """The bus connection's socket."""
        return None if self._bus is None else self._bus.fileno()

    def dispatch(self) -> None:
        """Take in what the bus said."""
        if self._bus is not None:
            self._bus.dispatch()

    def stop(self) -> None:
        """Close the connection."""
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _answered(self, answer: tuple[Any, ...] | None, _error: str) -> None:
        if answer is not None:
            self._set(bool(answer[0]))

    def _take(self, interface: str, member: str, body: tuple[Any, ...]) -> None:
        if (interface, member) == (_BUS, "NameOwnerChanged") and body[0] == _WATCHER:
            self._set(bool(body[2]))

    def _set(self, present: bool) -> None:
        if present != self._present:
            self._present = present
            self._on_changed(present)

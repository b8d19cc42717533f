"""What watches the desktop: input idleness, global hotkeys, notifications, the tray's host.

A source with a file descriptor gives it by `fileno()`; whoever runs the event loop watches it and
calls `dispatch()`, which takes in all that has come and never waits. A source with its own thread
gives None and calls back from that thread. Either way a callback only posts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from app.ports.hotkey_words import HotkeyUnreadable
from app.words import _

__all__ = [
    "Button",
    "HotkeyTaken",
    "HotkeyUnreadable",
    "Hotkeys",
    "IdleSource",
    "Notifier",
    "SourceUnavailable",
    "TrayHostWatch",
]


class SourceUnavailable(Exception):
    """A source cannot work here, or stopped working. `reason` is a sentence for people."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class HotkeyTaken(Exception):
    """Another program, or another action of ours, holds the combination."""

    def __init__(self, keys: str, by: str = "") -> None:
        """Keep the combination as written, and the action of ours that holds it ("" if a
        stranger).
        """
        if by:
            text = _("{keys} is already the hotkey for “{action}”.").format(keys=keys, action=by)
        else:
            text = _("Another program already uses {keys} as its hotkey.").format(keys=keys)
        super().__init__(text)
        self.keys = keys
        self.by = by


class Source(Protocol):
    """What every source of events gives to the event loop."""

    def fileno(self) -> int | None:
        """What to watch for reading; None when there is nothing to watch."""
        ...

    def dispatch(self) -> None:
        """Take in what has come, without waiting. Raises SourceUnavailable when the source died."""
        ...

    def stop(self) -> None:
        """Let go of everything; nothing is called back after this. Stopping twice is fine."""
        ...


class IdleSource(Source, Protocol):
    """How long there was no input from the user. What the input was, nobody learns."""

    @property
    def name(self) -> str:
        """The source's name, for `doctor`."""
        ...

    def start(
        self,
        idle_after_seconds: int,
        on_idle: Callable[[int], None],
        on_return: Callable[[int], None],
    ) -> None:
        """Begin to watch; once more with another threshold is fine. Raises SourceUnavailable.

        `on_idle` gets the whole seconds since the last input when they reach `idle_after_seconds`,
        or at once if they have already. `on_return` then gets the whole seconds from that last
        input to the one that came back. Every return is reported, a nudge too: what counts is for
        others to decide.
        """
        ...

    def seconds_idle(self) -> float:
        """Seconds since the last input, now.

        Raises SourceUnavailable, also for a reading that cannot be.
        """
        ...

    def next_look_seconds(self) -> float | None:
        """When to call `dispatch` next without being asked; None for a source that reports by
        itself.
        """
        ...


class Hotkeys(Source, Protocol):
    """Key combinations that work in whatever window."""

    @property
    def name(self) -> str:
        """The source's name, for `doctor`."""
        ...

    def bind(self, action: str, keys: str, pressed: Callable[[], None]) -> None:
        """Call `pressed` once per press of `keys`, however long they are held.

        Replaces the combination that `action` had, which stays if this fails. Raises HotkeyTaken,
        HotkeyUnreadable or SourceUnavailable.
        """
        ...

    def unbind(self, action: str) -> None:
        """Let go of an action's combination, if it has one."""
        ...


class Button(Struct, frozen=True):
    """A button of a notification: the name that comes back when it is chosen, and its label."""

    name: str
    label: str


class Notifier(Source, Protocol):
    """Notifications of the desktop, by key.

    All texts are plain; markup in them is shown as written.
    """

    def start(
        self,
        on_chosen: Callable[[str, str], None],
        on_closed: Callable[[str], None],
        on_failed: Callable[[str, str], None],
    ) -> None:
        """Connect. Raises SourceUnavailable.

        `on_chosen` gets key and button name, or "" for a click on the notification itself;
        `on_closed` gets the key when it went away for any reason; `on_failed` gets the key and a
        sentence when it could not be shown.
        """
        ...

    def notify(
        self,
        key: str,
        title: str,
        body: str,
        buttons: Sequence[Button] = (),
        *,
        lasting: bool = False,
    ) -> None:
        """Show, replacing what `key` showed.

        Buttons appear only where the desktop can. Does not wait.

        A `lasting` one asks to stay until it is answered.
        """
        ...

    def withdraw(self, key: str) -> None:
        """Take away what `key` shows, if anything."""
        ...

    def has_buttons(self) -> bool | None:
        """Whether the desktop shows buttons; None until it has said so."""
        ...


class TrayHostWatch(Source, Protocol):
    """Whether the desktop has a host for StatusNotifierItem icons."""

    def start(self, on_changed: Callable[[bool], None]) -> None:
        """Connect; `on_changed` gets the first answer and each change. Raises SourceUnavailable."""
        ...

    def present(self) -> bool | None:
        """Whether there is a host now; None until that is known."""
        ...

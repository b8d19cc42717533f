"""Idle time by listening to all input: the last resort, since it costs while the mouse moves."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from app.adapters.idle_readings import IdleWatch
from app.ports.sensors import SourceUnavailable
from app.words import _

_log = logging.getLogger(__name__)


class PynputIdle:
    """`app.ports.sensors.IdleSource` over pynput's listeners, each with a thread of its own.

    Nothing of an event is looked at; the moment of the last one is all that is kept.
    """

    name = "pynput"

    def __init__(self) -> None:
        """Begin to listen. Raises SourceUnavailable."""
        refuse_without_desktop()
        try:
            from pynput import keyboard, mouse
        except ImportError as error:
            # On Linux pynput tries the display when it is imported and says what failed at length.
            _log.info("pynput cannot be used: %s", error)
            raise SourceUnavailable(_("pynput cannot be used here.")) from None
        self._input_at = time.monotonic()
        self._watch: IdleWatch | None = None
        self._stopped = False
        self._idle = 0.0
        self._listeners: list[Any] = [
            keyboard.Listener(on_press=self._notice, on_release=self._notice),
            mouse.Listener(on_move=self._notice, on_click=self._notice, on_scroll=self._notice),
        ]
        for listener in self._listeners:
            listener.start()

    def start(
        self,
        idle_after_seconds: int,
        on_idle: Callable[[int], None],
        on_return: Callable[[int], None],
    ) -> None:
        """Count from now on: what was before nobody heard."""
        self._watch = IdleWatch(idle_after_seconds, on_idle, on_return)
        self.dispatch()

    def seconds_idle(self) -> float:
        """Seconds since a listener heard something."""
        if self._stopped or not all(listener.is_alive() for listener in self._listeners):
            raise SourceUnavailable(_("pynput stopped listening."))
        return time.monotonic() - self._input_at

    def fileno(self) -> int | None:
        """None: the listeners have threads."""
        return None

    def dispatch(self) -> None:
        """Look at when the last input was."""
        if self._watch is not None:
            self._idle = self.seconds_idle()
            self._watch.see(self._idle)

    def next_look_seconds(self) -> float | None:
        """When to look again, as of the last look."""
        return None if self._watch is None else self._watch.next_look_seconds(self._idle)

    def stop(self) -> None:
        """Stop listening."""
        self._watch = None
        if not self._stopped:
            self._stopped = True
            for listener in self._listeners:
                # A listener that never came up would make its own stop wait for ever.
                if listener.is_alive():
                    end_listener(listener)

    def _notice(self, *_event: object) -> None:
        self._input_at = time.monotonic()


def end_listener(listener: Any) -> None:
    """Stop a listener of pynput that is alive; one that just ends by itself is no trouble.

    Its thread may close its connection to the X server in the middle of pynput's own stop, which
    then fails with what python-xlib makes of it (seen with pynput 1.8 on a busy machine).
    """
    try:
        listener.stop()
    except Exception as error:
        _log.info("a listener had ended before it was stopped: %s", error)


def refuse_without_desktop() -> None:
    """Raise SourceUnavailable where pynput would listen in vain: on Wayland, and on X without
    RECORD.

    Its thread would otherwise die with a traceback, or hear only what goes to some windows.
    """
    if sys.platform in {"win32", "darwin"}:
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        raise SourceUnavailable(_("pynput does not hear input on Wayland."))
    from app.adapters.x11_connection import X11Connection

    connection = X11Connection()
    try:
        with connection.guarded():
            if not connection.display.has_extension("RECORD"):
                raise SourceUnavailable(_("The X server has no RECORD extension."))
    finally:
        connection.close()

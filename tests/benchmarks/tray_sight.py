"""Sees by the X server's own events when a tray icon is docked, and when its picture is there."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

from Xlib import X, display, error

if TYPE_CHECKING:
    from Xlib.protocol import rq
    from Xlib.xobject.drawable import Window as XWindow

_LOOK_EVERY_SECONDS = 0.0005


class NoIcon(Exception):
    """No icon came within the time."""


class TraySight:
    """Watches the tray of one display; all moments are of `time.perf_counter`, in seconds."""

    def __init__(self, display_name: str) -> None:
        self._display = display.Display(display_name)
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._display.sync()

    def close(self) -> None:
        """Watch no more."""
        self._display.close()

    def forget(self) -> None:
        """Drop what was seen so far; call it before a program starts."""
        self._display.sync()
        while self._display.pending_events():
            self._display.next_event()

    def docked(self, within_seconds: float = 20.0) -> tuple[XWindow, float]:
        """Wait for the next icon that the tray takes: its window, and when that was seen."""
        give_up = time.perf_counter() + within_seconds
        while (event := self._next_event(give_up)) is not None:
            if event.type == X.ReparentNotify and self._in_tray(event.parent):
                return event.window, time.perf_counter()
        raise NoIcon(f"no icon was docked within {within_seconds:g} s")

    def painted(self, icon: XWindow, within_seconds: float = 20.0) -> float:
        """Wait until a docked icon shows more than one colour; when that was seen."""
        give_up = time.perf_counter() + within_seconds
        while time.perf_counter() < give_up:
            if self._colours(icon) > 1:
                return time.perf_counter()
            time.sleep(_LOOK_EVERY_SECONDS)
        raise NoIcon(f"the icon stayed empty for {within_seconds:g} s")

    def _next_event(self, give_up: float) -> rq.Event | None:
        while not self._display.pending_events():
            left = give_up - time.perf_counter()
            if left <= 0 or not select.select([self._display], [], [], left)[0]:
                return None
        return self._display.next_event()

    def _in_tray(self, window: XWindow) -> bool:
        """Whether a window lies in the tray host's panel."""
        try:
            while window.id != self._root.id:
                wm_class = window.get_wm_class()
                if wm_class is not None and "trayer" in wm_class:
                    return True
                window = window.query_tree().parent
        except error.XError:
            pass  # it went away while we looked
        return False

    def _colours(self, icon: XWindow) -> int:
        try:
            size = icon.get_geometry()
            image = icon.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF)
        except error.XError:
            return 0  # not mapped yet
        data = bytes(image.data)
        # The fourth byte of a pixel says nothing at this depth.
        return len({data[at : at + 3] for at in range(0, len(data), 4)})

"""What is on an X screen: windows, tray icons, pixels; and waiting for them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from Xlib import X, display, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from Xlib.xobject.drawable import Window as XWindow

T = TypeVar("T")

LOOK_EVERY_SECONDS = 0.02


class DesktopError(Exception):
    """A part of the desktop did not do what it is there for; the text is a sentence for people."""


class Window(NamedTuple):
    """A window as the X server has it; x, y, width, height are pixels from the screen's corner."""

    xid: int
    title: str
    wm_class: str
    pid: int | None
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """The place to click at."""
        return self.x + self.width // 2, self.y + self.height // 2


def wait_until(condition: Callable[[], T], what: str, within_seconds: float = 15.0) -> T:
    """Return the first thing that `condition` gives and that is true.

    DesktopError "Waited 15 s for `what`" if there is none within the time.
    """
    give_up = time.monotonic() + within_seconds
    while not (found := condition()):
        if time.monotonic() > give_up:
            raise DesktopError(f"Waited {within_seconds:g} s for {what}, in vain.")
        time.sleep(LOOK_EVERY_SECONDS)
    return found


class XScreen:
    """The screen of the X display with this name, looked at through a connection of its own."""

    def __init__(self, display_name: str) -> None:
        self._display = display.Display(display_name)
        self._root = self._display.screen().root
        size = self._root.get_geometry()
        self.width, self.height = size.width, size.height

    def close(self) -> None:
        """Close the connection; the screen stays."""
        self._display.close()

    def windows(self, pid: int | None = None, title: str | None = None) -> list[Window]:
        """Return the visible windows with a title bar or not, of one process and title if given."""
        return [
            window
            for top in self._children_of(self._root)
            for window in self._managed_or_bare(top)
            if (pid is None or window.pid == pid) and (title is None or window.title == title)
        ]

    def wait_for_window(
        self, pid: int | None = None, title: str | None = None, within_seconds: float = 15.0
    ) -> Window:
        """Return the first such window as soon as it is visible."""
        what = f"a window of process {pid} with the title {title!r} (None is any)"
        return wait_until(lambda: self.windows(pid, title), what, within_seconds)[0]

    def tray_icons(self, pid: int | None = None) -> list[Window]:
        """Return the icons that are docked in the tray and visible, of one process if given."""
        return [
            icon
            for top in self._children_of(self._root)
            for panel in self._family(top)
            if (seen := self._seen(panel)) and seen.wm_class == "panel trayer"
            for xwindow in self._family(panel)[1:]
            if (icon := self._seen(xwindow)) and icon.pid and (pid is None or icon.pid == pid)
        ]

    def wait_for_tray_icon(self, pid: int, within_seconds: float = 15.0) -> Window:
        """Return the tray icon of this process as soon as it is docked and visible."""
        what = f"a tray icon of process {pid}"
        return wait_until(lambda: self.tray_icons(pid), what, within_seconds)[0]

    def pixels(self) -> bytes:
        """Return the screen, row by row, each pixel as blue, green, red and a byte of nothing."""
        root = self._root
        return bytes(root.get_image(0, 0, self.width, self.height, X.ZPixmap, 0xFFFFFFFF).data)

    def settled_pixels(self, within_seconds: float = 5.0) -> bytes:
        """Return the screen once it holds still for a moment, or as it is when the time is up."""
        give_up = time.monotonic() + within_seconds
        before, now = b"", self.pixels()
        while now != before and time.monotonic() < give_up:
            time.sleep(0.2)
            before, now = now, self.pixels()
        return now

    def screenshot(self, path: Path) -> Path:
        """Write a PNG of the screen, once it holds still; return its path."""
        from PySide6.QtGui import QImage

        pixels, stride = self.settled_pixels(), 4 * self.width
        image = QImage(pixels, self.width, self.height, stride, QImage.Format.Format_RGB32)
        if not image.save(str(path)):
            raise DesktopError(f"The picture could not be written to {path}.")
        return path

    def has_window_manager(self) -> bool:
        """Tell whether a window manager has taken the screen."""
        return self._root_property("_NET_SUPPORTING_WM_CHECK") is not None

    def has_tray_host(self) -> bool:
        """Tell whether a tray host takes icons."""
        return bool(
            self._display.get_selection_owner(self._display.intern_atom("_NET_SYSTEM_TRAY_S0"))
        )

    def _root_property(self, name: str) -> object:
        atom = self._display.intern_atom(name)
        return self._root.get_full_property(atom, X.AnyPropertyType)

    def _managed_or_bare(self, top: XWindow) -> list[Window]:
        """Return the program's window in the frame `top`, or `top` itself if it has no frame."""
        if not self._seen(top):
            return []
        return [
            window for member in self._family(top) if (window := self._seen(member)) and window.pid
        ][:1]

    def _family(self, xwindow: XWindow) -> list[XWindow]:
        """Return the window and all below it."""
        return [
            xwindow,
            *(member for child in self._children_of(xwindow) for member in self._family(child)),
        ]

    def _children_of(self, xwindow: XWindow) -> list[XWindow]:
        try:
            return list(xwindow.query_tree().children)
        except error.XError:
            return []  # it went away while we looked

    def _seen(self, xwindow: XWindow) -> Window | None:
        """Return the window's facts, or None if it can't be seen or went away meanwhile."""
        try:
            if xwindow.get_attributes().map_state != X.IsViewable:
                return None
            size = xwindow.get_geometry()
            corner = xwindow.translate_coords(self._root, 0, 0)
            pid = xwindow.get_full_property(
                self._display.intern_atom("_NET_WM_PID"), X.AnyPropertyType
            )
            title = xwindow.get_full_property(
                self._display.intern_atom("_NET_WM_NAME"), self._display.intern_atom("UTF8_STRING")
            )
            wm_class = xwindow.get_wm_class()
        except error.XError:
            return None
        return Window(
            xid=xwindow.id,
            title=bytes(title.value).decode(errors="replace") if title else "",
            wm_class=_text_of(wm_class),
            pid=int(pid.value[0]) if pid else None,
            # The answer is where the root's corner lies as seen from the window.
            x=-corner.x,
            y=-corner.y,
            width=size.width,
            height=size.height,
        )


def _text_of(wm_class: tuple[str, str] | None) -> str:
    return " ".join(wm_class or ()).lower()

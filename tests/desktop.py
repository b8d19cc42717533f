"""The rig for tests with real clicks: a virtual desktop with notifications, a mouse and keys."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from virtual_desktop import VirtualDesktop
from x_screen import DesktopError, Window, XScreen, wait_until

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Desktop", "DesktopError", "Window", "bus_name_has_owner", "wait_until"]

# The notification server may need the whole of it on a busy machine.
SERVER_WITHIN_SECONDS = 20.0
TOOL_WITHIN_SECONDS = 10.0


class Desktop:
    """A real desktop for programs under test: start them with `env=desktop.environment`.

    Everything waits with a bound and raises DesktopError with what it waited for.
    """

    def __init__(self, bus_address: str | None) -> None:
        self._virtual = VirtualDesktop(bus_address)

    def start(self) -> None:
        """Start X server, bus unless given, window manager, tray host and notification server."""
        self._virtual.start()
        try:
            self._virtual.start_child(["dunst"])
            wait_until(
                lambda: bus_name_has_owner(self.bus_address, "org.freedesktop.Notifications"),
                "the notification server dunst",
                SERVER_WITHIN_SECONDS,
            )
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all of it."""
        self._virtual.stop()

    @property
    def environment(self) -> dict[str, str]:
        """A copy of the environment for a program on this desktop: DISPLAY, bus, platform."""
        return dict(self._virtual.environment)

    @property
    def bus_address(self) -> str:
        """The address of the session bus of this desktop."""
        return self._virtual.environment["DBUS_SESSION_BUS_ADDRESS"]

    @property
    def screen(self) -> XScreen:
        """What can be seen: `windows`, `tray_icons`, `wait_for_window`, `wait_for_tray_icon`."""
        return self._virtual.screen

    def screenshot(self, path: Path) -> Path:
        """Write a PNG of the whole screen once it holds still; return its path."""
        return self.screen.screenshot(path)

    def click(self, place: Window | tuple[int, int], button: int = 1, times: int = 1) -> None:
        """Click in the middle of a window or at a point; button 1 left, 2 middle, 3 right."""
        x, y = place.middle if isinstance(place, Window) else place
        # Not `--sync`, which waits for a move that never comes where the mouse is there already.
        move = ["mousemove", str(x), str(y)]
        self._xdotool(*move, "click", "--repeat", str(times), "--delay", "60", str(button))

    def move(self, x: int, y: int) -> None:
        """Move the mouse to a point."""
        self._xdotool("mousemove", str(x), str(y))

    def focus(self, window: Window) -> None:
        """Give a window the focus, and wait until it has it."""
        self._xdotool("windowactivate", "--sync", str(window.xid))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, in xdotool's words: `ctrl+alt+s`, `Return`, `Escape`."""
        self._xdotool("key", "--delay", "30", *keys)

    def type_text(self, text: str) -> None:
        """Type a text into whatever has the focus."""
        self._xdotool("type", "--delay", "15", "--", text)

    def _xdotool(self, *words: str) -> None:
        done = subprocess.run(
            ["xdotool", *words],
            env=self._virtual.environment,
            capture_output=True,
            text=True,
            timeout=TOOL_WITHIN_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise DesktopError(f"xdotool {' '.join(words)}: {done.stderr.strip()}")


def bus_name_has_owner(bus_address: str, name: str) -> bool:
    """Tell whether some program on this bus goes by this well-known name."""
    bus = DBusAddress(
        "/org/freedesktop/DBus", "org.freedesktop.DBus", interface="org.freedesktop.DBus"
    )
    with open_dbus_connection(bus_address) as connection:
        reply = connection.send_and_get_reply(
            new_method_call(bus, "NameHasOwner", "s", (name,)), timeout=TOOL_WITHIN_SECONDS
        )
    return bool(reply.body[0])

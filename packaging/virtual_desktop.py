"""A desktop without a screen: X server, bus, window manager, tray host; for running and testing."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from x_screen import DesktopError, XScreen, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

WIDTH, HEIGHT = 1280, 800
TRAY_PLACE = ["--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", "28"]
NOT_STARTED = "The virtual desktop is not started."
# Each part takes well under a second on a quiet machine; the bound is for a busy one.
PART_WITHIN_SECONDS = 20.0

# A bus that starts nothing by itself: else a call could wake the keyring of the person who runs us,
# whose question would then wait on a screen that nobody sees.
BUS_SETTINGS = """
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class VirtualDesktop:
    """One desktop and its processes, from `start` to `stop`, or as a context manager.

    `bus_address` is the session bus that the desktop's programs share; without one the desktop has
    a bus of its own. `environment` is what a program needs to run on it.
    """

    def __init__(self, bus_address: str | None = None) -> None:
        self.environment: dict[str, str] = {}
        self._bus_address = bus_address
        self._children: list[subprocess.Popen[bytes]] = []
        self._folder: Path | None = None
        self._screen: XScreen | None = None

    def __enter__(self) -> VirtualDesktop:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it, whatever happened."""
        self.stop()

    # -- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start every part and wait until each works; DesktopError names the one that fails."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="timekept-desktop-"))
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_CURRENT_DESKTOP"}
        }
        # Names of our own choosing could be taken: the X server and the bus say theirs.
        screen = f"{WIDTH}x{HEIGHT}x24"
        name = ":" + self._started_saying(
            "-displayfd", ["Xvfb", "-screen", "0", screen, "-dpi", "96", "-nolisten", "tcp"]
        )
        environment |= {
            "DISPLAY": name,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_SESSION_TYPE": "x11",
            # GTK in the tray host would look for an accessibility bus that is not there.
            "NO_AT_BRIDGE": "1",
        }
        self.environment = environment
        environment["DBUS_SESSION_BUS_ADDRESS"] = self._bus_address or self._own_bus()
        self._screen = XScreen(name)
        self.start_child(["openbox", "--sm-disable"])
        wait_until(
            self._screen.has_window_manager, "the window manager openbox", PART_WITHIN_SECONDS
        )
        self.start_child(["trayer", *TRAY_PLACE])
        wait_until(self._screen.has_tray_host, "the tray host trayer", PART_WITHIN_SECONDS)

    def _own_bus(self) -> str:
        settings = self._folder_now() / "bus.conf"
        settings.write_text(BUS_SETTINGS)
        return self._started_saying(
            "--print-address", ["dbus-daemon", f"--config-file={settings}", "--nofork"]
        )

    def stop(self) -> None:
        """End what was started, the last first, and remove the folder. Safe to call twice."""
        if self._screen is not None:
            self._screen.close()
            self._screen = None
        while self._children:
            end_process(self._children.pop())
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def start_child(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program that lives as long as the desktop; what it says goes to the log."""
        return self._spawn(command, ())

    @property
    def screen(self) -> XScreen:
        """What can be seen on it."""
        if self._screen is None:
            raise DesktopError(NOT_STARTED)
        return self._screen

    def log(self) -> str:
        """Return what the desktop's own programs have said."""
        path = self._folder_now() / "desktop.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _folder_now(self) -> Path:
        if self._folder is None:
            raise DesktopError(NOT_STARTED)
        return self._folder

    def _spawn(self, command: Sequence[str], keep: Sequence[int]) -> subprocess.Popen[bytes]:
        if shutil.which(command[0]) is None:
            raise DesktopError(
                f"{command[0]} is not installed; `sh packaging/dev.sh test` installs it."
            )
        with (self._folder_now() / "desktop.log").open("ab") as log:
            child = subprocess.Popen(
                [*_with_us(), *command],
                env=self.environment or None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=keep,
                # Ctrl-C in the terminal is for us; we end them in order.
                start_new_session=True,
            )
        self._children.append(child)
        return child

    def _started_saying(self, option: str, command: Sequence[str]) -> str:
        """Start a program that writes one line to the descriptor that `option` names; return it."""
        reading, writing = os.pipe()
        with os.fdopen(reading) as answer:
            try:
                self._spawn([command[0], option, str(writing), *command[1:]], (writing,))
            finally:
                os.close(writing)
            # It closes the pipe when it dies, which is an answer too.
            said, _, _ = select.select([answer], [], [], PART_WITHIN_SECONDS)
            line = answer.readline().strip() if said else ""
        if not line:
            raise DesktopError(f"{command[0]} did not start: {self.log()[-500:]}")
        return line


def end_process(process: subprocess.Popen[bytes], within_seconds: float = 5.0) -> None:
    """Ask a process that we started to end; after `within_seconds` end it."""
    process.terminate()
    try:
        process.wait(within_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _with_us() -> list[str]:
    """Return what makes a child end when we are killed and can't end it ourselves."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
